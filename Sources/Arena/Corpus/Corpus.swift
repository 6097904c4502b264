package import Foundation
import Ledger

/// Large histories for benchmarks, shaped to what was measured on real ones: 3,142 files and 1.24 GB had file
/// sizes of 105 KB (median), 654 KB (p90), 5.4 MB (p99) and 87 MB (largest), and lines of 5.3 KB on average,
/// 55 in 100 of them an assistant's with usage.
package enum Corpus {
  /// The working directory that the records name.
  static let root = "/home/dev/code/harbour"

  /// What was written.
  package struct Truth: Sendable, Hashable, Codable {
    package var files = 0
    package var lines = 0
    package var bytes: Int64 = 0
    package var largestFile: Int64 = 0
    package var assistantLines = 0
    package var totals = GroundTruth.Totals()
  }

  /// Writes about `bytes` bytes of Claude Code history below `home`.
  package static func write(bytes: Int64, home: URL, seed: UInt64) throws -> Truth {
    let folder = home.appendingPathComponent(
      ".claude/projects/" + String(root.map { $0.isLetter || $0.isNumber ? $0 : "-" }))
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var truth = Truth()
    var chance = Chance(seed: seed, label: "corpus")
    let pool = LinePool(seed: seed)
    let end = Instant(milliseconds: 1_790_000_000_000)
    for size in sizes(bytes: bytes, &chance) {
      var session = SessionWriter(
        start: end - .minutes(chance.int64(0...(60 * 24 * 180))), chance: Chance(seed: chance.next()))
      session.fill(to: Int(size), from: pool)
      try Data(session.buffer).write(to: folder.appendingPathComponent("\(session.name).jsonl"))
      truth.files += 1
      truth.lines += session.lines
      truth.assistantLines += session.assistantLines
      truth.bytes += Int64(session.buffer.count)
      truth.largestFile = max(truth.largestFile, Int64(session.buffer.count))
      truth.totals = truth.totals + session.totals
    }
    return truth
  }

  /// Quantiles of file sizes in bytes.
  private static let quantiles: [(share: Double, bytes: Double)] = [
    (0, 2_000), (0.5, 105_000), (0.9, 654_000), (0.99, 5_400_000), (0.999, 20_000_000), (1, 87_000_000),
  ]

  /// Sizes that add up to about `bytes`, spread evenly over the quantiles, in a shuffled order.
  private static func sizes(bytes: Int64, _ chance: inout Chance) -> [Int64] {
    var count = max(1, Int(bytes / 480_000))
    var sizes = spread(count)
    // The tail decides the sum; a few rounds bring the count to where the sum is right.
    for _ in 0..<12 {
      let sum = sizes.reduce(0, +)
      guard sum > 0, abs(sum - bytes) > bytes / 100 else { break }
      count = max(1, Int(Int64(count) * bytes / sum))
      sizes = spread(count)
    }
    for index in sizes.indices { sizes.swapAt(index, index + chance.below(sizes.count - index)) }
    return sizes
  }

  private static func spread(_ count: Int) -> [Int64] {
    (0..<count).map { index in
      let share = (Double(index) + 0.5) / Double(count)
      let upper = quantiles.firstIndex { $0.share >= share } ?? quantiles.count - 1
      let (low, high) = (quantiles[max(0, upper - 1)], quantiles[upper])
      let part = high.share > low.share ? (share - low.share) / (high.share - low.share) : 0
      return Int64(low.bytes * pow(high.bytes / low.bytes, part))
    }
  }
}

/// Fills one file with the lines of one long session.
private struct SessionWriter {
  let name: String
  private(set) var buffer: [UInt8] = []
  private(set) var lines = 0
  private(set) var assistantLines = 0
  private(set) var totals = GroundTruth.Totals()
  private var clock: Instant
  private var chance: Chance
  private var values = LineTemplate.Values()

  init(start: Instant, chance: Chance) {
    clock = start
    self.chance = chance
    name = self.chance.uuid()
    values.set(.session, name)
    values.set(.uuid, self.chance.uuid())
  }

  mutating func fill(to size: Int, from pool: LinePool) {
    buffer.reserveCapacity(size + 700_000)
    // Large lines only in files that have room for them.
    while buffer.count < size {
      add(pool.prompts[chance.below(pool.prompts.count)])
      for _ in 0..<chance.int(2...14) where buffer.count < size {
        round(from: pool, room: size - buffer.count)
      }
    }
  }

  /// One call of the model: its blocks, then what its tools returned.
  private mutating func round(from pool: LinePool, room: Int) {
    let counts = TokenCounts(
      input: chance.int64(1...9), cacheRead: chance.int64(10_000...99_999),
      cacheWrite5m: chance.int64(1000...9999),
      cacheWrite1h: 0, output: chance.int64(100...999))
    totals = totals + GroundTruth.Totals(calls: 1, counts: counts)
    values.set(.message, "msg_01\(chance.base62(22))")
    values.set(.request, "req_011C\(chance.base62(20))")
    values.set(.tool, "toolu_01\(chance.base62(22))")
    values.set(.input, "\(counts.input ?? 0)")
    values.set(.creation, "\(counts.cacheWrite5m ?? 0)")
    values.set(.created, "\(counts.cacheWrite5m ?? 0)")
    values.set(.read, "\(counts.cacheRead ?? 0)")
    values.set(.output, "\(counts.output ?? 0)")
    if chance.happens(14) { addAnswer(pool.thoughts[chance.below(pool.thoughts.count)]) }
    if chance.happens(22) { addAnswer(pool.answers[chance.below(pool.answers.count)]) }
    var index = chance.below(pool.calls.count)
    if let result = pool.calls[index].results.first, result.bytes.count > room * 2 + 20_000 {
      index = (index + 97) % pool.calls.count
    }
    addAnswer(pool.calls[index].use)
    for result in pool.calls[index].results { add(result) }
  }

  private mutating func addAnswer(_ template: LineTemplate) {
    add(template)
    assistantLines += 1
  }

  private mutating func add(_ template: LineTemplate) {
    clock = clock + .milliseconds(chance.int64(40...9000))
    values[.parent] = values[.uuid]
    values.set(.uuid, chance.uuid())
    values.set(.time, clock.iso8601)
    template.append(to: &buffer, filling: values)
    lines += 1
  }
}
