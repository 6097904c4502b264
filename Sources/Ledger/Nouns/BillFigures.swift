/// What a bill states of a day and model, each by itself. Those of tokens are disjoint but for ``cacheWrite`` and
/// ``prompt``, which stand for finer classes where a report does not divide them: no report states both.
package enum BillMeasure: String, CaseIterable, Sendable, Codable, Hashable {
  /// Uncached input.
  case input
  case cacheRead = "cache_read"
  case cacheWrite5m = "cache_write_5m"
  case cacheWrite1h = "cache_write_1h"
  /// Cache writes, however long they live.
  case cacheWrite = "cache_write"
  /// All input, cached or not.
  case prompt
  case output
  /// Model calls.
  case requests
  /// In nano-dollars.
  case amount = "amount_nano_usd"

  package var isTokens: Bool { self != .requests && self != .amount }

  package var title: String {
    switch self {
    case .input: "uncached input"
    case .cacheRead: "cache read"
    case .cacheWrite5m: "cache write 5 min"
    case .cacheWrite1h: "cache write 1 h"
    case .cacheWrite: "cache write"
    case .prompt: "all input"
    case .output: "output"
    case .requests: "requests"
    case .amount: "amount"
    }
  }
}

/// Figures by measure. One that is not there is unknown, which is not zero (law 2).
package struct BillFigures: Hashable, Sendable {
  private var values: [BillMeasure: Int64] = [:]

  package init() {}

  package init(_ values: [BillMeasure: Int64]) { self.values = values }

  package subscript(_ measure: BillMeasure) -> Int64? {
    get { values[measure] }
    set { values[measure] = newValue }
  }

  package var isEmpty: Bool { values.isEmpty }
  package var measures: Set<BillMeasure> { Set(values.keys) }

  /// Unknown plus known is known. Held at the ends of what an integer can be: no bill comes near them.
  package static func + (a: BillFigures, b: BillFigures) -> BillFigures {
    BillFigures(a.values.merging(b.values) { $0.addingClamped($1) })
  }

  package static func += (a: inout BillFigures, b: BillFigures) { a = a + b }
}

extension Int64 {
  /// The sum, or the end of the range that it lies beyond.
  package func addingClamped(_ other: Int64) -> Int64 {
    let (sum, isBeyond) = addingReportingOverflow(other)
    return isBeyond ? (other < 0 ? .min : .max) : sum
  }
}
