import Collection
import Foundation
import Ledger
import LedgerSQLite
import TestCorpus
import Testing

@Suite("Hostile files, read by the program itself")
struct HostileFileTests {
  private let directory: TemporaryDirectory
  private static let megabyte = 1 << 20

  init() throws { directory = try TemporaryDirectory() }

  private func report(_ ledger: String = "ledger.sqlite") throws -> (
    report: Report, result: ChildProcess.Result
  ) {
    let result = try ChildProcess.run(
      ChildProcess.assay,
      [
        "report", "--files", directory.path("files"), "--ledger", directory.path(ledger), "--json",
        "--timezone", "UTC",
      ])
    return (try Report(ofRun: result), result)
  }

  /// Writes a file piece by piece, so that the test itself stays small.
  private func write(
    _ name: String, _ body: (_ write: ([UInt8], Int) throws -> Void) throws -> Void
  ) throws {
    let path = try directory.write([], to: "files/\(name)")
    let handle = try FileHandle(forWritingTo: URL(filePath: path))
    defer { try? handle.close() }
    try body { piece, times in
      let data = Data(piece)
      for _ in 0..<times { try handle.write(contentsOf: data) }
    }
  }

  @Test("One line of 100 MB is read, one beyond the limit is skipped and counted, in bounded memory")
  func longLines() throws {
    let filler = [UInt8](repeating: 0x61, count: Self.megabyte)
    let whole = Transcript.line(call: 2, text: [0x00])
    let cut = try #require(whole.firstIndex(of: 0x00))
    try write("long.jsonl") { write in
      try write(Transcript.lines(calls: 0..<2), 1)
      try write(Array(whole[..<cut]), 1)
      try write(filler, 100)
      try write(Array(whole[(cut + 1)...]), 1)
      try write(Array(whole[..<cut]), 1)
      try write(filler, 130)
      try write(Array(whole[(cut + 1)...]), 1)
      try write(Transcript.lines(calls: 3..<5, withPrompt: false), 1)
    }
    let (report, result) = try self.report()
    #expect(report.totals.records == 5)
    #expect(report.diagnostics.map(\.kind) == ["line-too-long"])
    #expect(report.diagnostics.first?.lines == [5])
    #expect(result.peakBytes < 700 * Self.megabyte, "peak \(result.peakBytes / Self.megabyte) MiB")
  }

  @Test("Millions of lines that are nothing are counted, in bounded memory and a small ledger")
  func manyLines() throws {
    let count = 2_000_000
    let piece = Array(String(repeating: "{\n", count: 10_000).utf8)
    try write("many.jsonl") { write in
      try write(Transcript.lines(calls: 0..<2), 1)
      try write(piece, count / 10_000)
      try write(Transcript.lines(calls: 2..<4, withPrompt: false), 1)
    }
    let (report, result) = try self.report()
    #expect(report.totals.records == 4)
    #expect(report.diagnostics.reduce(0) { $0 + $1.count } == count)
    #expect(result.peakBytes < 300 * Self.megabyte, "peak \(result.peakBytes / Self.megabyte) MiB")
    let size =
      try FileManager.default.attributesOfItem(atPath: directory.path("ledger.sqlite"))[.size] as? Int
    #expect((size ?? .max) < 2 * Self.megabyte)
  }

  @Test("Deep nesting, absurd numbers and odd names harm nothing else")
  func odd() throws {
    let deep = [UInt8](repeating: 0x5B, count: 200_000)
    try write("a.jsonl") { write in
      try write(Transcript.lines(calls: 0..<1), 1)
      try write(deep, 1)
      try write([0x0A], 1)
      try write(Array("{\"type\":\"assistant\",\"message\":".utf8) + deep, 1)
      try write([0x0A], 1)
      try write([UInt8](repeating: 0, count: 4096) + [0x0A], 1)
      for (index, number) in ["9223372036854775807", "9223372036854775807", "-1", "1e308", "0.5"].enumerated()
      {
        try write(Transcript.line(call: 10 + index, tokens: number), 1)
      }
      try write(Transcript.lines(calls: 1..<2, withPrompt: false), 1)
    }
    try directory.write(
      Transcript.lines(calls: 0..<1, session: "0b7e6a52-9f39-4b1c-8b57-222222222222"),
      to: "files/..%2f..\n\u{202e}.jsonl")
    let (report, _) = try self.report()
    #expect(report.totals.records == 8)
    #expect(report.totals.unknown_records == 5)
    #expect(report.totals.input == 30)
    #expect(report.totals.output ?? 0 >= 0)
    #expect(report.broken.isEmpty)
  }

  @Test("Totals at the limit of the integers do not crash the sums")
  func hugeTotals() throws {
    let model = """
      "claude-opus-4-5-20251101":{"inputTokens":9223372036854775807,"outputTokens":9223372036854775807,\
      "cacheReadInputTokens":9223372036854775807,"cacheCreationInputTokens":1,"webSearchRequests":9223372036854775807}
      """
    for part in 0..<3 {
      let session = "0b7e6a52-9f39-4b1c-8b57-33333333333\(part)"
      let state = """
        {"type":"cost-state","sessionId":"\(session)","modelUsage":{\(model)}}

        """
      try directory.write(
        Transcript.lines(calls: 0..<3, session: session) + Array(state.utf8), to: "files/\(session).jsonl")
    }
    let (report, _) = try self.report()
    #expect(report.totals.records == 9)
    #expect(report.broken.isEmpty)
  }

  @Test("Ten thousand files in deep and wide directories")
  func manyFiles() throws {
    for number in 0..<10_000 {
      let session = "0b7e6a52-9f39-4b1c-8b57-" + String(100_000_000_000 + number)
      let folder = number % 7 == 0 ? "a/b/c/d/e/f" : "wide/\(number % 500)"
      try directory.write(
        Transcript.lines(calls: 0..<1, session: session), to: "files/\(folder)/\(session).jsonl")
    }
    let (report, result) = try self.report()
    #expect(report.totals.records == 10_000)
    #expect(report.totals.input == 100_000)
    #expect(result.peakBytes < 400 * Self.megabyte, "peak \(result.peakBytes / Self.megabyte) MiB")
    #expect(try self.report().report == report)
  }
}
