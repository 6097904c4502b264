import ControlSQLite
import Effects
import Foundation
import Journal
import Ledger
import Memory
import Testing

/// Memories as they are kept: each person's apart, every change reversible, nothing half done.
@Suite struct MemoryStoreTests {
  private let keeper = MemoryKeeper(agent: "clerk", account: .local)
  private let limits = MemoryLimits(entryBytes: 100, lastingBytes: 300, notes: 3)
  private let now = Instant(milliseconds: 1_000_000)

  private func with(_ body: (SQLiteMemory) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "memory-\(UUID())")
    defer { try? FileManager.default.removeItem(at: directory) }
    try body(SQLiteMemory(try ControlStore(path: directory.path + "/control.sqlite")))
  }

  private func entry(_ text: String, _ tier: MemoryEntry.Tier = .lasting) -> MemoryEntry {
    MemoryEntry(
      id: .random(), keeper: keeper, tier: tier, text: text, provenance: .untrusted(["a mail"]),
      sources: [.run(RunID(rawValue: "r"), step: 3)], labels: [.personal], kept: now)
  }

  private func learned(_ text: String) -> MemoryChange.Learned {
    .init(
      id: .random(), text: text, provenance: .composed, sources: [.run(RunID(rawValue: "r"), step: nil)],
      labels: [])
  }

  private func dream(_ changes: [MemoryChange]) -> Dream {
    Dream(
      id: DreamID(rawValue: MemoryID.random().rawValue), keeper: keeper, run: RunID(rawValue: "d"),
      changes: changes, made: now)
  }

  @Test func `an entry comes back as it was, to its keeper alone, once`() throws {
    try with { memory in
      let kept = entry("Ana’s standup is at nine.", .note)
      try memory.remember(kept, within: limits)
      try memory.remember(kept, within: limits)
      #expect(try memory.entries(of: keeper) == [kept])
      #expect(try memory.entries(of: MemoryKeeper(agent: "other", account: .local)).isEmpty)
      let other = MemoryKeeper(agent: "clerk", account: AccountID(rawValue: 2))
      #expect(try memory.entries(of: other).isEmpty)
      #expect(throws: MemoryError.noEntry(kept.id.short)) { try memory.forget([kept.id], of: other, at: now) }
    }
  }

  @Test func `it is full when it is full`() throws {
    try with { memory in
      for number in 0..<3 { try memory.remember(entry("note \(number)", .note), within: limits) }
      #expect(throws: MemoryError.self) { try memory.remember(entry("note 4", .note), within: limits) }
      for _ in 0..<3 { try memory.remember(entry(String(repeating: "x", count: 100)), within: limits) }
      #expect(throws: MemoryError.self) { try memory.remember(entry("y"), within: limits) }
    }
  }

  @Test func `a dream is applied whole, and taken back whole`() throws {
    try with { memory in
      let old = (0..<8).map { entry("old \($0)") }
      for one in old { try memory.remember(one, within: limits) }
      let before = try memory.entries(of: keeper)
      let dream = dream([
        .add(learned("new")), .replace([old[0].id], by: learned("better")),
        .forget(old[1].id, because: "gone"),
      ])
      try memory.propose(dream)
      #expect(try memory.entries(of: keeper) == before)
      let applied = try memory.apply(dream.id, of: keeper, by: .person(.local), within: limits, at: now)
      #expect(applied.state == .applied && applied.decider == .person(.local))
      #expect(
        try memory.entries(of: keeper).map(\.text)
          == ["old 2", "old 3", "old 4", "old 5", "old 6", "old 7", "new", "better"])
      #expect(throws: MemoryError.decided(.applied)) {
        try memory.apply(dream.id, of: keeper, by: .person(.local), within: limits, at: now)
      }
      _ = try memory.revert(dream.id, of: keeper, by: .person(.local), at: now)
      #expect(try memory.entries(of: keeper) == before)
      #expect(throws: MemoryError.decided(.reverted)) {
        try memory.revert(dream.id, of: keeper, by: .person(.local), at: now)
      }
    }
  }

  @Test func `what was taken away meanwhile stays away, and a dream that fits no more changes nothing`()
    throws
  {
    try with { memory in
      let old = (0..<8).map { entry("old \($0)") }
      for one in old { try memory.remember(one, within: limits) }
      let first = dream([.add(learned("new")), .forget(old[1].id, because: "gone")])
      let second = dream([.add(learned("newer")), .forget(old[2].id, because: "gone")])
      for dream in [first, second] { try memory.propose(dream) }
      _ = try memory.apply(first.id, of: keeper, by: .folder, within: limits, at: now)
      try memory.forget([old[2].id, old[3].id], of: keeper, at: now)
      let before = try memory.entries(of: keeper)
      #expect(throws: MemoryError.misfit(.unknownEntry(old[2].id.short))) {
        try memory.apply(second.id, of: keeper, by: .folder, within: limits, at: now)
      }
      #expect(try memory.entries(of: keeper) == before)
      #expect(try memory.dream(second.id, of: keeper).state == .waiting)
      _ = try memory.revert(first.id, of: keeper, by: .folder, at: now)
      #expect(
        try memory.entries(of: keeper).map(\.text) == ["old 0", "old 1", "old 4", "old 5", "old 6", "old 7"])
    }
  }

  @Test func `what was taken back does not come back by taking back what replaced it`() throws {
    try with { memory in
      for number in 0..<4 { try memory.remember(entry("old \(number)"), within: limits) }
      let bad = learned("bad")
      let first = dream([.add(bad)])
      let second = dream([.replace([bad.id], by: learned("worse"))])
      for one in [first, second] {
        try memory.propose(one)
        _ = try memory.apply(one.id, of: keeper, by: .folder, within: limits, at: now)
      }
      for one in [first, second] { _ = try memory.revert(one.id, of: keeper, by: .folder, at: now) }
      #expect(try memory.entries(of: keeper).map(\.text) == (0..<4).map { "old \($0)" })
    }
  }

  @Test func `notes, old proposals and what was taken away are let go of; what lasts stays`() throws {
    try with { memory in
      let (note, lasting, removed) = (entry("note", .note), entry("lasting"), entry("removed"))
      for one in [note, lasting, removed] { try memory.remember(one, within: limits) }
      try memory.forget([removed.id], of: keeper, at: now)
      try memory.propose(dream([.add(learned("new"))]))
      #expect(try memory.expireMemory(before: now) == 0)
      #expect(try memory.expireMemory(before: now + .seconds(1)) == 3)
      #expect(try memory.entries(of: keeper) == [lasting])
      try memory.clear(keeper)
      #expect(try memory.entries(of: keeper).isEmpty)
      #expect(try memory.dreams(of: keeper, limit: 10).isEmpty)
    }
  }
}
