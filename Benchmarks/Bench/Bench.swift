import Arena
import ArgumentParser
import Collection
import Foundation
import Ledger
import Readers

/// What ./bench calls: makes the data, and times what can only be timed inside a process.
@main
struct Bench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", subcommands: [MakeCorpus.self, MakeRepository.self, Reading.self])
}

struct MakeCorpus: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "corpus", abstract: "Write a history of Claude Code sessions, shaped like real ones.")

  @Option(help: "Megabytes, about.") var megabytes: Int64 = 448
  @Argument(help: "The home directory to write to.") var home: String

  func run() throws {
    let truth = try Corpus.write(bytes: megabytes * 1_000_000, home: URL(filePath: home), seed: 2026)
    print("\(truth.files) files, \(truth.lines) lines, \(truth.bytes) bytes")
  }
}

struct MakeRepository: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repository", abstract: "Write a repository, and sessions whose edits landed in it.")

  @Option var commits = 50_000
  @Option var sessions = 1_000
  @Argument(help: "The directory to write `home` and `repository` into.") var directory: String

  func run() async throws {
    let root = URL(filePath: directory)
    _ = try await Corpus.writeRepository(
      commits: commits, sessions: sessions, repository: root.appending(path: "repository"),
      home: root.appending(path: "home"), endingAt: Instant(Date()), seed: 2026)
  }
}

/// Times the readers on one core, in memory that is warm.
struct Reading: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reading", abstract: "Time the Claude Code reader and its peers on a home's history.")

  @Option(help: "How often; the best run counts.") var runs = 3
  @Option(help: "Only this measurement.") var only: String?
  @Argument(help: "The home directory.") var home: String

  func run() throws {
    let discovery = Discovery(homes: [HomeDirectory(path: home)])
    let files = try discovery.sources.filter { $0.tool == .claudeCode }.map { source in
      (path: source.path, bytes: [UInt8](try Data(contentsOf: URL(filePath: source.path))))
    }
    let bytes = files.reduce(0) { $0 + $1.bytes.count }
    print("\(files.count) files, \(bytes / 1_000_000) MB, one thread, best of \(runs)")
    time("split into lines", bytes) {
      files.reduce(into: 0) { sum, file in Self.forEachLine(file.bytes) { _ in sum += 1 } }
    }
    for (name, detail) in [
      ("usage only", ClaudeCodeReader.Detail.usage), ("every fact but sketches", .facts),
      ("every fact", .sketches),
    ] {
      time(name, bytes) { files.reduce(0) { $0 + Self.read($1.path, $1.bytes, detail) } }
    }
    time("JSONDecoder, envelope only", bytes) {
      files.reduce(0) { $0 + Self.decode($1.bytes) }
    }
  }

  private func time(_ name: String, _ bytes: Int, _ body: () throws -> Int) rethrows {
    if let only, only != name { return }
    let clock = ContinuousClock()
    var best = Duration.seconds(3600)
    var result = 0
    for _ in 0..<runs {
      let start = clock.now
      result = try body()
      best = min(best, start.duration(to: clock.now))
    }
    let seconds = Double(best.wholeMilliseconds) / 1000
    let rate = Int(Double(bytes) / 1_000_000 / max(seconds, 0.001))
    print("\(name): \(best.wholeMilliseconds) ms, \(rate) MB/s (\(result))")
  }

  private static func read(_ path: String, _ bytes: [UInt8], _ detail: ClaudeCodeReader.Detail) -> Int {
    let source = SourceDescription(path: path, shape: .lines)
    guard
      var reader = try? ClaudeCodeReader(
        source: source, key: SipHash24.Key(k0: 1, k1: 2), checkpoint: nil)
    else { return 0 }
    reader.detail = detail
    var batch = FactBatch()
    var number = 0
    var records = 0
    var start = 0
    bytes.withUnsafeBufferPointer { buffer in
      for index in Self.lineBreaks(buffer) {
        number += 1
        reader.read(bytes.span.extracting(start..<index), at: UnitPosition(number: number), into: &batch)
        start = index + 1
        if batch.rowCount > 8192 {
          records += batch.usage.count
          batch = FactBatch()
        }
      }
    }
    reader.finish(into: &batch)
    return records + batch.usage.count
  }

  private static func lineBreaks(_ buffer: UnsafeBufferPointer<UInt8>) -> [Int] {
    var breaks: [Int] = []
    var from = 0
    while from < buffer.count, let base = buffer.baseAddress,
      let hit = memchr(base + from, 0x0A, buffer.count - from)
    {
      let index = UnsafeRawPointer(base).distance(to: hit)
      breaks.append(index)
      from = index + 1
    }
    return breaks
  }

  private static func forEachLine(_ bytes: [UInt8], _ body: (Range<Int>) -> Void) {
    bytes.withUnsafeBufferPointer { buffer in
      var start = 0
      for index in lineBreaks(buffer) {
        body(start..<index)
        start = index + 1
      }
    }
  }

  /// What a straightforward program would do.
  private struct Envelope: Decodable {
    struct Message: Decodable {
      struct Usage: Decodable {
        var input_tokens: Int64?
        var output_tokens: Int64?
        var cache_read_input_tokens: Int64?
        var cache_creation_input_tokens: Int64?
      }
      var id: String?
      var model: String?
      var usage: Usage?
    }
    var type: String?
    var message: Message?
  }

  private static func decode(_ bytes: [UInt8]) -> Int {
    let decoder = JSONDecoder()
    var ids: Set<String> = []
    forEachLine(bytes) { range in
      guard let line = try? decoder.decode(Envelope.self, from: Data(bytes[range])), line.type == "assistant",
        line.message?.usage != nil, let id = line.message?.id
      else { return }
      ids.insert(id)
    }
    return ids.count
  }
}
