import ControlSQLite
import Directory
import Foundation
import Ledger
import TestCorpus
import Testing

@Suite("Targets and working time, kept") struct TargetStoreTests {
  private let place: TemporaryDirectory
  private let store: ControlStore
  private let now = Instant(milliseconds: 1_780_000_000_000)

  init() throws {
    place = try TemporaryDirectory()
    store = try ControlStore(path: place.path("control.sqlite"))
  }

  private func target(_ name: String, at instant: Instant, percent: Int = 80) -> AdoptionTarget {
    AdoptionTarget(
      name: name, percent: percent, announced: instant, eligibility: .titles(["Developer "]), leastDays: 2)
  }

  @Test("A new target ends the one before it, and both stay")
  func targets() throws {
    let first = try store.setTarget(target("first", at: now))
    #expect(first.eligibility == .titles(["Developer"]) && first.leastDays == 2)
    #expect(throws: TargetError.beforeTheFormer("first")) {
      try store.setTarget(target("earlier", at: now - .days(1)))
    }
    let second = try store.setTarget(target("second", at: now + .days(10)))
    #expect(try store.targets().map(\.ended) == [now + .days(10), nil])
    try store.endTarget(at: now + .days(20))
    #expect(throws: TargetError.noneInForce) { try store.endTarget(at: now + .days(21)) }
    #expect(throws: TargetError.beforeTheFormer("second")) {
      try store.setTarget(target("third", at: now + .days(15)))
    }
    #expect(try store.targets().map(\.id) == [first.id, second.id])
  }

  @Test("A target that cannot be is refused", arguments: [0, -3, 101])
  func refused(percent: Int) throws {
    #expect(throws: TargetError.notAShare(percent)) {
      try store.setTarget(target("x", at: now, percent: percent))
    }
    var nobody = target("x", at: now)
    nobody.eligibility = .teams([])
    #expect(throws: TargetError.nobody) { try store.setTarget(nobody) }
    nobody = target("x", at: now)
    nobody.leastDays = 8
    #expect(throws: TargetError.notADayCount(8)) { try store.setTarget(nobody) }
    #expect(throws: DirectoryError.self) { try store.setTarget(target(" ", at: now)) }
    #expect(try store.targets().isEmpty)
  }

  @Test("Leave is noted once, and taken out; working days hold from their day on")
  func workTime() throws {
    let person = try store.addPerson(name: "Ana", mail: "ana@example.org", at: now)
    let (first, last) = (
      try #require(CalendarDay("2026-08-03")), try #require(CalendarDay("2026-08-07"))
    )
    let leave = try Absence(person: person.id, first: first, last: last)
    #expect(try store.addLeave(leave))
    #expect(try !store.addLeave(leave))
    let kept = try #require(try store.leave(of: person.id).first)
    #expect(kept.first == first && kept.last == last)
    let days = WorkingDaysSince(person: person.id, since: first, days: try WorkingDays("mon-wed"))
    #expect(try store.setWorkingDays(days))
    #expect(try !store.setWorkingDays(days))
    let other = WorkingDaysSince(person: person.id, since: first, days: try WorkingDays("tue"))
    #expect(try store.setWorkingDays(other))
    #expect(try store.workingDays() == [other])
    #expect(try store.workTime().isAway(person.id, on: last))
    try store.removeLeave(kept.id)
    #expect(throws: WorkTimeError.noSuchLeave(kept.id)) { try store.removeLeave(kept.id) }
    try store.removePerson(person.id, at: now)
    #expect(throws: DirectoryError.self) { try store.addLeave(leave) }
    #expect(throws: DirectoryError.self) { try store.setWorkingDays(days) }
  }
}
