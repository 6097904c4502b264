import Synchronization

/// When a connection was last heard of.
final class LastHeard: Sendable {
  private let moment = Mutex(ContinuousClock.now)

  func now() { moment.withLock { $0 = .now } }

  var silence: Duration { moment.withLock { $0.duration(to: .now) } }
}
