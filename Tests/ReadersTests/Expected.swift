import Foundation
import Ledger

/// The figures of `Tests/Expected/expected.json`, which a script computes without the code under test.
struct Expected: Decodable {
  struct Totals: Decodable {
    var input: Int64?
    var cacheRead: Int64?
    var cacheWrite5m: Int64?
    var cacheWrite1h: Int64?
    var output: Int64?
    var reasoning: Int64?
    var records: Int
    var unknownRecords: Int
    var notBilled: Int

    enum CodingKeys: String, CodingKey {
      case input, output, reasoning, records
      case cacheRead = "cache_read"
      case cacheWrite5m = "cache_write_5m"
      case cacheWrite1h = "cache_write_1h"
      case unknownRecords = "unknown_records"
      case notBilled = "not_billed"
    }

    /// The counts, where a class that no record states is zero: a reader may leave it unknown.
    var counts: [Int64] {
      [input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning].map { $0 ?? 0 }
    }
  }

  struct Group: Decodable { var files: [String: Totals] }
  struct Run: Decodable {
    var home: Totals
    var sessions: [String: Totals]?
  }

  var samples: [String: Group]
  var lab: [String: Run]

  static func load() throws -> Expected {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Expected/expected.json")
    return try JSONDecoder().decode(Expected.self, from: Data(contentsOf: file))
  }
}

/// The sum of some records in the form in which ``Expected`` has it.
struct Summed {
  var counts: [Int64] = Array(repeating: 0, count: TokenCounts.classes.count)
  var records = 0
  var notBilled = 0

  init(_ records: some Sequence<UsageRecord>) {
    for record in records {
      if record.kind == .notBilled {
        notBilled += 1
        continue
      }
      self.records += 1
      for (index, path) in TokenCounts.classes.enumerated() {
        counts[index] += record.counts[keyPath: path] ?? 0
      }
    }
  }
}
