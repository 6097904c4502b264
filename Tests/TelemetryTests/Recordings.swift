import Foundation
import Ledger
import Telemetry
import Testing

/// What real clients sent (Recording/record.py), and what the provider billed them.
enum Recordings {
  static let clients = ["claude-protobuf", "claude-json", "codex-protobuf", "codex-json", "sdk", "langfuse"]

  struct Request: Sendable, CustomTestStringConvertible {
    var name: String
    var signal: OTLPSignal
    var protobuf: [UInt8]
    var json: [UInt8]

    var testDescription: String { name }

    func read(_ encoding: OTLPEncoding) -> TelemetryReading {
      OTLPRequest.read(
        signal, contentType: encoding.contentType, bytes: encoding == .json ? json : protobuf, account: .local
      )
    }
  }

  static let all: [Request] = clients.flatMap { (try? requests(of: $0)) ?? [] }

  static func requests(of client: String) throws -> [Request] {
    let directory = try folder(client)
    return try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0.hasSuffix(".pb") }
      .sorted()
      .map { file in
        let stem = String(file.dropLast(3))
        return Request(
          name: "\(client)/\(stem)", signal: try #require(OTLPSignal(rawValue: String(stem.dropFirst(3)))),
          protobuf: try Array(Data(contentsOf: directory.appending(path: file))),
          json: try Array(Data(contentsOf: directory.appending(path: "\(stem).json"))))
      }
  }

  static func folder(_ client: String) throws -> URL {
    try #require(Bundle.module.resourceURL).appending(path: "Fixtures/\(client)")
  }

  /// Of all requests of a client, each call once.
  static func usage(_ readings: [TelemetryReading]) -> [UsageRecord] {
    readings.flatMap(\.facts.usage).reduce(into: [EventID: UsageRecord]()) { known, record in
      known[record.id] = known[record.id]?.merged(with: record) ?? record
    }.values.sorted { $0.id < $1.id }
  }
}

/// A call as the provider billed it (`truth.jsonl`).
struct BilledCall: Decodable, Hashable {
  var kind: String
  var sid: String?
  var key: String?
  var model: String?
  var request_id: String?
  var input_tokens: Int64?
  var output_tokens: Int64?
  var cache_read_input_tokens: Int64?
  var c5: Int64?
  var c1: Int64?
  var cached: Int64?
  var reasoning: Int64?

  static func read(_ url: URL) throws -> [BilledCall] {
    let decoder = JSONDecoder()
    return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map {
      try decoder.decode(BilledCall.self, from: Data($0.utf8))
    }.filter { $0.kind == "billed" }
  }

  /// In the ledger's classes.
  var counts: TokenCounts {
    if sid != nil {
      return TokenCounts(
        input: input_tokens, cacheRead: cache_read_input_tokens, cacheWrite5m: c5, cacheWrite1h: c1,
        output: output_tokens)
    }
    return TokenCounts(
      input: input_tokens.map { $0 - (cached ?? 0) }, cacheRead: cached, output: output_tokens,
      reasoning: reasoning)
  }

  var session: SessionID? { sid.map { .ofClaudeCode($0) } ?? key.map { .ofCodex($0) } }
}

extension [SessionID: TokenCounts] {
  init(_ records: [UsageRecord]) {
    self = records.reduce(into: [:]) { sums, record in
      sums[record.session, default: TokenCounts()] += record.counts
    }
  }

  init(_ calls: [BilledCall]) {
    self = calls.reduce(into: [:]) { sums, call in
      if let session = call.session { sums[session, default: TokenCounts()] += call.counts }
    }
  }
}
