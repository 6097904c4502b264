/// When what may be asked of Slack: about one message a second and channel, and of a method nothing while Slack wants to be
/// left alone (docs.slack.dev/apis/web-api/rate-limits). Calls that wait go in the order in which they came.
actor SlackPacing {
  struct Settings: Hashable, Sendable {
    var betweenMessages = Duration.seconds(1)
    /// After Slack has said that it is too much, so that all who waited do not come back at once.
    var betweenCalls = Duration.milliseconds(1200)
    /// Nobody waits longer.
    var longestWait = Duration.seconds(120)
  }

  /// The first moments at which a call may go out, by the time of the clock since it began.
  private var methods: [String: (free: Duration, crowdedUntil: Duration)] = [:]
  private var channels: [String: Duration] = [:]
  private let settings: Settings

  init(_ settings: Settings = Settings()) { self.settings = settings }

  /// Takes the next place in the queue.
  ///
  /// - Returns: How long to wait for it; `nil` if that is too long, and then no place was taken.
  func place(for method: String, channel: String?, at now: Duration) -> Duration? {
    let state = methods[method]
    let start = max(now, state?.free ?? now, channel.flatMap { channels[$0] } ?? now)
    guard start - now <= settings.longestWait else { return nil }
    if let state, start < state.crowdedUntil {
      methods[method]?.free = start + settings.betweenCalls
    }
    if let channel { channels[channel] = start + settings.betweenMessages }
    if channels.count > 1000 { channels = channels.filter { $0.value > now } }
    return start - now
  }

  /// For how long a method must not be called yet, though its turn has come: somebody was told to wait meanwhile.
  func hold(on method: String, at now: Duration) -> Duration? {
    guard let heldUntil = held[method], heldUntil > now else { return nil }
    return heldUntil - now
  }

  private var held: [String: Duration] = [:]

  /// Slack said to leave a method alone.
  func slow(_ method: String, for pause: Duration, at now: Duration) {
    let until = max(held[method] ?? now, now + pause)
    held[method] = until
    let free = max(methods[method]?.free ?? until, until)
    methods[method] = (free, max(methods[method]?.crowdedUntil ?? until, until + .seconds(60)))
  }
}
