import ArgumentParser
import Foundation
import Ledger
import LedgerSQLite
import SwiftProtobuf
import Telemetry

/// Times how fast telemetry is taken: recorded requests of Claude Code and Codex, repeated under other names and times
/// until they are as many as wanted, in requests of the size that clients send.
struct TelemetryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "telemetry", abstract: "Time reading OTLP logs, and storing what they hold.",
    discussion: """
      Each line: what was measured, log records, wall time and processor time in microseconds, records a second, and \
      that as a ratio to the goal, separated by tabs.
      """)

  @Option(help: "Log records.") var records = 400_000
  @Option(help: "Recordings are repeated within one request until it has so many records.") var batch = 512
  @Option(help: "How often; the best run counts.") var runs = 3
  @Option(help: "What is aimed at, in records a second.") var goal = 100_000
  @Flag(help: "Only the records that report a model call, each of which becomes a row.") var callsOnly = false
  @Argument(help: "The directory of the recordings: Tests/TelemetryTests/Fixtures.") var fixtures: String

  func run() throws {
    let recorded = try recordings()
    let requests = try make(recorded)
    let count = requests.count * recorded.map(\.logRecordCount).reduce(0, +) * repeats(recorded)
    let bytes = requests.map(\.count).reduce(0, +)
    print("\(requests.count) requests, \(count) log records, \(bytes / max(1, count)) bytes a record")
    let json = try requests.prefix(max(1, requests.count / 8)).map {
      try Array(ProtoLogsRequest(serializedBytes: $0).jsonUTF8Bytes() as [UInt8])
    }
    try measure("generated messages, decoding only", count) {
      for request in requests { _ = try ProtoLogsRequest(serializedBytes: request) }
    }
    try measure("protobuf to facts", count) {
      for request in requests { _ = try facts(request, .protobuf) }
    }
    try measure("JSON to facts", count / requests.count * json.count) {
      for request in json { _ = try facts(request, .json) }
    }
    var usage = 0
    try measure("protobuf to facts to SQLite, one thread", count) {
      try withLedger { ledger in
        for group in requests.chunks(of: 8) {
          try ledger.append(try group.map { try facts($0, .protobuf) }, surviving: .crash)
        }
        usage = try ledger.usage(of: ledger.sessions().map(\.id)).records.count
      }
    }
    print("usage records\t\(usage)")
  }

  private func facts(_ bytes: [UInt8], _ encoding: OTLPEncoding) throws -> FactBatch {
    let reading = OTLPRequest.read(.logs, contentType: encoding.contentType, bytes: bytes, account: .local)
    guard reading.answer.status == 200 else { throw ValidationError("a request was not taken") }
    return reading.facts
  }

  // MARK: Requests

  private func recordings() throws -> [ProtoLogsRequest] {
    try ["claude-protobuf", "codex-protobuf"].flatMap { client in
      let folder = URL(filePath: fixtures).appending(path: client)
      return try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { $0.hasSuffix("-logs.pb") }.sorted()
        .map { try ProtoLogsRequest(serializedBytes: [UInt8](Data(contentsOf: folder.appending(path: $0)))) }
        .map { callsOnly ? $0.callsOnly : $0 }
    }
  }

  private func repeats(_ recorded: [ProtoLogsRequest]) -> Int {
    max(1, batch / max(1, recorded.map(\.logRecordCount).reduce(0, +)))
  }

  /// Each has all recordings some times, under names of its own.
  private func make(_ recorded: [ProtoLogsRequest]) throws -> [[UInt8]] {
    let each = recorded.map(\.logRecordCount).reduce(0, +) * repeats(recorded)
    guard each > 0 else { throw ValidationError("\(fixtures) holds no recordings.") }
    return try (0..<max(1, records / each)).map { number in
      var request = ProtoLogsRequest()
      for copy in 0..<repeats(recorded) {
        let suffix = "-\(number)-\(copy)"
        for one in recorded { request.resourceLogs += one.renamed(suffix).resourceLogs }
      }
      return try request.serializedBytes()
    }
  }

  // MARK: Measuring

  private func withLedger(_ body: (SQLiteLedger) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: directory) }
    try body(SQLiteLedger(path: directory.appending(path: "ledger").path))
  }

  private func measure(_ name: String, _ count: Int, _ body: () throws -> Void) rethrows {
    var best: (wall: Duration, processor: Duration)?
    for _ in 0..<max(1, runs) {
      let start = ContinuousClock.now
      let used = ReadingCommand.processorTime()
      try body()
      let wall = ContinuousClock.now - start
      if best.map({ wall < $0.wall }) ?? true { best = (wall, ReadingCommand.processorTime() - used) }
    }
    guard let best else { return }
    let wall = ReadingCommand.microseconds(best.wall)
    let processor = ReadingCommand.microseconds(best.processor)
    // Of the processor time: what else the machine does makes no difference to that.
    let rate = Double(count) / Double(max(1, processor)) * 1_000_000
    print(
      name, count, wall, processor, Int(rate), String(format: "%.2f", rate / Double(goal)), separator: "\t")
  }
}

extension ProtoLogsRequest {
  fileprivate var logRecordCount: Int {
    resourceLogs.flatMap(\.scopeLogs).map(\.logRecords.count).reduce(0, +)
  }

  fileprivate var callsOnly: ProtoLogsRequest {
    let names: Set = ["input_tokens", "input_token_count"]
    var copy = self
    for resource in copy.resourceLogs.indices {
      for scope in copy.resourceLogs[resource].scopeLogs.indices {
        copy.resourceLogs[resource].scopeLogs[scope].logRecords.removeAll { record in
          !record.attributes.contains { names.contains($0.key) }
        }
      }
    }
    return copy
  }

  fileprivate func renamed(_ suffix: String) -> ProtoLogsRequest {
    let names: Set = ["session.id", "conversation.id", "request_id", "prompt.id", "tool_use_id", "call_id"]
    var copy = self
    for resource in copy.resourceLogs.indices {
      for scope in copy.resourceLogs[resource].scopeLogs.indices {
        for record in copy.resourceLogs[resource].scopeLogs[scope].logRecords.indices {
          for index in copy.resourceLogs[resource].scopeLogs[scope].logRecords[record].attributes.indices {
            let attribute = copy.resourceLogs[resource].scopeLogs[scope].logRecords[record].attributes[index]
            guard names.contains(attribute.key) else { continue }
            copy.resourceLogs[resource].scopeLogs[scope].logRecords[record].attributes[index].value
              .stringValue =
              attribute.value.stringValue + suffix
          }
        }
      }
    }
    return copy
  }
}

extension Array {
  fileprivate func chunks(of size: Int) -> [[Element]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
  }
}
