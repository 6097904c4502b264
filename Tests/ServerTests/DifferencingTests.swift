import ControlSQLite
import Directory
import Foundation
import Ledger
import LedgerSQLite
import NIOHTTP1
import TestCorpus
import Testing
import Visibility

@testable import Server

/// An attacker who may ask everything that the API allows, as everybody there is, and puts all of it together.
///
/// Everybody's use of a week is a number from which any sum can be taken apart again: what each sum or difference
/// of sums is made of shows in the number itself.
@Suite("What cannot be worked out over HTTP") struct DifferencingTests {
  /// Everybody's use in tokens: a large part that counts people, and a bit for each.
  private struct Marks {
    static let large: Int64 = 1 << 45
    /// What a token of the model costs.
    static let price: Int64 = 1250

    static func tokens(of place: Int) -> Int64 { large + 1 << Int64(place) }

    /// Who a cost is the sum of; `nil` if it is no sum of whole uses.
    static func people(in cost: Int64, of count: Int) -> Set<Int>? {
      guard cost > 0, cost % price == 0 else { return nil }
      let tokens = cost / price
      let bits = tokens % large
      let places = Set((0..<count).filter { bits & (1 << Int64($0)) != 0 })
      guard tokens / large == places.count, bits < 1 << Int64(count) else { return nil }
      return places
    }
  }

  private struct Organisation {
    var people: [Person] = []
    var repositories = ["tide", "buoy", "crane"]
    var weeks: [Week] = []
    /// Whose machines report their use of the first week only when it is closed.
    var late: Set<Int> = []
  }

  private static let now = Instant(Date())

  private static func build(_ server: ServerUnderTest, seed: UInt64) async throws -> Organisation {
    var random = SeededGenerator(seed: seed)
    let control = server.control
    let began = now - .days(120)
    var organisation = Organisation()
    var teams: [Int64] = []
    var left = Int.random(in: 26...40, using: &random)
    while left > 0 {
      let team = try control.addTeam(name: "team \(teams.count)", at: began)
      teams.append(team.id)
      for _ in 0..<min(left, .random(in: 1...16, using: &random)) {
        let number = organisation.people.count
        organisation.people.append(
          try control.addPerson(
            name: "p\(number)", mail: "p\(number)@example.org", team: team.id, at: began))
        left -= 1
      }
    }
    for person in organisation.people.dropFirst() where Int.random(in: 0..<3, using: &random) == 0 {
      try control.setManager(of: person.id, to: organisation.people[0].id, at: began)
    }
    for name in organisation.repositories {
      let project = try control.addProject(name: name, at: began)
      _ = try control.addRepository("https://git.example.org/harbour/\(name)", to: project.id, at: began)
    }
    // Three weeks long enough ago to be settled, between which people move.
    for back in [63, 56, 49] {
      let at = now - .days(Int64(back))
      let week = Week(containing: at)
      organisation.weeks.append(week)
      for (place, person) in organisation.people.enumerated() {
        if Int.random(in: 0..<8, using: &random) == 0 { continue }
        if back == 63, Int.random(in: 0..<3, using: &random) == 0 {
          organisation.late.insert(place)
          continue
        }
        try use(server, person, place, week, at, organisation, &random)
      }
      for person in organisation.people where Int.random(in: 0..<10, using: &random) == 0 {
        guard let team = teams.randomElement(using: &random) else { continue }
        try control.movePerson(person.id, toTeam: team, at: at + .days(5))
      }
    }
    return organisation
  }

  private static func use(
    _ server: ServerUnderTest, _ person: Person, _ place: Int, _ week: Week, _ at: Instant,
    _ organisation: Organisation, _ random: inout SeededGenerator
  ) throws {
    var batch = FactBatch()
    batch.account = person.account
    let name = "\(person.mail) \(week)"
    let tool: Tool = Bool.random(using: &random) ? .codex : .claudeCode
    let session = SessionID(space: "test/session", name)
    let repository = organisation.repositories.randomElement(using: &random) ?? "tide"
    let remote =
      Int.random(in: 0..<4, using: &random) == 0 ? nil : "https://git.example.org/harbour/\(repository)"
    batch.sessions = [
      SessionFact(id: session, tool: tool, name: name, remote: remote, started: at, ended: at)
    ]
    batch.turns = [
      TurnFact(
        id: TurnID(space: "test/turn", name), session: session, started: at, ended: at, trigger: .person)
    ]
    batch.usage = [
      UsageRecord(
        id: EventID(space: "test", name), session: session, ownerRank: .stated,
        turn: TurnID(space: "test/turn", name), at: at, tool: tool, model: "gpt-5.1",
        counts: TokenCounts(input: Marks.tokens(of: place)))
    ]
    try server.ledger.append([batch], surviving: .crash)
  }

  /// Every figure of money that a document has, by the week it is of.
  private static func figures(in body: String) throws -> [(week: String, cost: Int64)] {
    guard let document = try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any] else {
      return []
    }
    let week = document["week"] as? String
    var found: [(String, Int64)] = []
    func walk(_ value: Any, _ week: String?) {
      if let object = value as? [String: Any] {
        let own = object["week"] as? String ?? week
        for inner in object.values { walk(inner, own) }
      } else if let list = value as? [Any] {
        for inner in list { walk(inner, week) }
      } else if let number = value as? Int64, let week {
        found.append((week, number))
      }
    }
    walk(document, week)
    return found
  }

  private static func all(_ path: String, _ server: ServerUnderTest, _ visitor: Visitor) async throws
    -> [String]
  {
    var bodies: [String] = []
    var cursor: String?
    repeat {
      let answer = try await server.ask(
        .GET, path + "?limit=7" + (cursor.map { "&cursor=\($0)" } ?? ""), as: visitor)
      guard answer.status == 200 else { return bodies }
      bodies.append(answer.body)
      let document = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any]
      cursor = document?["next"] as? String
    } while cursor != nil
    return bodies
  }

  @Test(
    "No sum or difference of all that is ever said is of too few people", arguments: 0..<6 as Range<UInt64>)
  func differences(seed: UInt64) async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      let organisation = try await Self.build(server, seed: seed)
      try await WeekTests.derive(server)
      let closing = WeekTests.closing(server)
      var seen: [String: Set<Int64>] = [:]
      // Over time: when weeks close, when some use comes late, when they are settled.
      for step in 0..<3 {
        if step == 1 {
          var random = SeededGenerator(seed: seed &+ 100)
          for place in organisation.late.sorted() {
            try Self.use(
              server, organisation.people[place], place, organisation.weeks[0], Self.now - .days(63),
              organisation, &random)
          }
          try await WeekTests.derive(server)
        }
        try await closing.close(at: Self.now)
        if step == 2 { try await closing.settle(at: Self.now) }
        for visitor in staff.visitors.values {
          for path in ["/api/v1/weeks", "/api/v1/cost-centres"]
            + organisation.weeks.map({ "/api/v1/weeks/\($0)" })
          {
            for body in try await Self.all(path, server, visitor) {
              for (week, cost) in try Self.figures(in: body) { seen[week, default: []].insert(cost) }
            }
          }
        }
      }
      // An empty lattice would be safe too, and so would one that cannot be taken apart.
      let read = seen.values.joined().compactMap { Marks.people(in: $0, of: organisation.people.count) }
      #expect(read.count >= 3)
      for (week, costs) in seen {
        let sums = costs.filter { $0 > Marks.price * Marks.large / 2 }
        for one in sums {
          try Self.examine(one, organisation, week)
          for other in sums where other < one {
            try Self.examine(one - other, organisation, week)
            for third in sums where third < other {
              try Self.examine(one - other - third, organisation, week)
            }
          }
        }
      }
    }
  }

  private static func examine(_ cost: Int64, _ organisation: Organisation, _ week: String) throws {
    guard let people = Marks.people(in: cost, of: organisation.people.count), !people.isEmpty else { return }
    #expect(people.count >= 5, "of \(week) it can be worked out what \(people.sorted()) used together")
  }
}
