package import Ledger

/// What an answer, or as much of it as came, says of what it used.
package struct UsageReading: Hashable, Sendable {
  /// First the call as a whole, then what was done beyond it; empty if nothing was stated.
  package var usage: [CallUsage]
  /// The provider's own words, at most ``CallFact/rawUsageLimit`` bytes, cut off there. Of a stream that states
  /// usage more than once the first and the last, as a JSON array.
  package var rawUsage: [UInt8]
  package var responseID: String?
  /// As the answer names it.
  package var model: String?
  /// Whether the last usage of the whole call was stated: nothing that may still come can change it. Socket state
  /// decides nothing (a client may close as soon as it has seen the last event).
  package var isFinal: Bool
  /// Whether the answer came to its own end: its last event, or the end of its JSON.
  package var isEnded: Bool
  /// Whether it said that it failed; with status 200 too.
  package var hasError: Bool
  /// The provider's word for the failure, such as `overloaded_error`.
  package var errorType: String?
  /// Whether the model has begun to answer, so that something is billed even if no usage is known.
  package var isBillable: Bool
  /// Events without usage after which the model had written more: of most providers about one a token. A floor for
  /// what a cut stream wrote.
  package var pieces: Int
  /// Some usage could not be one: negative, fractional, larger than its whole, or too long to be kept.
  package var hasImpossible: Bool
  /// Of Responses asked for in the background: to be fetched later, with its usage.
  package var isPending: Bool

  package init() {
    usage = []
    rawUsage = []
    (isFinal, isEnded, hasError, isBillable, hasImpossible, isPending) = (
      false, false, false, false, false, false
    )
    pieces = 0
  }

  /// How sure it is, as ``CallFact`` puts it, of a call that providers bill.
  package var source: CallFact.UsageSource {
    if !usage.isEmpty { return isFinal ? .provider : .partial }
    return isBillable || isPending ? .unknown : .none
  }
}
