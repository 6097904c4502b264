import Foundation

/// `Tests/Expected/expected.json`, which a script computes without the code under test.
struct Expected: Decodable {
  var samples: [String: Group]
  var lab: [String: Run]

  struct Group: Decodable {
    var files: [String: Totals]
    var total: Totals
  }

  struct Run: Decodable {
    var billed: Int
    var matched: Int
    var home: Totals
    var sessions: [String: Totals]
    var differing: [Difference]
    var missing: [Missing]
    var gap: Classes
  }

  struct Totals: Decodable {
    var classes: Classes
    var records: Int64
    var unknownRecords: Int64
    var notBilled: Int64
    /// Known only from a total of the source; not in `classes`.
    var unitemised: Classes
    /// Calls, where a record of the source stands for several.
    var requests: Int64?

    enum CodingKeys: String, CodingKey {
      case records, unitemised, requests
      case unknownRecords = "unknown_records"
      case notBilled = "not_billed"
    }
    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      classes = try Classes(from: decoder)
      records = try container.decode(Int64.self, forKey: .records)
      unknownRecords = try container.decode(Int64.self, forKey: .unknownRecords)
      notBilled = try container.decode(Int64.self, forKey: .notBilled)
      requests = try container.decodeIfPresent(Int64.self, forKey: .requests)
      unitemised = try container.decodeIfPresent(Classes.self, forKey: .unitemised) ?? Classes()
    }

    var calls: Int64 { requests ?? records }

    /// Itemised or not. A class is unknown only if neither says.
    var billed: [Int64?] {
      zip(classes.all, unitemised.all).map { a, b in
        if a == nil && b == nil { nil } else { (a ?? 0) + (b ?? 0) }
      }
    }
  }

  struct Classes: Decodable {
    var input: Int64?
    var cache_read: Int64?
    var cache_write_5m: Int64?
    var cache_write_1h: Int64?
    var output: Int64?
    var reasoning: Int64?

    /// In the order of ``Figures/classes``.
    var all: [Int64?] { [input, cache_read, cache_write_5m, cache_write_1h, output, reasoning] }
    static let names = ["input", "cache_read", "cache_write_5m", "cache_write_1h", "output", "reasoning"]
    var numbers: [Int64] { all.map { $0 ?? 0 } }
  }

  /// A call whose log says other than what was billed.
  struct Difference: Decodable {
    var id: String
    var cause: String
    var `class`: String
    var file: Int64
    var ledger: Int64
  }

  /// A call that was billed and is in no file.
  struct Missing: Decodable {
    var id: String
    var cause: String
    var classes: Classes

    enum CodingKeys: String, CodingKey { case id, cause }
    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      id = try container.decode(String.self, forKey: .id)
      cause = try container.decode(String.self, forKey: .cause)
      classes = try Classes(from: decoder)
    }
  }

  static func load() throws -> Expected {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Expected/expected.json")
    return try JSONDecoder().decode(Expected.self, from: Data(contentsOf: file))
  }

  /// Names of the sample groups and lab runs, for tests' arguments; empty if the file cannot be read, which a
  /// test of its own says.
  static let groupNames = ((try? load().samples.keys.sorted()) ?? [])
  static let runNames = ((try? load().lab.keys.sorted()) ?? [])
}
