import Foundation
import Ledger
import Telemetry
import Testing

/// Requests of real clients against the provider's bill.
@Suite struct RecordedRequestTests {
  @Test(
    "Claude Code's sessions come to the provider's bill exactly",
    arguments: ["claude-protobuf", "claude-json"])
  func claudeCode(_ client: String) throws {
    for encoding in OTLPEncoding.allCases {
      let readings = try Recordings.requests(of: client).map { $0.read(encoding) }
      let usage = Recordings.usage(readings)
      let truth = try BilledCall.read(Recordings.folder(client).appending(path: "truth.jsonl"))
      #expect(truth.count > 8)
      #expect([SessionID: TokenCounts](usage) == [SessionID: TokenCounts](truth))
      #expect(Set(usage.compactMap(\.requestID)) == Set(truth.compactMap(\.request_id)))
      #expect(Set(usage.map(\.model)) == Set(truth.map(\.model)))
      #expect(usage.allSatisfy { $0.kind == .telemetry && $0.tool == .claudeCode && $0.account == .local })
      #expect(readings.allSatisfy { $0.rejected.isEmpty && $0.doubts.isEmpty && $0.answer.status == 200 })
    }
  }

  @Test("Codex's sessions come to the provider's bill exactly", arguments: ["codex-protobuf", "codex-json"])
  func codex(_ client: String) throws {
    for encoding in OTLPEncoding.allCases {
      let readings = try Recordings.requests(of: client).map { $0.read(encoding) }
      let usage = Recordings.usage(readings)
      let truth = try BilledCall.read(Recordings.folder(client).appending(path: "truth.jsonl"))
      #expect(usage.count == truth.count && truth.count > 5)
      // The provider has no cache writes, and Codex says that they are 0.
      let billed = [SessionID: TokenCounts](truth).mapValues { $0 + TokenCounts(cacheWrite5m: 0) }
      #expect([SessionID: TokenCounts](usage) == billed)
      #expect(usage.allSatisfy { $0.model == "gpt-5.5" && $0.tool == .codex && $0.requestID == nil })
    }
  }

  @Test("turns and tool calls are those of the script; of what they held nothing is kept")
  func turns() throws {
    let claude = try Recordings.requests(of: "claude-protobuf").map { $0.read(.protobuf).facts }
    let turns = claude.flatMap(\.turns)
    #expect(turns.count >= 4 && turns.allSatisfy { $0.promptBytes > 50 && $0.ownerRank == .telemetry })
    let calls = claude.flatMap(\.toolCalls)
    #expect(Set(calls.map(\.name)).isSuperset(of: ["Bash"]))
    #expect(calls.contains { $0.exit == .failed } && calls.contains { $0.exit == .succeeded })
    #expect(Set(calls.map(\.turn)).isSubset(of: Set(turns.map(\.id))))
    let mentions = claude.flatMap(\.mentions)
    #expect(mentions.count == 1 && mentions.allSatisfy { $0.kind == .committed && $0.value.count == 40 })

    let codex = try Recordings.requests(of: "codex-protobuf").map { $0.read(.protobuf).facts }
    #expect(codex.flatMap(\.turns).count == 3)
    #expect(codex.flatMap(\.turns).allSatisfy { $0.trigger == .script })
    #expect(codex.flatMap(\.toolCalls).filter { $0.kind == .command }.count == 3)
    for secret in ["secret-output", "what nobody keeps", "git commit"] {
      for request in Recordings.all {
        #expect(!"\(request.read(.protobuf))".contains(secret), "\(request.name)")
      }
    }
  }

  @Test("calls by the GenAI conventions: each once, agents and tools not at all")
  func genAI() throws {
    let reading = try #require(try Recordings.requests(of: "sdk").first).read(.protobuf)
    let usage = reading.facts.usage.sorted { ($0.counts.input ?? 0) < ($1.counts.input ?? 0) }
    try #require(usage.count == 3)
    #expect(usage[0].counts.isUnknown && reading.doubts == [.usageMissing: 1])
    #expect(
      usage[1].counts
        == TokenCounts(input: 300, cacheRead: 600, cacheWrite5m: 100, output: 50, reasoning: 20))
    #expect(usage[1].id == .openAIResponse("resp_labsdk000001") && usage[1].model == "gpt-5.5-2026")
    #expect(usage[2].counts == TokenCounts(input: 700, output: 20) && usage[2].model == "gpt-4.1")
    #expect(Set(usage.map(\.session)).count == 1 && usage.allSatisfy { $0.tool == .other })
    #expect(reading.facts.sessions.map(\.name) == ["conv-1"])
  }

  @Test("Langfuse's generations: its own, OpenAI's and Anthropic's counts become the same classes")
  func langfuse() throws {
    let usage = try Recordings.requests(of: "langfuse").flatMap { $0.read(.protobuf).facts.usage }
    let openAI = TokenCounts(input: 400, cacheRead: 600, output: 50, reasoning: 20)
    #expect(
      Set(usage.map(\.counts)) == [
        openAI, TokenCounts(input: 40, cacheRead: 900, cacheWrite5m: 60, output: 25), TokenCounts(input: 12),
      ])
    #expect(usage.count == 4 && usage.filter { $0.counts == openAI }.count == 2)
    #expect(usage.allSatisfy { $0.ownerRank == .telemetry })
  }

  @Test("counters of tokens make no records, and come to what the events say")
  func meters() throws {
    let requests = try Recordings.requests(of: "claude-json")
    let meters = requests.flatMap { $0.read(.json).meters }
    #expect(!meters.isEmpty && meters.allSatisfy { $0.isDelta && $0.session != nil })
    #expect(requests.filter { $0.signal == .metrics }.allSatisfy { $0.read(.json).facts.isEmpty })
    let usage = Recordings.usage(requests.map { $0.read(.json) })
    let input = meters.filter { $0.class == .input }.map(\.count).reduce(0, +)
    #expect(input == usage.compactMap(\.counts.input).reduce(0, +))
  }

  @Test("protobuf and JSON of one request give the same", arguments: Recordings.all)
  func encodings(_ request: Recordings.Request) {
    let protobuf = request.read(.protobuf)
    let json = request.read(.json)
    expectSame(protobuf.facts, json.facts)
    #expect(protobuf.claims == json.claims && protobuf.meters == json.meters)
    #expect(protobuf.recordCount == json.recordCount && protobuf.passedOver == json.passedOver)
    #expect(protobuf.recordCount > 0)
  }

  @Test("claims stand beside the facts")
  func claims() throws {
    let reading = try #require(try Recordings.requests(of: "claude-json").first { $0.signal == .logs }).read(
      .json)
    #expect(reading.claims.keys.map(\.user) == ["installation"])
    #expect(reading.claims.values.allSatisfy { $0.isSubset(of: Set(reading.facts.sessions.map(\.id))) })
  }
}

/// Batches of facts, kind by kind.
func expectSame(_ a: FactBatch, _ b: FactBatch, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(a.sessions == b.sessions, sourceLocation: sourceLocation)
  #expect(a.usage == b.usage, sourceLocation: sourceLocation)
  #expect(a.turns == b.turns, sourceLocation: sourceLocation)
  #expect(a.toolCalls == b.toolCalls, sourceLocation: sourceLocation)
  #expect(a.mentions == b.mentions, sourceLocation: sourceLocation)
}
