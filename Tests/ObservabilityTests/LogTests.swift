import Foundation
import Logging
import Testing
import Tracing

@testable import Observability

@Suite("Log lines")
struct LogTests {
  /// What is written to a file while `body` logs.
  private func written(
    _ format: LogFormat?, metadataProvider: Logger.MetadataProvider? = nil, _ body: (inout Logger) -> Void
  ) throws -> [String] {
    let file = URL.temporaryDirectory.appending(path: "assay-\(UUID().uuidString).log")
    try Data().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let handle = try FileHandle(forWritingTo: file)
    let sink = LogSink(descriptor: handle.fileDescriptor)
    var logger = Logger(label: "assay.gateway") { label in
      LineLogHandler(
        label: label, level: .trace, sink: sink, format: format, metadataProvider: metadataProvider)
    }
    body(&logger)
    try handle.close()
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(text.hasSuffix("\n"))
    return text.dropLast().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private func record(_ message: String, _ metadata: Logger.Metadata = [:]) -> LogRecord {
    LogRecord(
      nanosecondsSinceEpoch: 1_763_717_103_123_456_789, level: .warning, label: "gw", message: message,
      metadata: metadata, trace: nil)
  }

  private func text(_ record: LogRecord, _ format: LogFormat) -> String {
    String(decoding: record.line(format), as: UTF8.self)
  }

  @Test("The two forms look like this")
  func forms() {
    var example = record(
      "Upstream was slow", ["upstream.name": "anthropic", "wait": "1.5 s", "n": ["a": "1", "b": []]])
    example.trace = TraceContext(traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    #expect(
      text(example, .json) == #"""
        {"timestamp":"2025-11-21T09:25:03.123Z","level":"warning","label":"gw","message":"Upstream was slow","trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331","metadata":{"n":{"a":"1","b":[]},"upstream.name":"anthropic","wait":"1.5 s"}}

        """#)
    #expect(
      text(example, .human) == #"""
        2025-11-21T09:25:03.123Z warning gw: Upstream was slow  n={"a":"1","b":[]}  upstream.name=anthropic  wait="1.5 s"  trace_id=0af7651916cd43dd8448eb211c80319c

        """#)
  }

  @Test(
    "Instants are RFC 3339 in UTC",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (951_782_399_999_999_999, "2000-02-28T23:59:59.999Z"),
      (951_782_400_000_000_000, "2000-02-29T00:00:00.000Z"),
      (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000Z"),
      (1_709_164_800_001_000_000, "2024-02-29T00:00:00.001Z"), (.max, "2554-07-21T23:34:33.709Z"),
    ] as [(UInt64, String)])
  func instants(nanoseconds: UInt64, expected: String) {
    #expect(CivilTime.rfc3339(nanosecondsSinceEpoch: nanoseconds) == expected)
  }

  @Test("Dates of HTTP headers are understood in the form that may be sent, and in no other")
  func httpDates() {
    #expect(CivilTime.httpDate("Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777)
    #expect(CivilTime.httpDate("Thu, 29 Feb 2024 00:00:00 GMT") == 1_709_164_800)
    for bad in [
      "", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 UTC",
      "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 99999999999999999999 08:49:37 GMT",
      "Sun, 06 Nov 1994 08::37 GMT",
    ] {
      #expect(CivilTime.httpDate(bad) == nil)
    }
  }

  @Test("What is no terminal gets JSON, with what the logger, the provider, the statement and the error say")
  func sources() throws {
    struct Failure: Error {}
    let provider = Logger.MetadataProvider { ["b": "provider", "c": "provider"] }
    let lines = try written(nil, metadataProvider: provider) { logger in
      logger[metadataKey: "a"] = "logger"
      logger[metadataKey: "b"] = "logger"
      var context = ServiceContext.topLevel
      context.traceContext = TraceContext(
        traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
      ServiceContext.withValue(context) {
        logger.error("Lost it", error: Failure(), metadata: ["c": "statement"])
      }
      logger.debug("Second")
    }
    #expect(lines.count == 2)
    let object = try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any]
    let first = try #require(object)
    #expect(first["trace_id"] as? String == "0af7651916cd43dd8448eb211c80319c")
    #expect(first["level"] as? String == "error")
    let metadata = try #require(first["metadata"] as? [String: String])
    #expect(metadata["a"] == "logger" && metadata["b"] == "provider" && metadata["c"] == "statement")
    #expect(metadata["error.type"]?.hasSuffix("Failure") == true)
    #expect(!lines[1].contains("trace_id"))
  }

  @Test(
    "Nobody can forge a line, a field or a terminal's command", arguments: [LogFormat.json, .human])
  func forgery(format: LogFormat) throws {
    var random = Seeded(seed: 11)
    let pieces = [
      "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}", "\u{1b}[2J", "\u{9b}31m", "\u{7f}", "\0", "\u{202e}",
      "\u{2066}",
      "\u{200f}", "\u{e0041}", "\u{feff}", "\"", "\\", "=", " ", "}", "{", ",", "level",
      "2026-01-01T00:00:00.000Z info",
      "é", "😀", "a\u{301}",
    ]
    func hostile() -> String {
      (0..<Int.random(in: 0...12, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
        .joined()
    }
    for _ in 0..<500 {
      let (message, key, value, nested) = (hostile(), hostile(), hostile(), hostile())
      let line = text(
        record(message, [key: .string(value), "list": [.string(nested), [nested: "x"]]]), format)
      #expect(line.unicodeScalars.last == "\n")
      let treacherous = line.unicodeScalars.dropLast().filter { scalar in
        [.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
          || "\u{200f}\u{202e}\u{2066}\u{feff}\u{e0041}".unicodeScalars.contains(scalar)
      }
      #expect(treacherous.isEmpty)
      if format == .json {
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        #expect(object?["message"] as? String == message)
        #expect(object?["level"] as? String == "warning")
        #expect((object?["metadata"] as? [String: Any])?[key] as? String == value)
      }
    }
    if format == .human {
      // A value cannot pass for a field beside it.
      #expect(text(record("x", ["a": "1  user=root"]), .human).contains(#"a="1  user=root""#))
    }
  }

  @Test("Lines of many tasks do not mix, and long ones are cut")
  func whole() async throws {
    let file = URL.temporaryDirectory.appending(path: "assay-\(UUID().uuidString).log")
    try Data().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let handle = try FileHandle(forWritingTo: file)
    let sink = LogSink(descriptor: handle.fileDescriptor)
    let logger = Logger(label: "x") { LineLogHandler(label: $0, sink: sink, format: .json) }
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          for _ in 0..<50 {
            logger.info("m", metadata: ["v": "\(String(repeating: "\(task)", count: 20_000))"])
          }
        }
      }
    }
    try handle.close()
    let lines = try Data(contentsOf: file).split(separator: UInt8(ascii: "\n"))
    #expect(lines.count == 400)
    #expect(sink.lostLines == 0)
    for line in lines {
      let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
      let value = try #require((object?["metadata"] as? [String: String])?["v"])
      #expect(value.utf8.count == LogRecord.textBytes + "…".utf8.count)
      #expect(Set(value.dropLast()).count == 1)
    }
  }

  @Test("Metadata as deep as one likes is cut, not followed to the end")
  func deep() throws {
    var value = Logger.MetadataValue.string("bottom")
    for _ in 0..<10_000 { value = .array([value]) }
    for format in [LogFormat.json, .human] {
      let line = text(record("deep", ["d": value]), format)
      #expect(line.utf8.count < 300)
      #expect(!line.contains("bottom"))
    }
  }

  @Test("A sink that is gone loses lines, counts them, and hurts nobody")
  func closedSink() throws {
    let sink = LogSink(descriptor: -1)
    sink.write(Array("x\n".utf8))
    #expect(sink.lostLines == 1)
  }
}
