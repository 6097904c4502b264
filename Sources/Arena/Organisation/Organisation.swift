package import Ledger

/// A simulated organisation: who works there, in which teams, on what, since when, and how each takes to AI tools.
///
/// Equal seeds and ends give equal organisations, files and commits on every machine.
package struct Organisation: Sendable {
  package var seed: UInt64
  package var name: String
  package var domain: String
  /// The Monday, at midnight UTC, of the first week.
  package var start: Instant
  /// What it takes for now, in the last week.
  package var end: Instant
  /// With the last, which is not over.
  package var weeks: Int
  /// The first is at the head of all; managers come before those who report to them.
  package var members: [Member]
  package var teams: [Team]
  package var applications: [Application]
  package var automata: [Automaton]
  package var target: Target

  /// A share of the developers who are to use AI every week, from a week on.
  package struct Target: Sendable, Hashable, Codable {
    package var percent: Int
    /// Whoever has one of these is counted.
    package var titles: Set<String>
    /// Announced at the beginning of this week, from 0.
    package var week: Int
  }

  package struct Team: Sendable, Hashable {
    package var name: String
    package var department: String
    package var costCentre: String
    /// Indices of applications; the first is what most of its work is for.
    package var applications: [Int]
    package var lead: Int
    /// Below the lead, in teams too large for one manager.
    package var deputies: [Int]
  }

  /// What is worked on: one repository.
  package struct Application: Sendable, Hashable {
    package var project: Project
    package var useCase: String
  }

  /// A program that uses AI on its own, declared as such; somebody answers for it.
  package struct Automaton: Sendable, Hashable {
    package var name: String
    package var useCase: String
    package var owner: Int
    package var application: Int
    package var sessionsAWeek: Int
  }

  /// Everybody and every program under one number: members first, then automata.
  package var spenders: Range<Int> { 0..<(members.count + automata.count) }

  /// Under which name a spender commits.
  func author(_ spender: Int) -> Person {
    guard members.indices.contains(spender) else {
      let name = automata[spender - members.count].name
      return Person(name: name, email: "\(name)@\(domain)")
    }
    return Person(name: members[spender].name, email: mail(of: spender))
  }

  package func mail(of member: Int) -> String { "\(members[member].userName)@\(domain)" }

  package func monday(of week: Int) -> Instant { start + .days(Int64(week) * 7) }

  /// From 0; beyond the bounds for instants outside the simulated time.
  package func week(of instant: Instant) -> Int {
    Int((instant - start).wholeMilliseconds / Duration.days(7).wholeMilliseconds)
  }

  /// Who leads a member in a week: of a large team its deputies, each for some.
  package func manager(of member: Int, week: Int) -> Int? {
    guard member > 0 else { return nil }
    if let head = members[member].reportsTo { return head }
    let team = teams[members[member].team(in: week)]
    guard !team.deputies.isEmpty, !team.deputies.contains(member) else { return team.lead }
    return team.deputies[member % team.deputies.count]
  }
}
