import Ledger
import ModelAPI

extension ModelUsage {
  /// What an attempt used, as far as its answer says, and an estimate of the rest.
  ///
  /// - Parameters:
  ///   - requestBytes: Of the request's body.
  ///   - writtenBytes: Of what the model wrote, as far as it came.
  init(_ reading: UsageReading, requestBytes: Int, writtenBytes: Int) {
    self.init(calls: reading.usage, source: reading.source)
    if source == .provider, !statesAll { source = stated.isUnknown ? .unknown : .partial }
    switch source {
    case .provider, .none: return
    case .partial, .unknown: break
    }
    var counts = stated
    if !statesInput {
      counts.input = Self.tokens(ofBytes: requestBytes)
    }
    counts.output = max(counts.output ?? 0, Int64(reading.pieces), Self.tokens(ofBytes: writtenBytes))
    estimate = counts
  }

  private var statesInput: Bool {
    stated.input != nil || stated.cacheRead != nil || stated.cacheWrite5m != nil || stated.cacheWrite1h != nil
  }

  /// A usage may be there and say nothing.
  private var statesAll: Bool { statesInput && stated.output != nil }

  /// Of a request that may have been worked on without an answer ever having come.
  static func unanswered(requestBytes: Int) -> ModelUsage {
    ModelUsage(
      source: .unknown, estimate: TokenCounts(input: tokens(ofBytes: requestBytes), output: 0))
  }

  static func tokens(ofBytes bytes: Int) -> Int64 {
    Int64((bytes + bytesPerToken - 1) / bytesPerToken)
  }
}
