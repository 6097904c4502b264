import Ledger

/// One measure as the provider reports it and as the ledger has it, of one day and model or of several added up.
///
/// Days and models are compared one by one before they are added up, so that too much of one never hides what is
/// missing of another. Exactly: `matched + missing + uncompared == reported`, and `matched + beyond` is what the ledger
/// has where both are known.
package struct Measured: Hashable, Sendable {
  /// `nil` if the provider states it of none of them.
  package private(set) var reported: Int64?
  /// `nil` if the ledger knows it of none of them.
  package private(set) var captured: Int64?
  /// Of `reported`: where the ledger's is known as well.
  package private(set) var compared: Int64 = 0
  /// Of `compared`: what the ledger has.
  package private(set) var matched: Int64 = 0
  /// What the ledger has and the provider does not report, where both are known.
  package private(set) var beyond: Int64 = 0

  package init(reported: Int64?, captured: Int64?) {
    self.reported = reported
    self.captured = captured
    guard let reported, let captured else { return }
    compared = reported
    // A credit is an amount below zero, of which the ledger can have nothing.
    matched = min(captured, max(reported, 0))
    beyond = captured - matched
  }

  package var missing: Int64 { compared - matched }
  package var uncompared: Int64 { (reported ?? 0) - compared }

  /// Thousandths, rounded down, so that what is not all is never called all; `nil` where there is nothing to compare.
  package var capturedThousandths: Int64? { Self.thousandths(matched, of: compared) }

  package static func thousandths(_ part: Int64, of whole: Int64) -> Int64? {
    guard whole > 0, part >= 0 else { return nil }
    return Int64(Int128(part) * 1000 / Int128(whole))
  }

  package static func + (a: Measured, b: Measured) -> Measured {
    var sum = a
    sum.reported = known(a.reported, b.reported)
    sum.captured = known(a.captured, b.captured)
    sum.compared = a.compared.addingClamped(b.compared)
    sum.matched = a.matched.addingClamped(b.matched)
    sum.beyond = a.beyond.addingClamped(b.beyond)
    return sum
  }

  private static func known(_ a: Int64?, _ b: Int64?) -> Int64? {
    guard let a, let b else { return a ?? b }
    return a.addingClamped(b)
  }
}
