import Effects
import Foundation
import Ledger
import Slack
import SlackClient

/// The two ways to say something in Slack: to one person alone, or into a thread that others read. Of the second there is
/// little, and each kind of it is named in ``Public``: what is of one person, and whatever went wrong, has no way there.
struct SlackVoice: Sendable {
  let api: SlackWebAPI
  let now: @Sendable () -> Instant

  /// All that others may read.
  enum Public: Sendable {
    /// What an agent said last, to whoever began it there.
    case lastWords(SlackText)
    case notDone

    fileprivate var text: SlackText {
      switch self {
      case .lastWords(let text): text
      case .notDone: SlackText(ours: "_This came to no end. Whoever asked for it has been told._")
      }
    }
  }

  /// Says it in a thread once, also if the process that began to died over it.
  func say(_ words: Public, in place: SlackPlace, as effect: EffectID, since: Instant)
    async throws(SlackFailure)
  {
    var answer = SlackAnswer(api, in: place, effect: effect, since: Self.before(since))
    _ = try await answer.finish(words.text)
  }

  /// Tells one person, in their direct messages with us, once.
  func tell(
    _ user: String, _ contents: [SlackContent], as effect: EffectID, since: Instant
  ) async throws(SlackFailure) {
    let place = SlackPlace(channel: try await api.openDirect(with: user))
    for (part, content) in contents.enumerated() {
      let mark = SlackMark(effect, part: part)
      if case .posted = try await api.find(mark, in: place, since: Self.before(since)) { continue }
      _ = try await api.post(content, to: place, as: mark)
    }
  }

  /// Answers what somebody wrote or clicked, so that they alone see it, wherever that was.
  func answer(_ claim: SlackClaim, _ text: SlackText) async throws(SlackFailure) {
    let delivery = claim.delivery
    // An address for answers takes five.
    let contents = SlackContent.messages(text, mostMessages: 4)
    do throws(SlackFailure) {
      switch delivery.content {
      case .command(let command): try await respond(command.responseURL, contents)
      case .action(let action): try await respond(action.responseURL, contents)
      case .message(let message) where message.place != .direct:
        let place = SlackPlace(channel: message.channel, threadTS: message.threadTS)
        for content in contents { try await api.postEphemeral(content, to: place, for: delivery.user) }
      case .message, .homeOpened: try await direct(delivery, contents)
      }
    } catch {
      // Where we are not, or may not answer any more; to them alone all the same.
      guard case .refused = error else { throw error }
      try await direct(delivery, contents)
    }
  }

  private func respond(_ address: String?, _ contents: [SlackContent]) async throws(SlackFailure) {
    guard let address else { throw .refused(method: "response_url", code: "missing") }
    for content in contents { try await api.respond(to: address, SlackResponse(.onlyThem, content)) }
  }

  private func direct(_ delivery: SlackDelivery, _ contents: [SlackContent]) async throws(SlackFailure) {
    try await tell(
      delivery.user, contents, as: EffectID(telling: "answer", delivery.id), since: now() - .hours(1))
  }

  /// As Slack names it, with room for clocks that differ.
  static func before(_ instant: Instant) -> String { String((instant - .minutes(5)).milliseconds / 1000) }
}
