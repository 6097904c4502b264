import Ledger

/// What became of a deployment.
package enum HealthVerdict: Hashable, Sendable, Codable {
  /// It stood for the whole of its hold window.
  case held
  case failed(Failure)
  /// A newer one took its place: neither held nor failed.
  case superseded(by: String)
  /// Nobody can say: why, in a sentence.
  case unconfirmed(String)

  package enum Failure: Hashable, Sendable, Codable {
    case didNotGoLive(String)
    /// It ran and did not become well in time; what was last said against it.
    case neverWell(String)
    /// Of the last samples so many were bad.
    case unhealthy(bad: Int, of: Int)
    /// Too many of the hold window's samples were bad, spread over it.
    case missedObjective(bad: Int, of: Int)
    /// Somebody put an older release back.
    case rolledBack(to: String)
    /// The target no longer knows of it.
    case vanished
  }

  /// For people, in a sentence.
  package var sentence: String {
    switch self {
    case .held: "It held."
    case .superseded(let sha): "A newer release took its place: \(sha.prefix(10))."
    case .unconfirmed(let why): why
    case .failed(let failure):
      switch failure {
      case .didNotGoLive(let why): "It did not go live: \(why)."
      case .neverWell(let why): "It went live and did not become well: \(why)."
      case .unhealthy(let bad, let of): "It fell ill: \(bad) of the last \(of) looks found it unwell."
      case .missedObjective(let bad, let of):
        "It was unwell too often: in \(bad) of \(of) looks since it went live."
      case .rolledBack(let sha): "Somebody put an older release back: \(sha.prefix(10))."
      case .vanished: "Its target no longer knows of it."
      }
    }
  }
}

extension Duration {
  /// Rounded down to what people would say: `90 s`, `15 min`, `24 h`.
  var inWords: String {
    let seconds = components.seconds
    if seconds < 1 { return "\(wholeMilliseconds) ms" }
    if seconds < 120 { return "\(seconds) s" }
    return seconds < 7200 ? "\(seconds / 60) min" : "\(seconds / 3600) h"
  }
}
