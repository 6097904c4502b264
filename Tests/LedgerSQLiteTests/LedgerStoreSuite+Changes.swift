import Ledger
import Testing

extension LedgerStoreSuite {
  static func changesAreReplaced(_ store: any LedgerStore) throws {
    try store.append([
      Facts.update { $0.sessions = [Facts.sessionFact(1), Facts.sessionFact(2)] }
    ])
    func change(_ number: Int, minute: Int, parts: [LandedChange.Part] = []) -> LandedChange {
      LandedChange(
        commit: String(repeating: "\(number)", count: 40), landed: Facts.instant(minute),
        undone: number == 2 ? Facts.instant(90) : nil, linesAdded: 40, linesGone14Days: 3, linesGone30Days: 5,
        parts: parts)
    }
    let parts = [
      LandedChange.Part(session: Facts.session(2), lines: 30, isLargest: true),
      LandedChange.Part(session: Facts.session(1), lines: 2, isLargest: false),
    ]
    let first = LandedHistory(
      directory: "/r/a.git", remotes: [.max, 7],
      changes: [change(1, minute: 1, parts: parts), change(2, minute: 2)])
    let other = LandedHistory(directory: "/r/b.git", remotes: [], changes: [change(1, minute: 3)])
    func stored(_ minutes: Range<Int> = 0..<1000) throws -> [LandedHistory] {
      try store.landedHistories(
        in: Facts.instant(minutes.lowerBound)..<Facts.instant(minutes.upperBound))
    }
    func replace(_ histories: [LandedHistory]?) throws {
      let due = try store.due(at: Facts.instant(0), stamp: Facts.stamp)
      #expect(
        try store.replaceDerived([], changes: histories, due: due, places: [], stamp: Facts.stamp))
    }
    try replace([other, first])
    #expect(try stored() == [first, other])
    // Only what landed then; the repositories are named all the same.
    #expect(try stored(2..<3).map(\.changes) == [[change(2, minute: 2)], []])
    #expect(try stored(2..<3).map(\.directory) == ["/r/a.git", "/r/b.git"])
    // What is not looked at stays.
    try replace(nil)
    #expect(try stored() == [first, other])
    var moved = first
    moved.changes = [change(2, minute: 5), change(3, minute: 6, parts: Array(parts.suffix(1)))]
    moved.remotes = [1]
    try replace([moved])
    #expect(try stored() == [moved])
    // A session that nobody knows has no part in anything.
    moved.changes[1].parts = [LandedChange.Part(session: Facts.session(77), lines: 1, isLargest: true)]
    try replace([moved])
    #expect(try stored().first?.changes.last?.parts == [])
    try replace([])
    #expect(try stored().isEmpty)
  }
}
