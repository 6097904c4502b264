import Foundation
import Ledger
import Readers
import Testing

/// The ways in which a rollout repeats what was already counted, or begins to count anew.
@Suite("Codex usage")
struct CodexUsageTests {
  @Test("A total emitted again adds nothing, within a turn or after a resume")
  func reemission() throws {
    let rollout = Rollout(thread: "t")
    rollout.turn("1")
    rollout.total(100, 40, 10, last: (100, 40, 10))
    rollout.total(100, 40, 10, last: (100, 40, 10))
    rollout.turn("2")
    rollout.total(100, 40, 10, last: (100, 40, 10))
    rollout.total(300, 140, 25, last: (200, 100, 15))
    let batch = try rollout.read()
    #expect(batch.usage.map(\.counts.input) == [60, 100])
    #expect(batch.usage.map(\.counts.cacheRead) == [40, 100])
    #expect(batch.usage.map(\.counts.output) == [10, 15])
  }

  @Test("A call whose own event was lost is in the next increment")
  func lostEvent() throws {
    let rollout = Rollout(thread: "t")
    rollout.turn("1")
    rollout.total(100, 0, 10, last: (100, 0, 10))
    rollout.total(500, 0, 30, last: (150, 0, 5))
    #expect(try rollout.sum() == [500, 0, 0, 0, 30, 0])
  }

  @Test("When totals fall, they begin a new epoch and are counted from its start")
  func newEpoch() throws {
    let rollout = Rollout(thread: "t")
    rollout.turn("1")
    rollout.total(1000, 400, 100, last: (1000, 400, 100))
    // What Codex writes when the context window is exceeded.
    rollout.total(0, 0, 0, last: (0, 0, 0))
    rollout.total(50, 10, 5, last: (50, 10, 5))
    rollout.total(90, 20, 9, last: (40, 10, 4))
    #expect(try rollout.sum() == [1000 - 400 + 90 - 20, 420, 0, 0, 109, 0])
  }

  @Test("A fork counts what it added to its parent's total, whether or not the parent's file is there")
  func forkByReference() throws {
    let parent = Rollout(thread: "parent")
    parent.turn("1")
    parent.total(100, 0, 10, last: (100, 0, 10))
    let fork = Rollout(thread: "fork", forkedFrom: "parent")
    fork.turn("2")
    fork.total(180, 30, 16, last: (80, 30, 6))
    fork.total(200, 40, 20, last: (20, 10, 4))
    #expect(try fork.sum() == [60, 40, 0, 0, 10, 0])
    let records = merged([try fork.read(), try parent.read()])
    #expect(Summed(records.values).counts == [160, 40, 0, 0, 20, 0])
    #expect(try fork.read().sessions[0].parent == Key128(space: "codex/session", "parent"))
  }

  @Test("A fork's copy of its parent's history is the parent's, in either order", arguments: [true, false])
  func forkByCopy(parentFirst: Bool) throws {
    let parent = Rollout(thread: "parent")
    parent.turn("1")
    parent.total(100, 0, 10, last: (100, 0, 10))
    parent.total(250, 90, 30, last: (150, 90, 20))
    let fork = Rollout(thread: "fork", forkedFrom: "parent", at: 100)
    fork.copy(of: parent)
    fork.turn("2")
    fork.total(350, 150, 36, last: (100, 60, 6))
    let second = Rollout(thread: "second", forkedFrom: "fork", at: 200)
    second.copy(of: fork)
    second.turn("3")
    second.total(360, 150, 37, last: (10, 0, 1))
    var batches = [try parent.read(), try fork.read(), try second.read()]
    if !parentFirst { batches.reverse() }
    let records = merged(batches)
    #expect(records.count == 4)
    #expect(Summed(records.values).counts == [210, 150, 0, 0, 37, 0])
    for (thread, count) in [("parent", 2), ("fork", 1), ("second", 1)] {
      let session = Key128(space: "codex/session", thread)
      #expect(records.values.filter { $0.session == session }.count == count, "\(thread)")
    }
    // Without the parent's file its use is still known, through the fork.
    #expect(Summed(merged([try second.read()]).values).counts == [210, 150, 0, 0, 37, 0])
  }

  @Test("A subagent that starts from its parent's total counts its own calls")
  func subagent() throws {
    let child = Rollout(thread: "child", spawnedBy: "parent")
    child.turn("1")
    child.total(1100, 1000, 20, last: (100, 0, 20))
    child.total(1150, 1000, 25, last: (50, 0, 5))
    #expect(try child.sum() == [150, 0, 0, 0, 25, 0])
    #expect(try child.read().turns.map(\.trigger) == [.agent])
    let fresh = Rollout(thread: "fresh", spawnedBy: "parent")
    fresh.turn("1")
    fresh.total(100, 0, 20, last: (100, 0, 20))
    #expect(try fresh.sum() == [100, 0, 0, 0, 20, 0])
    let sibling = Rollout(thread: "sibling", spawnedBy: "parent")
    sibling.turn("2")
    sibling.total(100, 0, 20, last: (100, 0, 20))
    #expect(merged([try fresh.read(), try sibling.read()]).count == 2, "siblings that used the same are two")
  }

  @Test("A session resumed by a version with response ids goes on without counting anything twice")
  func mixedVersions() throws {
    let rollout = Rollout(thread: "t")
    rollout.turn("1")
    rollout.total(100, 0, 10, last: (100, 0, 10))
    rollout.turn("2")
    rollout.response("resp_1", (200, 50, 20))
    rollout.total(300, 50, 30, last: (200, 50, 20))
    rollout.response("resp_2", (40, 0, 4))
    rollout.response("resp_3", (60, 0, 6))
    rollout.total(400, 50, 40, last: (60, 0, 6))
    // Resumed by an older version once more.
    rollout.turn("3")
    rollout.total(405, 50, 41, last: (5, 0, 1))
    let batch = try rollout.read()
    #expect(batch.usage.map(\.requestID) == [nil, "resp_1", "resp_2", "resp_3", nil])
    #expect(try rollout.sum() == [355, 50, 0, 0, 41, 0])
  }

  @Test("A response repeated in a fork is its parent's")
  func copiedResponse() throws {
    let parent = Rollout(thread: "parent")
    parent.turn("1")
    parent.response("resp_1", (200, 50, 20))
    let fork = Rollout(thread: "fork", forkedFrom: "parent", at: 100)
    fork.turn("1")
    fork.response("resp_1", (200, 50, 20), thread: "parent")
    fork.response("resp_2", (10, 0, 1))
    let records = merged([try fork.read(), try parent.read()])
    #expect(Summed(records.values).counts == [160, 50, 0, 0, 21, 0])
    #expect(records.values.filter { $0.session == Key128(space: "codex/session", "fork") }.count == 1)
  }

  @Test("Cache writes and reasoning are taken out of what includes them")
  func classes() throws {
    let rollout = Rollout(thread: "t")
    rollout.turn("1")
    rollout.line(
      "event_msg",
      #"{"type":"token_count","info":{"total_token_usage":{"input_tokens":100,"cached_input_tokens":30,"#
        + #""cache_write_input_tokens":20,"output_tokens":50,"reasoning_output_tokens":45,"total_tokens":150}}}"#
    )
    let counts = try #require(try rollout.read().usage.first).counts
    #expect(
      counts
        == TokenCounts(
          input: 50, cacheRead: 30, cacheWrite5m: 20, cacheWrite1h: nil, output: 50, reasoning: 45))
  }

  @Test(
    "A count that cannot be one makes the record unknown, and is reported",
    arguments: ["-1", "1.5", "1e9", "9223372036854775807"])
  func impossibleCounts(value: String) throws {
    let rollout = Rollout(thread: "t")
    rollout.turn("1")
    rollout.line(
      "token_usage_record",
      #"{"thread_id":"t","response_id":"r","usage":{"input_tokens":\#(value),"output_tokens":1}}"#)
    let batch = try rollout.read()
    #expect(batch.usage.map(\.counts) == [TokenCounts()])
    #expect(batch.diagnostics.map(\.kind) == [.impossibleCount])
  }

  @Test("Parts larger than their whole leave nothing negative, and are reported")
  func inconsistentParts() throws {
    let rollout = Rollout(thread: "t")
    rollout.turn("1")
    rollout.total(10, 40, 10, last: (10, 40, 10))
    let batch = try rollout.read()
    #expect(batch.usage.map(\.counts.input) == [0])
    #expect(batch.diagnostics.map(\.kind) == [.impossibleCount])
  }

  @Test("A turn answered without any usage is unknown, not zero; a model nobody named is none")
  func unknownUsage() throws {
    let rollout = Rollout(thread: "t")
    rollout.turn("1", model: nil)
    rollout.answer("done")
    rollout.line("event_msg", #"{"type":"task_complete","turn_id":"1"}"#)
    rollout.turn("2", model: nil)
    rollout.answer("done")
    rollout.total(10, 0, 1, last: (10, 0, 1))
    rollout.line("event_msg", #"{"type":"task_complete","turn_id":"2"}"#)
    let batch = try rollout.read()
    #expect(batch.usage.map(\.counts.isUnknown) == [true, false])
    #expect(batch.usage.map(\.turn) == batch.turns.map(\.id))
    #expect(batch.usage.allSatisfy { $0.model == nil })
  }

  @Test("White space in the JSON, foreign record types and broken lines lose nothing else")
  func tolerance() throws {
    let rollout = Rollout(thread: "t")
    rollout.turn("1")
    rollout.total(100, 0, 10, last: (100, 0, 10))
    rollout.line("event_msg", #"{"type":"brand_new_thing","secret":"text"}"#)
    rollout.line("event_msg", #"{"type":"brand_new_thing","secret":"text"}"#)
    rollout.line("event_msg", #"{"type":"not a name at all","secret":"text"}"#)
    rollout.lines.append(
      #"{"timestamp":"2026-01-01T00:00:10.000Z","type":"event_msg","payload":{"type":"tok"#)
    rollout.lines.append("not JSON \u{FFFD}")
    rollout.total(150, 0, 15, last: (50, 0, 5))
    let spaced = rollout.lines.map {
      $0.replacing("\":", with: "\" : ").replacing(",\"", with: " , \"") + " \r"
    }
    rollout.lines = spaced
    let batch = try rollout.read()
    #expect(Summed(batch.usage).counts == [150, 0, 0, 0, 15, 0])
    #expect(batch.diagnostics.filter { $0.kind == .brokenLine }.count == 2)
    let unknown = batch.diagnostics.filter { $0.kind == .unknownRecord }
    #expect(unknown.count == 2)
    #expect(unknown[0].detail.contains("brand_new_thing"))
    #expect(!unknown.contains { $0.detail.contains("secret") || $0.detail.contains("at all") })
  }

  @Test("An archived copy and the active file are one session")
  func archived() throws {
    let rollout = Rollout(thread: "t")
    rollout.turn("1")
    rollout.total(100, 0, 10, last: (100, 0, 10))
    let batches = [
      try rollout.read(path: "sessions/a.jsonl"), try rollout.read(path: "archived_sessions/a.jsonl"),
    ]
    #expect(merged(batches).count == 1)
    #expect(Set(batches.flatMap(\.sessions)).count == 1)
    #expect(Set(batches.flatMap(\.turns)).count == 1)
  }
}
