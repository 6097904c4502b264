import Ledger
import Metrics

/// What an operator watches: calls by upstream and ending, refusals by reason, time to the first byte and to the
/// end. No label names a person, a key or a model of a client's choosing.
final class GatewayMetrics: Sendable {
  func settled(_ fact: CallFact) {
    let labels = [("upstream", fact.upstream), ("ending", fact.ending.rawValue), ("endpoint", fact.endpoint)]
    Counter(label: "assay_gateway_calls", dimensions: labels).increment()
    let upstream = [("upstream", fact.upstream)]
    if let firstByte = fact.firstByte {
      Timer(label: "assay_gateway_first_byte", dimensions: upstream).record(duration: firstByte - fact.opened)
    }
    if let settled = fact.settled {
      Timer(label: "assay_gateway_call", dimensions: upstream).record(duration: settled - fact.opened)
    }
    if fact.usageSource == .partial || fact.usageSource == .unknown {
      Counter(label: "assay_gateway_calls_without_whole_usage", dimensions: upstream).increment()
    }
  }

  func refused(_ refusal: Refusal) {
    Counter(label: "assay_gateway_refusals", dimensions: [("reason", refusal.label)]).increment()
  }
}

extension Gateway {
  /// What each metric means, for those who look at them.
  package static let metricHelp = [
    "assay_gateway_calls": "Attempts at model calls that have ended.",
    "assay_gateway_first_byte": "From an attempt's opening to the first byte of its answer.",
    "assay_gateway_call": "From an attempt's opening to its settlement.",
    "assay_gateway_calls_without_whole_usage": "Attempts whose usage is partial or unknown.",
    "assay_gateway_refusals": "Requests that the gateway itself refused.",
  ]
}
