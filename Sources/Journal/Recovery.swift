package import Effects

/// What to do about a call that was written down and whose end was not: after a crash, or after an answer that did not
/// come. It knows nothing but what it is given.
package enum Recovery {
  /// What is known of the call.
  package struct Situation: Hashable, Sendable {
    package var effect: EffectClass
    /// How often it was sent off.
    package var attempts: Int
    /// How long ago the last time was at least. After a takeover: since that, for who was before may have sent it until
    /// then.
    package var sinceSent: Duration
    /// What the peer said, now; `nil` before it was asked.
    package var finding: EffectFinding?
    /// How often it was asked in this recovery.
    package var asked: Int
    /// Whether the call can be made from what is written down.
    package var isWhole: Bool
    package var isStopped: Bool

    package init(
      effect: EffectClass, attempts: Int, sinceSent: Duration, finding: EffectFinding? = nil, asked: Int = 0,
      isWhole: Bool = true, isStopped: Bool = false
    ) {
      self.effect = effect
      self.attempts = attempts
      self.sinceSent = sinceSent
      self.finding = finding
      self.asked = asked
      self.isWhole = isWhole
      self.isStopped = isStopped
    }
  }

  package struct Settings: Hashable, Sendable {
    /// How often a call is sent off in all.
    package var mostAttempts: Int
    /// How often a peer is asked in one recovery that cannot tell.
    package var mostAsks: Int
    /// Longer than the tool's own time limit: a request that was sent before and is not to be found after it will not
    /// come any more.
    package var settling: Duration
    /// Before a peer is asked again that could not tell; doubles.
    package var pause: Duration
    package var longestPause: Duration

    package init(
      mostAttempts: Int = 5, mostAsks: Int = 8, settling: Duration = .seconds(90),
      pause: Duration = .seconds(1), longestPause: Duration = .seconds(60)
    ) {
      self.mostAttempts = mostAttempts
      self.mostAsks = mostAsks
      self.settling = settling
      self.pause = pause
      self.longestPause = longestPause
    }
  }

  package enum Action: Hashable, Sendable {
    /// Under the same effect id; see ``JournalStore/retry(_:atMost:of:)``.
    case resend
    /// The peer, by the effect id.
    case ask
    /// And then ask the peer again.
    case wait(Duration)
    case conclude(ToolResult)
    /// A person has to say; the run waits for it.
    case leaveUncertain(String)
    /// It was tried often enough; the run is dead.
    case giveUp(String)
  }

  package static func action(for situation: Situation, _ settings: Settings = Settings()) -> Action {
    if case .happened(let result) = situation.finding { return .conclude(result) }
    switch situation.effect {
    case .blind:
      return .leaveUncertain(
        "Nobody can be asked whether it happened, and it is not repeated without a person.")
    case .pure, .keyed: return resending(situation, settings)
    case .queryable:
      guard let finding = situation.finding else { return .ask }
      switch finding {
      case .happened(let result): return .conclude(result)
      case .didNotHappen:
        let rest = settings.settling - situation.sinceSent
        return rest > .zero ? .wait(rest) : resending(situation, settings)
      case .cannotTell:
        guard situation.asked < settings.mostAsks else {
          return .leaveUncertain(
            "It was asked \(situation.asked) times whether it happened, and could not tell.")
        }
        return .wait(pause(after: situation.asked, settings))
      }
    }
  }

  private static func resending(_ situation: Situation, _ settings: Settings) -> Action {
    if situation.isStopped {
      // What is pure is in nobody's way whether it happened or not; the rest somebody should look at.
      return .leaveUncertain("STOP came before it was known whether it happened.")
    }
    guard situation.isWhole else {
      return .leaveUncertain("What was secret in the call was not kept, so that it cannot be repeated.")
    }
    guard situation.attempts < settings.mostAttempts else {
      return .giveUp("It was tried \(situation.attempts) times and never ended.")
    }
    return .resend
  }

  private static func pause(after asked: Int, _ settings: Settings) -> Duration {
    let doublings = min(max(asked - 1, 0), 30)
    return min(settings.pause * (1 << doublings), settings.longestPause)
  }
}
