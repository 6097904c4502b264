import Foundation
import Ledger
import Readers
import Testing

/// Runs, turns and edits in forms that the samples do not show.
@Suite("Copilot CLI facts")
struct CopilotFactsTests {
  /// Writes a session event by event.
  final class Session {
    private var lines: [String] = []

    func event(_ type: String, _ data: String) {
      let second = lines.count
      let stamp =
        "2026-01-01T00:\(second / 60 < 10 ? "0" : "")\(second / 60):\(second % 60 < 10 ? "0" : "")\(second % 60).000Z"
      lines.append(
        #"{"type":"\#(type)","data":\#(data),"id":"e\#(second)","timestamp":"\#(stamp)","parentId":null}"#)
    }

    func start() {
      event(
        "session.start",
        #"{"sessionId":"s","copilotVersion":"1.0.64","producer":"copilot-agent","startTime":"2026-01-01T00:00:00.000Z","#
          + #""context":{"cwd":"/home/dev/proj","branch":"main","repository":"o/r","repositoryHost":"github.com"}}"#
      )
    }

    func resume() { event("session.resume", #"{"context":{"cwd":"/home/dev/proj","branch":"next"}}"#) }
    func message(_ text: String, more: String = "") {
      event("user.message", #"{"content":"\#(text)"\#(more)}"#)
    }

    func answer(_ id: String, _ output: Int, model: String? = "m") {
      let stated = model.map { #","model":"\#($0)""# } ?? ""
      event(
        "assistant.message", #"{"messageId":"\#(id)","content":"text","outputTokens":\#(output)\#(stated)}"#)
    }

    func shutdown(_ model: String = "m", requests: Int, _ input: Int, _ cached: Int, _ output: Int) {
      event(
        "session.shutdown",
        #"{"modelMetrics":{"\#(model)":{"requests":{"count":\#(requests)},"usage":{"inputTokens":\#(input),"#
          + #""cacheReadTokens":\#(cached),"cacheWriteTokens":0,"outputTokens":\#(output),"reasoningTokens":0}}}}"#
      )
    }

    func read() throws -> FactBatch {
      try ReadersTests.read(CopilotCLIReader.self, data, path: "s/events.jsonl")
    }
    var data: [UInt8] { Array((lines.joined(separator: "\n") + "\n").utf8) }
  }

  @Test("A run that was killed keeps its answers, and takes nothing from the runs beside it")
  func killedRun() throws {
    let session = Session()
    session.start()
    session.message("one")
    session.answer("a", 10)
    // The total holds 5 output tokens of a call that no answer shows.
    session.shutdown(requests: 2, 100, 40, 15)
    session.resume()
    session.message("two")
    session.answer("b", 7)
    session.resume()
    session.message("three")
    session.answer("c", 3)
    session.shutdown(requests: 1, 50, 0, 3)
    let batch = try session.read()
    #expect(strongest([batch]) == [110, 40, 0, 0, 15 + 7 + 3, 0])
    #expect(batch.sessions.map(\.flags) == [.totalsMissing])
    #expect(batch.usage.map(\.counts.output) == [10, 7, 3])
    #expect(batch.usage.allSatisfy { $0.counts.input == nil })
    try expectSameAfterCut(CopilotCLIReader.self, session.data, path: "s/events.jsonl")
  }

  @Test("Totals that a newer version carries over a resume are counted once")
  func cumulativeTotals() throws {
    for keepsAccounts in [true, false] {
      let session = Session()
      session.start()
      session.message("one")
      session.answer("a", 10)
      if keepsAccounts { session.event("session.usage_checkpoint", "{}") }
      session.shutdown(requests: 1, 100, 40, 10)
      session.resume()
      session.message("two")
      session.answer("b", 20)
      session.shutdown(requests: 2, 300, 140, 30)
      let expected: [Int64] = keepsAccounts ? [160, 140, 0, 0, 30, 0] : [220, 180, 0, 0, 40, 0]
      #expect(strongest([try session.read()]) == expected)
      try expectSameAfterCut(CopilotCLIReader.self, session.data, path: "s/events.jsonl")
    }
  }

  @Test("Answers that name no model are of the run's only model; if none is ever named they have none")
  func unnamedModel() throws {
    let session = Session()
    session.start()
    session.message("one")
    session.answer("a", 10, model: nil)
    #expect(try session.read().usage.map(\.model) == [nil])
    session.shutdown("m2", requests: 1, 100, 40, 10)
    let batch = try session.read()
    #expect(batch.usage.map(\.model) == ["m2"])
    #expect(strongest([batch]) == [60, 40, 0, 0, 10, 0])
  }

  @Test("A provider that reports no usage leaves it unknown")
  func silentProvider() throws {
    let session = Session()
    session.start()
    session.message("one")
    session.answer("a", 0)
    session.shutdown(requests: 1, 0, 0, 0)
    let batch = try session.read()
    #expect(batch.usage.map(\.counts.isUnknown) == [true])
    #expect(batch.totals.isEmpty)
    #expect(batch.diagnostics.map(\.kind) == [.usageMissing])
  }

  @Test("Edits are taken from what each tool was told, with what became of them")
  func edits() throws {
    let session = Session()
    session.start()
    session.message("one")
    let calls: [(name: String, arguments: String)] = [
      ("create", #"{"path":"/p/a.txt","file_text":"first line\nsecond line\n"}"#),
      ("edit", #"{"path":"/p/a.txt","old_str":"first line\nkept line","new_str":"other line\nkept line"}"#),
      (
        "str_replace_editor",
        #"{"command":"insert","path":"/p/a.txt","insert_line":1,"new_str":"inserted line"}"#
      ),
      ("apply_patch", #""*** Begin Patch\n*** Add File: b.txt\n+patched line\n*** End Patch""#),
      ("create", #"{"path":"/p/c.txt","file_text":"never written"}"#),
    ]
    for (index, call) in calls.enumerated() {
      session.event(
        "tool.execution_start",
        #"{"toolCallId":"c\#(index)","toolName":"\#(call.name)","arguments":\#(call.arguments)}"#)
      let last = index == calls.count - 1
      session.event(
        "tool.execution_complete",
        #"{"toolCallId":"c\#(index)","success":\#(!last)\#(last ? #","error":{"message":"no","code":"denied"}"# : "")}"#
      )
    }
    let edits = try session.read().edits
    #expect(
      edits.map(\.added) == [
        hashes("first line", "second line"), hashes("other line"), hashes("inserted line"),
        hashes("patched line"), hashes("never written"),
      ])
    #expect(edits.map(\.removed) == [[], hashes("first line"), [], [], []])
    #expect(edits.map(\.exit) == [.succeeded, .succeeded, .succeeded, .succeeded, .rejected])
    #expect(edits[3].path == PathHash("/home/dev/proj/b.txt", key: testKey))
  }

  @Test("A message is a turn; what the tool sends itself is not a person's")
  func turns() throws {
    let session = Session()
    session.start()
    session.message("typed", more: #","interactionId":"i1","source":"user""#)
    session.answer("a", 1)
    session.message("typed into it", more: #","interactionId":"i1""#)
    session.event("abort", #"{"reason":"user initiated"}"#)
    session.message("go on", more: #","interactionId":"i2","isAutopilotContinuation":true"#)
    session.message("scheduled", more: #","interactionId":"i3","source":"schedule-1""#)
    session.event("brand.new", #"{"secret":"text"}"#)
    session.event("session.brand_new", #"{"secret":"text"}"#)
    let batch = try session.read()
    #expect(batch.turns.map(\.trigger) == [.person, .unknown, .hook, .schedule])
    #expect(batch.turns.map(\.interrupted) == [false, true, false, false])
    #expect(Set(batch.turns.map(\.id)).count == 4)
    #expect(batch.turns[0].id == Key128(space: "copilot-cli/turn", "i1"))
    #expect(batch.turns[0].promptBytes == 5 && batch.turns[0].outputBytes == 4)
    #expect(batch.diagnostics.map(\.kind) == [.unknownRecord])
    #expect(batch.sessions.map(\.remote) == ["https://github.com/o/r"])
  }

  @Test("On the CLI's screen each message has a mode; without one it may be a program's")
  func modes() throws {
    let session = Session()
    session.start()
    for mode in ["interactive", "plan", "shell", "autopilot"] {
      session.message("typed", more: #","agentMode":"\#(mode)""#)
    }
    session.message("injected", more: #","agentMode":"interactive","source":"skill-pdf""#)
    session.message("continued", more: #","agentMode":"interactive","isAutopilotContinuation":true"#)
    session.message("handed over")
    let batch = try session.read()
    #expect(
      batch.turns.map(\.trigger) == [.person, .person, .person, .unknown, .hook, .hook, .unknown])
  }

  @Test("Only the CLI's own event files are looked for and recognised")
  func places() {
    let place = CopilotCLIReader.places[0]
    #expect(place.shape("0f1e/events.jsonl") == .lines)
    #expect(place.shape("0f1e/workspace.yaml") == nil)
    #expect(place.shape("0f1e/files/events.jsonl") == nil)
    #expect(recognised(CopilotCLIReader.self, #"{"type":"session.start","data":{"copilotVersion":"1.0"}}"#))
    let editor = #"{"type":"session.start","data":{"copilotVersion":"0.47.0","vscodeVersion":"1.119.0"}}"#
    #expect(!recognised(CopilotCLIReader.self, editor))
  }

  private func hashes(_ lines: String...) -> [LineHash] { lines.compactMap { LineHash($0, key: testKey) } }
}
