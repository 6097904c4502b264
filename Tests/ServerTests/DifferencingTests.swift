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
  private typealias Marks = RandomOrganisation.Marks

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
      let organisation = try RandomOrganisation(in: server, seed: seed)
      try await WeekTests.derive(server)
      let closing = try WeekTests.closing(server)
      var seen: [String: Set<Int64>] = [:]
      // Over time: when weeks close, when some use comes late, when they are settled.
      for step in 0..<3 {
        if step == 1 {
          var random = SeededGenerator(seed: seed &+ 100)
          for place in organisation.late.sorted() {
            try organisation.use(
              server, place, in: organisation.weeks[0], at: RandomOrganisation.now - .days(63), &random)
          }
          try await WeekTests.derive(server)
        }
        try await closing.close(at: RandomOrganisation.now)
        if step == 2 { try await closing.settle(at: RandomOrganisation.now) }
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

  private static func examine(_ cost: Int64, _ organisation: RandomOrganisation, _ week: String) throws {
    guard let people = Marks.people(in: cost, of: organisation.people.count), !people.isEmpty else { return }
    #expect(people.count >= 5, "of \(week) it can be worked out what \(people.sorted()) used together")
  }
}
