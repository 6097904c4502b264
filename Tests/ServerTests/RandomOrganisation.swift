import ControlSQLite
import Directory
import Foundation
import Ledger
import LedgerSQLite
import TestCorpus
import Visibility

@testable import Server

/// A random organisation of teams, repositories and three weeks long enough ago to be settled, between which people move.
/// Everybody's use of a week is a number from which any sum can be taken apart again.
struct RandomOrganisation {
  /// Everybody's use in tokens: a large part that counts people, and a bit for each.
  struct Marks {
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

  var people: [Person] = []
  var repositories = ["tide", "buoy", "crane"]
  var weeks: [Week] = []
  /// Whose machines report their use of the first week only when it is closed.
  var late: Set<Int> = []
  static let now = Instant(Date())

  init(in server: ServerUnderTest, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let control = server.control
    let began = Self.now - .days(120)
    var teams: [Int64] = []
    var left = Int.random(in: 26...40, using: &random)
    while left > 0 {
      let team = try control.addTeam(name: "team \(teams.count)", at: began)
      teams.append(team.id)
      for _ in 0..<min(left, .random(in: 1...16, using: &random)) {
        let number = people.count
        people.append(
          try control.addPerson(
            name: "p\(number)", mail: "p\(number)@example.org", team: team.id, at: began))
        left -= 1
      }
    }
    for person in people.dropFirst() where Int.random(in: 0..<3, using: &random) == 0 {
      try control.setManager(of: person.id, to: people[0].id, at: began)
    }
    for name in repositories {
      let project = try control.addProject(name: name, at: began)
      _ = try control.addRepository("https://git.example.org/harbour/\(name)", to: project.id, at: began)
    }
    // Three weeks long enough ago to be settled, between which people move.
    for back in [63, 56, 49] {
      let at = Self.now - .days(Int64(back))
      let week = Week(containing: at)
      weeks.append(week)
      for place in people.indices {
        if Int.random(in: 0..<8, using: &random) == 0 { continue }
        if back == 63, Int.random(in: 0..<3, using: &random) == 0 {
          late.insert(place)
          continue
        }
        try use(server, place, in: week, at: at, &random)
      }
      for person in people where Int.random(in: 0..<10, using: &random) == 0 {
        guard let team = teams.randomElement(using: &random) else { continue }
        try control.movePerson(person.id, toTeam: team, at: at + .days(5))
      }
    }
  }

  /// One session with one call.
  func use(
    _ server: ServerUnderTest, _ place: Int, in week: Week, at: Instant, _ random: inout SeededGenerator
  ) throws {
    let person = people[place]
    var batch = FactBatch()
    batch.account = person.account
    let name = "\(person.mail) \(week)"
    let tool: Tool = Bool.random(using: &random) ? .codex : .claudeCode
    let session = SessionID(space: "test/session", name)
    let repository = repositories.randomElement(using: &random) ?? "tide"
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
}
