import ArgumentParser
import Collection
import Foundation
import Ledger
import Readers

/// Times a reader and its peers on one core, in memory that is warm.
struct ReadingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reading", abstract: "Time a reader and its peers on a home's history.",
    discussion: """
      Each measurement is a line: its name, the bytes read, the best wall time and the best processor time in \
      microseconds, and what was counted, separated by tabs.
      """)

  @Option(help: "How often; the best run counts.") var runs = 3
  @Option(help: "Only this measurement; may be given several times.") var only: [String] = []
  @Option(help: "The tool whose history is read: claude-code, codex, copilot-cli.") var tool = "claude-code"
  @Option(help: "Read a small history so often in each run.") var times = 1
  @Argument(help: "The home directory.") var home: String

  func run() throws {
    let discovery = Discovery(homes: [HomeDirectory(path: home)])
    let files = try discovery.sources.filter { $0.tool.rawValue == tool && $0.shape == .lines }.map {
      source in
      HistoryFile(path: source.path, bytes: [UInt8](try Data(contentsOf: URL(filePath: source.path))))
    }
    guard !files.isEmpty else { throw ValidationError("\(home) holds no history of \(tool).") }
    for measurement in Measurement.all(of: tool) where only.isEmpty || only.contains(measurement.name) {
      time(measurement, files)
    }
  }

  private func time(_ measurement: Measurement, _ files: [HistoryFile]) {
    let clock = ContinuousClock()
    var wall = Duration.seconds(3600)
    var processor = Duration.seconds(3600)
    var count = 0
    for _ in 0..<max(1, runs) {
      let start = clock.now
      let used = Self.processorTime()
      for _ in 0..<max(1, times) { count = files.reduce(0) { $0 &+ measurement.body($1) } }
      wall = min(wall, start.duration(to: clock.now))
      processor = min(processor, Self.processorTime() - used)
    }
    let bytes = files.reduce(0) { $0 + $1.bytes.count } * max(1, times)
    print(
      measurement.name, bytes, Self.microseconds(wall), Self.microseconds(processor), count, separator: "\t")
  }

  /// What this process has used of the processors so far: other programs do not lengthen it much.
  static func processorTime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  static func microseconds(_ duration: Duration) -> Int64 {
    duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000
  }
}

/// A file of a history, in memory.
struct HistoryFile {
  var path: String
  var bytes: [UInt8]

  /// Calls `body` with the range of each line, without its line break.
  func forEachLine(_ body: (Range<Int>) -> Void) {
    bytes.withUnsafeBufferPointer { buffer in
      var start = 0
      while start < buffer.count, let base = buffer.baseAddress {
        // In bounds: start < buffer.count.
        let hit = memchr(base + start, 0x0A, buffer.count - start)
        let end = hit.map { UnsafeRawPointer(base).distance(to: $0) } ?? buffer.count
        body(start..<end)
        start = end + 1
      }
    }
  }
}
