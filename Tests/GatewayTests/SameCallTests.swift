import Collection
import ControlSQLite
import Directory
import Foundation
import Ledger
import LedgerSQLite
import TestCorpus
import Testing

@testable import Gateway

/// Claude Code through the gateway writes down the same message that the gateway does.
@Suite("A call that two sources know")
struct SameCallTests {
  private static let session = "5b3a1f52-0000-4000-8000-0123456789ab"
  private static let usage =
    #""input_tokens":25,"cache_creation_input_tokens":100,"cache_read_input_tokens":2000,"cache_creation":{"ephemeral_5m_input_tokens":60,"ephemeral_1h_input_tokens":40},"service_tier":"standard""#

  /// As Claude Code writes it, a line for each block of the message: its counts are those of the stream's beginning.
  private static let log: [String] = [
    #"{"parentUuid":null,"type":"user","message":{"role":"user","content":"hi"},"uuid":"u1","timestamp":"2026-11-21T03:04:50.000Z",\#(place)}"#,
    line("a1", parent: "u1", #"{"type":"text","text":"ho"}"#),
    line("a2", parent: "a1", #"{"type":"tool_use","id":"toolu_1","name":"Bash","input":{"command":"ls"}}"#),
  ]

  private static let place =
    #""isSidechain":false,"userType":"external","cwd":"/home/ada/web","sessionId":"\#(session)","version":"2.1.329","gitBranch":"main""#

  private static func line(_ uuid: String, parent: String, _ block: String) -> String {
    #"{"parentUuid":"\#(parent)","type":"assistant","uuid":"\#(uuid)","timestamp":"2026-11-21T03:04:51.000Z","requestId":"req_2","message":{"id":"msg_2","type":"message","role":"assistant","model":"claude-sonnet-4-5-20250929","content":[\#(block)],"stop_reason":null,"usage":{\#(usage),"output_tokens":1}},\#(place)}"#
  }

  enum Order: String, Sendable, CaseIterable { case gatewayFirst, logFirst, logTwice }

  @Test(
    "T11: through the gateway and in a session's log, it is one record with what both know",
    arguments: Order.allCases)
  func once(_ order: Order) async throws {
    let directory = try TemporaryDirectory()
    let log = try directory.write(
      Array((Self.log.joined(separator: "\n") + "\n").utf8), to: "\(Self.session).jsonl")
    func collect() async throws {
      let ledger = try SQLiteLedger(path: directory.path("ledger.sqlite"))
      let outcome = try await Collector(store: ledger).collect(Discovery(homes: [], files: [log]))
      #expect(outcome.discovery.sources.map(\.tool) == [.claudeCode])
    }
    let upstream = try await ScriptedUpstream { _, _ in Exchange.stream() }
    if order != .gatewayFirst { try await collect() }
    let (everybody, gateway) = try await GatewayUnderTest.run(
      [upstream], in: directory, configure: { $0.keys = .required }
    ) { gateway in
      let everybody = try Everybody(in: gateway.control)
      let got = try await gateway.post(
        Exchange.streamedQuestion, to: "/v1/messages?beta=true",
        headers: everybody.headers + [
          ("user-agent", "claude-cli/2.1.329 (external, cli)"), ("x-claude-code-session-id", Self.session),
        ])
      #expect(got.status == 200 && got.header("request-id") == "req_2")
      return everybody
    }
    if order == .logTwice {
      // A copy in another place, as a backup is.
      try FileManager.default.copyItem(atPath: log, toPath: directory.path("copy.jsonl"))
      let copy = Discovery(homes: [], files: [directory.path("copy.jsonl")])
      _ = try await Collector(store: gateway.ledger).collect(copy)
    }
    if order != .logFirst { try await collect() }

    let sessions = try gateway.ledger.sessions()
    let (records, totals) = try gateway.ledger.usage(of: sessions.map(\.id))
    let record = try #require(records.first)
    #expect(records.count == 1 && totals.isEmpty && sessions.count == 1)
    #expect(
      record.counts
        == TokenCounts(input: 25, cacheRead: 2000, cacheWrite5m: 60, cacheWrite1h: 40, output: 7))
    #expect(record.requestID == "req_2" && record.tool == .claudeCode && record.kind == .itemised)
    // The gateway knows whose credential it was; the log knows the turn and where the work was done.
    #expect(record.account == everybody.agent.account)
    #expect(record.turn != nil)
    #expect(sessions.first?.id == record.session)
    #expect(sessions.first?.directory == "/home/ada/web" && sessions.first?.branch == "main")
    let call = try #require(try gateway.calls().first)
    #expect(try gateway.calls().count == 1)
    #expect(call.event == record.id && call.session == record.session && call.charged > .zero)
    try await upstream.stop()
  }
}
