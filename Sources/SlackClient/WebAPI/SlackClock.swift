/// How the client tells time and waits; of a test's making in tests.
package struct SlackClock: Sendable {
  /// Since some moment before; never goes back.
  package var now: @Sendable () -> Duration
  package var pause: @Sendable (Duration) async throws -> Void

  package init(
    now: @escaping @Sendable () -> Duration, pause: @escaping @Sendable (Duration) async throws -> Void
  ) {
    self.now = now
    self.pause = pause
  }

  package static var system: SlackClock {
    let begun = ContinuousClock.now
    return SlackClock(now: { begun.duration(to: .now) }, pause: { try await Task.sleep(for: $0) })
  }
}
