import Foundation
import Ledger
import Readers
import Testing

/// Calls, edits, outcomes and turns in forms that the samples do not show.
@Suite("Codex facts")
struct CodexFactsTests {
  private let patch = """
    *** Begin Patch
    *** Update File: src/old.swift
    *** Move to: src/new.swift
    @@ func first()
     let unchanged = 1
    -let before = compute(1)
    +let after = compute(2)
    +}
    *** Add File: src/added.swift
    +let added = true
    *** Delete File: src/gone.swift
    *** End Patch
    """

  @Test(
    "A patch is found in every way that Codex states it",
    arguments: ["custom", "input", "patch", "shell", "exec_command"])
  func patches(way: String) throws {
    let rollout = Rollout(thread: "t")
    rollout.turn("1")
    let heredoc = "apply_patch <<'EOF'\n\(patch)\nEOF\n"
    switch way {
    case "custom":
      rollout.line(
        "response_item",
        #"{"type":"custom_tool_call","call_id":"c","name":"apply_patch","input":\#(try rollout.quoted(patch))}"#
      )
      rollout.line(
        "response_item",
        #"{"type":"custom_tool_call_output","call_id":"c","output":"{\"output\":\"Success.\",\"metadata\":{\"exit_code\":0,\"duration_seconds\":0.0}}"}"#
      )
    case "shell":
      let command = #"{"command":["bash","-lc",\#(try rollout.quoted(heredoc))]}"#
      try rollout.call(
        "c", "shell", arguments: command, output: "Exit code: 0\nWall time: 0 seconds\nOutput:\n")
    case "exec_command":
      let command = #"{"cmd":\#(try rollout.quoted(heredoc)),"workdir":"/home/dev/proj"}"#
      try rollout.call(
        "c", "exec_command", arguments: command, output: "Process exited with code 0\nOutput:\n")
    default:
      try rollout.call(
        "c", "apply_patch", arguments: #"{"\#(way)":\#(try rollout.quoted(patch))}"#, output: "Done!")
    }
    let batch = try rollout.read()
    #expect(batch.edits.map(\.exit) == [.succeeded, .succeeded])
    #expect(
      batch.edits.map(\.path)
        == ["new", "added"].map { PathHash("/home/dev/proj/src/\($0).swift", key: testKey) })
    #expect(batch.edits.map(\.added) == [hashes("let after = compute(2)"), hashes("let added = true")])
    #expect(batch.edits.map(\.removed) == [hashes("let before = compute(1)"), []])
    #expect(Set(batch.edits.map(\.id)).count == 2)
    #expect(batch.toolCalls.map(\.exit) == [.succeeded])
  }

  @Test("A patch that did not apply is no evidence of work")
  func failedPatches() throws {
    let rollout = Rollout(thread: "t")
    rollout.turn("1")
    let arguments = #"{"input":\#(try rollout.quoted(patch))}"#
    try rollout.call(
      "a", "apply_patch", arguments: arguments, output: "apply_patch verification failed: no such file")
    try rollout.call("b", "apply_patch", arguments: arguments, output: "patch rejected by user")
    rollout.line(
      "response_item",
      #"{"type":"custom_tool_call","call_id":"c","name":"apply_patch","input":\#(try rollout.quoted(patch))}"#
    )
    rollout.line("event_msg", #"{"type":"patch_apply_end","call_id":"c","success":false,"changes":{}}"#)
    rollout.line(
      "response_item", #"{"type":"custom_tool_call_output","call_id":"c","output":"it went wrong"}"#)
    rollout.line(
      "response_item",
      #"{"type":"custom_tool_call","call_id":"d","name":"apply_patch","input":\#(try rollout.quoted(patch))}"#
    )
    let batch = try rollout.read()
    #expect(batch.toolCalls.sorted { $0.at < $1.at }.map(\.exit) == [.failed, .rejected, .failed, .unknown])
    #expect(batch.edits.map(\.exit) == [.failed, .failed, .rejected, .rejected, .failed, .failed])
  }

  @Test("What an event says was changed stands in for a patch that the call does not show")
  func changesOnly() throws {
    let rollout = Rollout(thread: "t")
    rollout.turn("1")
    rollout.line(
      "response_item",
      #"{"type":"function_call","name":"apply_patch","arguments":"{}","call_id":"c"}"#)
    rollout.line(
      "event_msg",
      #"{"type":"item_completed","item":{"type":"FileChange","id":"c","status":"completed","changes":{"/p/a.txt":"#
        + #"{"type":"update","unified_diff":"@@ -1,2 +1,2 @@\n context line\n-old content\n+new content\n"},"#
        + #""/p/b.txt":{"type":"delete","content":"deleted content\n"}}}}"#)
    rollout.line("response_item", #"{"type":"function_call_output","call_id":"c","output":"ok"}"#)
    let edits = try rollout.read().edits
    #expect(edits.map(\.added) == [hashes("new content"), []])
    #expect(edits.map(\.removed) == [hashes("old content"), hashes("deleted content")])
    #expect(edits.map(\.path) == [PathHash("/p/a.txt", key: testKey), PathHash("/p/b.txt", key: testKey)])
  }

  @Test("Commits and pull requests that a command made are named, also when it ended in the background")
  func outcomes() throws {
    let rollout = Rollout(thread: "t")
    rollout.turn("1")
    let commit = #"{"cmd":"git add -A && git commit -m 'x'"}"#
    try rollout.call(
      "a", "exec_command", arguments: commit,
      output: "Chunk ID: 1\nProcess exited with code 0\nOutput:\n[main 1a2b3c4] x\n 1 file changed\n")
    try rollout.call(
      "b", "exec_command", arguments: commit, output: "Process running with session ID 7\nOutput:\n")
    try rollout.call(
      "c", "write_stdin", arguments: #"{"session_id":7,"chars":""}"#,
      output: "Process exited with code 1\nOutput:\n[main 5d6e7f8] y\npush failed\n")
    try rollout.call(
      "d", "shell", arguments: #"{"command":["bash","-lc","gh pr create --fill"]}"#,
      output: #"{"output":"Creating\nhttps://github.com/o/r/pull/12\n","metadata":{"exit_code":0}}"#)
    try rollout.call(
      "e", "exec_command", arguments: #"{"cmd":"git log --oneline"}"#,
      output: "Process exited with code 0\nOutput:\n[main 9999999] not made here\n")
    let batch = try rollout.read()
    #expect(batch.mentions.map(\.value) == ["1a2b3c4", "5d6e7f8", "https://github.com/o/r/pull/12"])
    #expect(batch.mentions.map(\.kind) == [.committed, .committed, .pullRequest])
    let calls = latest(batch.toolCalls, by: \.id).values.sorted { $0.at < $1.at }
    #expect(calls.map(\.exit) == [.succeeded, .failed, .failed, .succeeded, .succeeded])
    #expect(calls.map(\.command) == [.commit, .commit, nil, .versionControl, .versionControl])
  }

  @Test("Files that shell commands read are their targets, and what a command commits has its message")
  func readTargets() throws {
    let rollout = Rollout(thread: "t")
    rollout.turn("1")
    let commands = [
      #"{"cmd":"sed -n '1,20p' src/a.c"}"#,
      #"{"command":["bash","-lc","cat ../b.c"],"workdir":"/home/dev/proj/src"}"#,
      #"{"cmd":"git add -A && git commit -m 'Add the thing'"}"#,
    ]
    for (index, command) in commands.enumerated() {
      try rollout.call("c\(index)", "exec_command", arguments: command, output: "")
    }
    let batch = try rollout.read()
    #expect(
      batch.toolCalls.map(\.target) == [
        PathHash("/home/dev/proj/src/a.c", key: testKey), PathHash("/home/dev/proj/src/../b.c", key: testKey),
        nil,
      ])
    #expect(batch.mentions.map(\.kind) == [.message])
    #expect(batch.mentions.first?.value == LineHash("Add the thing", key: testKey)?.hexadecimal)
  }

  @Test("Each message is a turn, also one sent while Codex works; what Codex inserts is none")
  func turns() throws {
    let rollout = Rollout(thread: "t")
    rollout.line(
      "response_item",
      #"{"type":"message","role":"user","content":[{"type":"input_text","text":"<environment_context>x"}]}"#)
    rollout.turn("1", message: "first")
    rollout.answer("on it")
    rollout.line("event_msg", #"{"type":"user_message","message":"also this","kind":"plain"}"#)
    rollout.line("event_msg", #"{"type":"user_message","message":"context","kind":"environment_context"}"#)
    rollout.line("event_msg", #"{"type":"user_message","message":"this too"}"#)
    rollout.answer("done")
    rollout.line("event_msg", #"{"type":"turn_aborted","reason":"interrupted"}"#)
    rollout.turn("2", message: "and then")
    let batch = try rollout.read()
    #expect(batch.turns.map(\.promptBytes) == [5, 9, 8, 8])
    #expect(batch.turns.map(\.outputBytes) == [5, 0, 4, 0])
    #expect(batch.turns.map(\.interrupted) == [false, false, true, false])
    #expect(batch.turns.map(\.gap) == [nil, .seconds(1), .seconds(3), .seconds(3)])
    #expect(Set(batch.turns.map(\.id)).count == 4)
  }

  @Test("Versions without events for messages, and those without an envelope, have turns too")
  func oldForms() throws {
    let lines = [
      #"{"id":"old","timestamp":"2025-06-01T10:00:00.000Z","instructions":null,"git":{"branch":"main"}}"#,
      #"{"record_type":"state"}"#,
      #"{"type":"message","role":"user","content":[{"type":"input_text","text":"<environment_context>"}]}"#,
      #"{"type":"message","role":"user","content":[{"type":"input_text","text":"hello there"}]}"#,
      #"{"type":"reasoning","summary":[]}"#,
      #"{"type":"function_call","name":"shell","arguments":"{\"command\":[\"ls\"]}","call_id":"c"}"#,
      #"{"type":"function_call_output","call_id":"c","output":"{\"output\":\"\",\"metadata\":{\"exit_code\":2}}"}"#,
      #"{"type":"message","role":"assistant","content":[{"type":"output_text","text":"hi"}]}"#,
    ]
    let batch = try read(
      CodexReader.self, Array(lines.joined(separator: "\n").utf8), path: "rollout-2025-06-01-old.jsonl")
    #expect(batch.turns.map(\.promptBytes) == [11])
    #expect(batch.turns.map(\.outputBytes) == [2])
    #expect(batch.toolCalls.map(\.exit) == [.failed])
    #expect(batch.toolCalls.map(\.command) == [.inspect])
    #expect(batch.diagnostics.isEmpty)
    // These versions wrote no usage at all: unknown, and said so.
    #expect(batch.usage.map(\.counts.isUnknown) == [true])
    #expect(batch.sessions.map(\.flags) == [.totalsMissing])
    #expect(batch.sessions.map(\.branch) == ["main"])
  }

  @Test(
    "A call's end is read from every form of result",
    arguments: [
      (#""Process exited with code 0\nOutput:\nexited with code 1""#, ExitState.succeeded),
      (#""Exit code: 127\nWall time: 1 seconds\nOutput:\n""#, .failed),
      (#""aborted by user after 3.1s""#, .interrupted),
      (#""exec_command failed: rejected by user""#, .rejected),
      (#""{\"output\":\"\",\"metadata\":{\"exit_code\":-1}}""#, .failed),
      (#"{"content":"x","success":false}"#, .failed),
      (#"[{"type":"input_text","text":"Process exited with code 0\n"}]"#, .succeeded),
      ("null", .unknown), ("12", .unknown), (#""""#, .unknown),
    ])
  func exits(output: String, expected: ExitState) throws {
    let rollout = Rollout(thread: "t")
    rollout.turn("1")
    rollout.line(
      "response_item", #"{"type":"function_call","name":"exec_command","arguments":"{}","call_id":"c"}"#)
    rollout.line("response_item", #"{"type":"function_call_output","call_id":"c","output":\#(output)}"#)
    #expect(try rollout.read().toolCalls.map(\.exit) == [expected])
  }

  @Test("An unusable checkpoint is an error that says what follows")
  func unusableCheckpoint() throws {
    let source = SourceDescription(path: "rollout-x.jsonl", shape: .lines)
    for bytes in [[], Array("{}".utf8), Array("nonsense".utf8)] as [[UInt8]] {
      #expect(throws: (any Error).self) { try CodexReader(source: source, key: testKey, checkpoint: bytes) }
      #expect(throws: (any Error).self) {
        try CopilotCLIReader(source: source, key: testKey, checkpoint: bytes)
      }
    }
  }

  @Test("Only rollouts are looked for, and only they are recognised")
  func places() throws {
    let shapes = CodexReader.places.map { $0.shape("2026/11/21/rollout-2026-11-21T00-00-00-x.jsonl") }
    #expect(shapes == [.lines, .lines])
    #expect(CodexReader.places[0].shape("2026/history.jsonl") == nil)
    #expect(CodexReader.places.map { $0.override?.appending } == ["sessions", "archived_sessions"])
    #expect(
      recognised(CodexReader.self, #"{ "timestamp" : "x", "type" : "session_meta", "payload" : {"id":"#))
    #expect(!recognised(CodexReader.self, #"{"type":"session.start","data":{}}"#))
    #expect(!recognised(CodexReader.self, ""))
  }

  private func hashes(_ lines: String...) -> [LineHash] { lines.compactMap { LineHash($0, key: testKey) } }
}
