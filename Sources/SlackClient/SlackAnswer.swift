package import Effects
package import Slack

/// An answer that grows while it is read: one message, changed in place at Slack's pace, with what does not fit in it going on
/// below. After a crash, one made with the same effect finds what it had posted and changes that.
package struct SlackAnswer: Sendable {
  private let api: SlackWebAPI
  private let place: SlackPlace
  private let effect: EffectID
  private let clock: SlackClock
  private let interval: Duration
  private let since: String?

  /// What stands in Slack, part by part.
  private var posted: [(key: SlackMessageKey, content: SlackContent)] = []
  private var lastSent: Duration?

  /// - Parameters:
  ///   - place: A thread: what does not fit in a message goes on in it. In a channel the first message begins one.
  ///   - since: When an earlier process may have begun with it, for ``SlackWebAPI/find(_:in:since:pages:)``; `nil` if none has.
  ///   - interval: Between changes. Slack takes about fifty a minute.
  package init(
    _ api: SlackWebAPI, in place: SlackPlace, effect: EffectID, since: String? = nil,
    interval: Duration = .milliseconds(1500), clock: SlackClock = .system
  ) {
    self.api = api
    self.place = place
    self.effect = effect
    self.since = since
    self.interval = interval
    self.clock = clock
  }

  /// Shows what there is so far, unless something was shown a moment ago.
  ///
  /// - Parameter whole: From its beginning.
  package mutating func show(_ whole: SlackText) async throws(SlackFailure) {
    if let lastSent, clock.now() - lastSent < interval { return }
    try await send(whole)
  }

  /// Shows all of it.
  ///
  /// - Returns: The messages that it is.
  package mutating func finish(_ whole: SlackText) async throws(SlackFailure) -> [SlackMessageKey] {
    try await send(whole)
    return posted.map(\.key)
  }

  private mutating func send(_ whole: SlackText) async throws(SlackFailure) {
    lastSent = clock.now()
    for (part, content) in SlackContent.messages(whole).enumerated() {
      if part < posted.count {
        guard posted[part].content != content else { continue }
        try await api.update(posted[part].key, to: content, as: SlackMark(effect, part: part))
        posted[part].content = content
      } else {
        let key = try await post(content, part)
        posted.append((key, content))
      }
    }
    lastSent = clock.now()
  }

  private func post(_ content: SlackContent, _ part: Int) async throws(SlackFailure) -> SlackMessageKey {
    let mark = SlackMark(effect, part: part)
    let there =
      part == 0 ? place : SlackPlace(channel: place.channel, threadTS: place.threadTS ?? posted[0].key.ts)
    if let since, case .posted(let key) = try await api.find(mark, in: there, since: since) {
      try await api.update(key, to: content, as: mark)
      return key
    }
    return try await api.post(content, to: there, as: mark)
  }
}
