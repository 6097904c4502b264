import Foundation
import TestCorpus
import Testing

/// What `assay report --json` says, as far as these tests look at it.
struct Account: Decodable, Equatable {
  struct Totals: Decodable, Equatable {
    var input: Int64?
    var cache_read: Int64?
    var cache_write_5m: Int64?
    var cache_write_1h: Int64?
    var output: Int64?
    var reasoning: Int64?
    var cost_nano_usd: Int64?
    var records: Int64
    var unknown_records: Int64
    var unpriced_records: Int64
    var not_billed_records: Int64
    var unitemised_records: Int64

    /// Every class as a number, in one list.
    var all: [Int64] {
      [input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, cost_nano_usd].map { $0 ?? 0 }
        + [records, unknown_records, unpriced_records, not_billed_records, unitemised_records]
    }
  }

  struct State: Decodable, Equatable {
    var state: String
    var totals: Totals

    enum CodingKeys: String, CodingKey { case state }
    init(from decoder: any Decoder) throws {
      state = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .state)
      totals = try Totals(from: decoder)
    }
  }

  struct Session: Decodable, Equatable {
    var id: String
    var state: String
    var states: [State]
    var totals: Totals

    enum CodingKeys: String, CodingKey { case id, state, states }
    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      id = try container.decode(String.self, forKey: .id)
      state = try container.decode(String.self, forKey: .state)
      states = try container.decode([State].self, forKey: .states)
      totals = try Totals(from: decoder)
    }
  }

  struct Problem: Decodable, Equatable {
    var kind: String
    var count: Int
    var lines: [Int]?
  }

  var totals: Totals
  var states: [State]
  var sessions: [Session]
  var diagnostics: [Problem]

  init(_ result: ChildProcess.Result, sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(result.status == 0 || result.status == 2, "\(result.errors)", sourceLocation: sourceLocation)
    self = try JSONDecoder().decode(Account.self, from: Data(result.output.utf8))
  }

  /// The sum law, in every class.
  var addsUp: Bool {
    func sum(_ parts: [Totals]) -> [Int64] {
      parts.reduce(Array(repeating: 0, count: totals.all.count)) { sum, part in
        zip(sum, part.all).map { $0 &+ $1 }
      }
    }
    return sum(states.map(\.totals)) == totals.all && sum(sessions.map(\.totals)) == totals.all
      && sessions.allSatisfy { sum($0.states.map(\.totals)) == $0.totals.all }
  }
}
