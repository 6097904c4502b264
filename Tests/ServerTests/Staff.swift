import ControlSQLite
import Directory
import Foundation
import Ledger

@testable import Server

/// A small organisation: somebody, the line above them, colleagues with roles, and programs.
struct Staff: Sendable {
  let now = Instant(Date())
  var people: [String: Person] = [:]
  var visitors: [String: Visitor] = ["nobody": .nobody]

  static let roles: @Sendable (inout ServerSettings) -> Void = { settings in
    settings.roles.administrators = ["admin@example.org"]
    settings.roles.finance = ["finance@example.org"]
    settings.roles.platform = ["platform@example.org"]
    settings.roles.humanResources = ["hr@example.org", "hr-admin@example.org"]
    settings.roles.administrators.insert("hr-admin@example.org")
  }

  init(of server: ServerUnderTest) throws {
    let control = server.control
    for name in [
      "ada", "manager", "director", "colleague", "finance", "platform", "admin", "hr", "hr-admin",
    ] {
      let person = try control.addPerson(name: name, mail: "\(name)@example.org", at: now)
      people[name] = person
      visitors[name] = .browser(try control.beginSession(of: person.id, at: now))
    }
    let ids = people.mapValues(\.id)
    if let ada = ids["ada"], let manager = ids["manager"], let director = ids["director"] {
      try control.setManager(of: ada, to: manager, at: now)
      try control.setManager(of: manager, to: director, at: now)
      for scope in TokenScope.allCases where scope != .ingest {
        visitors["token \(scope.rawValue)"] = .program(
          try control.createToken(
            TokenRequest(name: scope.rawValue, holder: .organisation, scopes: [scope]), at: now
          ).secret)
      }
      visitors["token ingest"] = .program(
        try control.createToken(
          TokenRequest(name: "ingest", holder: .person(ada), scopes: [.ingest]), at: now
        ).secret)
    }
  }

  func id(_ name: String) -> Int64 { people[name]?.id ?? 0 }
  func visitor(_ name: String) -> Visitor { visitors[name] ?? .nobody }
}
