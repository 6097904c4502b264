package import Ledger

/// One class of tokens, in the order in which they are printed. The first five are billed and disjoint;
/// `reasoning` is an *of which* of `output`.
package enum TokenClass: String, CaseIterable, Sendable, Hashable {
  case input
  case cacheRead = "cache_read"
  case cacheWrite5m = "cache_write_5m"
  case cacheWrite1h = "cache_write_1h"
  case output
  case reasoning

  /// The classes that carry a price of their own.
  package static let billed: [TokenClass] = [.input, .cacheRead, .cacheWrite5m, .cacheWrite1h, .output]

  /// In running text and in wide table heads.
  package var label: String {
    switch self {
    case .input: "input"
    case .cacheRead: "cache read"
    case .cacheWrite5m: "cache write 5 min"
    case .cacheWrite1h: "cache write 1 h"
    case .output: "output"
    case .reasoning: "reasoning"
    }
  }

  /// In narrow table heads.
  package var shortLabel: String {
    switch self {
    case .cacheWrite5m: "write 5m"
    case .cacheWrite1h: "write 1h"
    default: label
    }
  }

  /// The tokens of this class in `counts`; `nil` where no source said.
  package func tokens(in counts: TokenCounts) -> Int64? {
    switch self {
    case .input: counts.input
    case .cacheRead: counts.cacheRead
    case .cacheWrite5m: counts.cacheWrite5m
    case .cacheWrite1h: counts.cacheWrite1h
    case .output: counts.output
    case .reasoning: counts.reasoning
    }
  }
}

extension Totals {
  /// The tokens of a class: `nil` only if there are records and none of them says; no records are zero tokens.
  package func tokens(_ tokenClass: TokenClass) -> Int64? {
    tokenClass.tokens(in: counts) ?? (isUnused ? 0 : nil)
  }
}

extension ClassCosts {
  /// The cost of one class; `nil` for `reasoning`, which is priced as output.
  package func cost(of tokenClass: TokenClass) -> NanoDollars? {
    switch tokenClass {
    case .input: input
    case .cacheRead: cacheRead
    case .cacheWrite5m: cacheWrite5m
    case .cacheWrite1h: cacheWrite1h
    case .output: output
    case .reasoning: nil
    }
  }
}
