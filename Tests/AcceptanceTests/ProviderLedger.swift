import Foundation
import TestCorpus

/// What the lab's scripted provider billed: `cap/ledger.jsonl`.
struct ProviderLedger {
  struct Call: Decodable {
    var kind: String
    var api: String?
    var message_id: String?
    var response_id: String?
    var id: String?
    var input_tokens: Int64?
    var output_tokens: Int64?
    var cache_read_input_tokens: Int64?
    var c5: Int64?
    var c1: Int64?
    var cached: Int64?
    var reasoning: Int64?

    /// As ``Figures/classes`` without reasoning. OpenAI's input includes what was read from a cache.
    var classes: [Int64] {
      [
        (input_tokens ?? 0) - (cached ?? 0), cached ?? cache_read_input_tokens ?? 0, c5 ?? 0, c1 ?? 0,
        output_tokens ?? 0,
      ]
    }
    var name: String? { message_id ?? response_id ?? id }
  }

  var calls: [Call]

  init(_ file: URL) throws {
    calls = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
      try JSONDecoder().decode(Call.self, from: Data($0.utf8))
    }.filter { $0.kind == "billed" }
  }

  var total: [Int64] {
    calls.reduce(Array(repeating: 0, count: 5)) { sum, call in zip(sum, call.classes).map { $0 + $1 } }
  }
}
