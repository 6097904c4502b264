import Arena
import Foundation
import Ledger
import Testing

/// The tokens in the files, summed here without the generator's code by the rules that the formats have.
@Suite("The demo's totals")
struct DemoTotalsTests {
  @Test("Claude Code: largest counts per message, and what cost-state has beyond them")
  func claudeCode() async throws {
    let demo = try await WrittenDemo.shared
    var messages: [String: TokenCounts] = [:]
    var ends: [String: TokenCounts] = [:]
    for path in try demo.files(ending: ".jsonl") where path.hasPrefix(".claude/") {
      for line in try demo.lines(path) {
        let message = line.object("message")
        if line.string("type") == "assistant", message.string("model") != "<synthetic>" {
          let counts = Self.claude(message.object("usage"))
          messages[message.string("id")] = (messages[message.string("id")] ?? TokenCounts()).merged(
            with: counts)
        }
        let models = line.object("modelUsage").values.map { Self.costState($0 as? [String: Any] ?? [:]) }
        if !models.isEmpty { ends[line.string("sessionId")] = models.reduce(TokenCounts(), +) }
      }
    }
    let sessions = demo.truth.sessions.filter { $0.tool == .claudeCode }
    let itemised = sessions.reduce(GroundTruth.Totals()) { $0 + $1.itemised }
    #expect(messages.count == itemised.calls)
    expectEqual(messages.values.reduce(TokenCounts(), +), itemised.counts)

    #expect(ends.count > 10)
    for session in sessions {
      guard let end = ends[session.name] else { continue }
      let parent = session.parent.flatMap { ends[$0] } ?? TokenCounts()
      expectEqual(end, session.itemised.counts + session.unitemised.counts + parent)
    }
    let unitemised = sessions.filter { $0.unitemised.calls > 0 }
    #expect(unitemised.count == 2)
    #expect(unitemised.allSatisfy { ends[$0.name] != nil })
  }

  @Test("Codex: one record per response, or the growth of the totals")
  func codex() async throws {
    let demo = try await WrittenDemo.shared
    var sum = TokenCounts()
    var calls = 0
    var repeated = 0
    for path in try demo.files(ending: ".jsonl") where path.hasPrefix(".codex/") {
      let lines = try demo.lines(path)
      let records = lines.filter { $0.string("type") == "token_usage_record" }
      #expect(Set(records.map { $0.object("payload").string("response_id") }).count == records.count)
      calls += records.count
      for record in records { sum += Self.openAI(record.object("payload").object("usage")) }
      let totals = lines.map { $0.object("payload") }.filter { $0.string("type") == "token_count" }
        .map { $0.object("info").object("total_token_usage") }
      guard records.isEmpty, let last = totals.last else { continue }
      let distinct = Set(totals.map { $0.int("total_tokens") }).count
      calls += distinct
      repeated += totals.count - distinct
      sum += Self.openAI(last)
    }
    let truth = demo.truth.totals[.codex] ?? .init()
    #expect(calls == truth.calls)
    #expect(repeated > 0, "older files repeat counts")
    expectEqual(sum, truth.counts)
  }

  @Test("Gemini CLI: input without the cached part, thoughts as output")
  func geminiCLI() async throws {
    let demo = try await WrittenDemo.shared
    var totals = GroundTruth.Totals()
    for path in try demo.files(ending: ".json") where path.hasPrefix(".gemini/") {
      for message in try demo.object(path).objects("messages") where message.string("type") == "gemini" {
        let tokens = message.object("tokens")
        let parts = tokens.int("input") + tokens.int("output") + tokens.int("thoughts") + tokens.int("tool")
        #expect(tokens.int("total") == parts)
        let counts = TokenCounts(
          input: tokens.int("input") - tokens.int("cached"), cacheRead: tokens.int("cached"),
          output: tokens.int("output") + tokens.int("thoughts"), reasoning: tokens.int("thoughts"))
        totals = totals + GroundTruth.Totals(calls: 1, counts: counts)
      }
    }
    #expect(totals.calls == demo.truth.totals[.geminiCLI]?.calls)
    expectEqual(totals.counts, demo.truth.totals[.geminiCLI]?.counts ?? TokenCounts())
  }

  @Test("OpenCode: one file per message, and the same in its step-finish part")
  func openCode() async throws {
    let demo = try await WrittenDemo.shared
    var messages = GroundTruth.Totals()
    var parts = GroundTruth.Totals()
    for path in try demo.files(ending: ".json") where path.contains("/opencode/storage/") {
      let object = try demo.object(path)
      let tokens = object.object("tokens")
      guard !tokens.isEmpty else { continue }
      let counts = TokenCounts(
        input: tokens.int("input"), cacheRead: tokens.object("cache").int("read"),
        cacheWrite5m: tokens.object("cache").int("write"), output: tokens.int("output"),
        reasoning: tokens.int("reasoning"))
      let total = GroundTruth.Totals(calls: 1, counts: counts)
      if path.contains("/message/") { messages = messages + total } else { parts = parts + total }
    }
    #expect(messages == parts)
    #expect(messages.calls == demo.truth.totals[.openCode]?.calls)
    expectEqual(messages.counts, demo.truth.totals[.openCode]?.counts ?? TokenCounts())
  }

  @Test("Copilot CLI: the totals of each shutdown; only the output of a killed session")
  func copilotCLI() async throws {
    let demo = try await WrittenDemo.shared
    var killed = 0
    for session in demo.truth.sessions where session.tool == .copilotCLI {
      let events = try demo.lines(".copilot/session-state/\(session.name)/events.jsonl")
      let messages = events.filter { $0.string("type") == "assistant.message" }
      let output = messages.reduce(Int64(0)) { $0 + $1.object("data").int("outputTokens") }
      #expect(messages.count == session.itemised.calls)
      #expect(output == session.itemised.counts.output)
      guard let end = events.first(where: { $0.string("type") == "session.shutdown" }) else {
        killed += 1
        #expect(session.totalsMissing)
        continue
      }
      let usage = end.object("data").object("modelMetrics").object(session.model).object("usage")
      let counts = TokenCounts(
        input: usage.int("inputTokens") - usage.int("cacheReadTokens"),
        cacheRead: usage.int("cacheReadTokens"),
        cacheWrite5m: usage.int("cacheWriteTokens"), output: usage.int("outputTokens"),
        reasoning: usage.int("reasoningTokens"))
      expectEqual(counts, session.itemised.counts)
    }
    #expect(killed == 1)
  }

  @Test("Cursor: additive columns that add up to the total column")
  func cursor() async throws {
    let demo = try await WrittenDemo.shared
    let path = try #require(try demo.files(ending: ".csv").first)
    var totals = GroundTruth.Totals()
    for row in String(decoding: try demo.data(path), as: UTF8.self).split(separator: "\n").dropFirst() {
      let fields = row.split(separator: ",").compactMap { Int64($0.filter(\.isNumber)) }
      let cells = row.dropFirst().dropLast().components(separatedBy: "\",\"")
      let numbers = cells[4...8].compactMap { Int64($0) }
      #expect(numbers.count == 5 && fields.count >= 5)
      #expect(numbers[0...3].reduce(0, +) == numbers[4])
      let counts = TokenCounts(
        input: numbers[1], cacheRead: numbers[2], cacheWrite5m: numbers[0], output: numbers[3])
      totals = totals + GroundTruth.Totals(calls: 1, counts: counts)
    }
    #expect(totals == demo.truth.cursor)
  }

  @Test("The turns of a session add up to it")
  func turns() async throws {
    let demo = try await WrittenDemo.shared
    for session in demo.truth.sessions {
      #expect(session.turns.reduce(GroundTruth.Totals()) { $0 + $1.itemised } == session.itemised)
    }
  }

  // MARK: The formats' rules

  private static func claude(_ usage: [String: Any]) -> TokenCounts {
    let written = usage.object("cache_creation")
    let counts = TokenCounts(
      input: usage.int("input_tokens"), cacheRead: usage.int("cache_read_input_tokens"),
      cacheWrite5m: written.int("ephemeral_5m_input_tokens"),
      cacheWrite1h: written.int("ephemeral_1h_input_tokens"), output: usage.int("output_tokens"))
    let both = (counts.cacheWrite5m ?? 0) + (counts.cacheWrite1h ?? 0)
    #expect(both == usage.int("cache_creation_input_tokens"))
    return counts
  }

  private static func costState(_ usage: [String: Any]) -> TokenCounts {
    TokenCounts(
      input: usage.int("inputTokens"), cacheRead: usage.int("cacheReadInputTokens"),
      cacheWrite5m: usage.int("cacheCreationEphemeral5mInputTokens"),
      cacheWrite1h: usage.int("cacheCreationEphemeral1hInputTokens"), output: usage.int("outputTokens"))
  }

  private static func openAI(_ usage: [String: Any]) -> TokenCounts {
    TokenCounts(
      input: usage.int("input_tokens") - usage.int("cached_input_tokens"),
      cacheRead: usage.int("cached_input_tokens"), output: usage.int("output_tokens"),
      reasoning: usage.int("reasoning_output_tokens"))
  }

  /// Equal in every class; a class that a format does not have is 0 here.
  private func expectEqual(
    _ a: TokenCounts, _ b: TokenCounts, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for path in TokenCounts.classes {
      #expect((a[keyPath: path] ?? 0) == (b[keyPath: path] ?? 0), sourceLocation: sourceLocation)
    }
  }
}
