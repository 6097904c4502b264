import Ledger
import Metrics

/// What an operator watches: calls by upstream and ending, refusals by reason, time to the first byte and to the
/// end. No label names a person, a key, or a model of a client's choosing.
///
/// One for each event loop: what is counted is made once and kept.
final class GatewayMetrics {
  private struct Kind: Hashable {
    var upstream: String
    var endpoint: String
    var ending: CallFact.Ending
  }

  private var calls: [Kind: Counter] = [:]
  private var refusals: [String: Counter] = [:]
  private var firstBytes: [String: Timer] = [:]
  private var wholes: [String: Timer] = [:]
  private var unsure: [String: Counter] = [:]

  func settled(_ fact: CallFact) {
    let kind = Kind(upstream: fact.upstream, endpoint: fact.endpoint, ending: fact.ending)
    counter(&calls, kind) {
      Counter(
        label: "gateway_calls",
        dimensions: [
          ("upstream", fact.upstream), ("endpoint", fact.endpoint), ("ending", fact.ending.rawValue),
        ])
    }
    if let firstByte = fact.firstByte {
      timer(&firstBytes, "gateway_first_byte", fact.upstream, firstByte - fact.opened)
    }
    if let settled = fact.settled { timer(&wholes, "gateway_call", fact.upstream, settled - fact.opened) }
    if fact.usageSource == .partial || fact.usageSource == .unknown {
      counter(&unsure, fact.upstream) {
        Counter(label: "gateway_calls_without_whole_usage", dimensions: [("upstream", fact.upstream)])
      }
    }
  }

  func refused(_ refusal: Refusal) {
    counter(&refusals, refusal.label) {
      Counter(label: "gateway_refusals", dimensions: [("reason", refusal.label)])
    }
  }

  private func counter<Key: Hashable>(_ counters: inout [Key: Counter], _ key: Key, make: () -> Counter) {
    if let counter = counters[key] { return counter.increment() }
    let counter = make()
    counters[key] = counter
    counter.increment()
  }

  private func timer(_ timers: inout [String: Timer], _ label: String, _ upstream: String, _ time: Duration) {
    let timer = timers[upstream] ?? Timer(label: label, dimensions: [("upstream", upstream)])
    timers[upstream] = timer
    timer.record(duration: time)
  }
}

extension Gateway {
  /// What each metric means, for those who look at them.
  package static let metricHelp = [
    "gateway_calls": "Attempts at model calls that have ended.",
    "gateway_first_byte": "From an attempt's opening to the first byte of its answer.",
    "gateway_call": "From an attempt's opening to its settlement.",
    "gateway_calls_without_whole_usage": "Attempts whose usage is partial or unknown.",
    "gateway_refusals": "Requests that the gateway itself refused.",
  ]
}
