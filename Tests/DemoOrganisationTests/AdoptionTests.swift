import Arena
import ControlSQLite
import Directory
import Foundation
import Ledger
import TestCorpus
import Testing
import Visibility

@testable import DemoOrganisation
@testable import Server
@testable import Targets

@Suite("The sample organisation's adoption target, held against the truth") struct AdoptionTests {
  /// What the generator knows of a week.
  private struct Truth {
    /// By mail: whether they used AI, or could not be seen; whom the target counts.
    var states: [String: WeekOfAdoption.State] = [:]
    var away = 0
    var partTime = 0
    /// In truth, of those who are counted: typed by themselves.
    var typed = 0

    init(_ organisation: Organisation, _ sessions: [Organisation.Session], week: Int) {
      for (index, member) in organisation.members.enumerated()
      where member.isThere(in: week) && organisation.target.titles.contains(member.title) {
        if member.away.contains(week) {
          away += 1
          continue
        }
        if member.workdays.count < 5 { partTime += 1 }
        let own = sessions.filter { $0.spender == index && $0.week == week }
        if own.contains(where: \.isByPerson) { typed += 1 }
        states[organisation.mail(of: index)] =
          own.contains(where: \.looksByPerson)
          ? .active : DemoWorkTime.isConnected(member) ? .inactive : .notConnected
      }
    }

    func count(_ state: WeekOfAdoption.State) -> Int { states.values.count { $0 == state } }
  }

  @Test("Week by week the same people are counted, the same ones are active, and it is published so")
  func everyWeek() async throws {
    let built = try await BuildTests.Built()
    let organisation = built.organisation
    let target = try #require(try built.control.targets().last)
    let published = try built.control.frozenAdoption()
    #expect(published.count == organisation.weeks - 1)
    let reading = try AdoptionReading(ledger: built.ledger, control: built.control, timeZone: .gmt)
    let mails = Dictionary(
      try built.control.snapshot().contents.people.map { ($0.id, $0.mail) }, uniquingKeysWith: { $1 })
    var states: Set<WeekOfAdoption.State> = []
    for (number, frozen) in published.enumerated() {
      let truth = Truth(organisation, built.sessions, week: number)
      #expect(frozen.week == Week(containing: organisation.monday(of: number)))
      let read = try #require(try reading.adoption(in: frozen.week, under: target))
      let found = Dictionary(
        read.participants.map { (mails[$0.person] ?? "?", read.state(of: $0)) }, uniquingKeysWith: { $1 })
      #expect(found == truth.states, "week \(number)")
      #expect(read.away == truth.away && read.participants.count(where: \.isPartTime) == truth.partTime)
      states.formUnion(found.values)
      let people = truth.states.count
      guard case .banded(let share) = frozen.organisation else {
        Issue.record("week \(number) is not shown")
        continue
      }
      #expect(share.active == ShareBand(truth.count(.active), of: people))
      #expect(
        share.possiblyActive == ShareBand(truth.count(.active) + truth.count(.notConnected), of: people))
      // Frozen is what would be frozen.
      #expect(FrozenAdoption(closing: read) == frozen)
    }
    #expect(states == Set(WeekOfAdoption.State.allCases))
  }

  @Test("Of a large organisation the numbers are exact, where they are not a few people's")
  func exact() throws {
    // As the demo is, without its sessions: whoever is there, and made-up days of use.
    let organisation = Organisation.demo(endingAt: BuildTests.now)
    var participants: [WeekOfAdoption.Participant] = []
    for (index, member) in organisation.members.enumerated()
    where member.isThere(in: 20) && organisation.target.titles.contains(member.title) {
      participants.append(
        WeekOfAdoption.Participant(
          person: Int64(index), team: Int64(member.team(in: 20)),
          days: DemoWorkTime.isConnected(member) ? (member.habit == .light ? 0 : 3) : nil))
    }
    let week = WeekOfAdoption(
      week: Week(year: 2026, number: 40),
      target: AdoptionTarget(name: "t", percent: 80, announced: .init(milliseconds: 0)),
      participants: participants)
    guard case .counted(let counted) = FrozenAdoption(closing: week).organisation else {
      Issue.record("not counted")
      return
    }
    #expect(counted.eligible == participants.count)
    #expect(counted.active.exactly == participants.count { $0.days == 3 })
  }
}
