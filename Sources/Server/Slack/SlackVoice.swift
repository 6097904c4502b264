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
    /// That an agent was begun there.
    case atWork(String)
    /// What it said last.
    case lastWords(SlackText)
    case notDone

    fileprivate var text: SlackText {
      switch self {
      case .atWork(let agent): SlackText(ours: "_") + SlackText(agent) + SlackText(ours: " is at work._")
      case .lastWords(let text): text
      case .notDone: SlackText(ours: "_This came to no end. Whoever asked for it has been told._")
      }
    }
  }

  /// Says it in a thread once, also if the process that began to died over it; in place of what was said as the same effect.
  func say(_ words: Public, in place: SlackPlace, as effect: EffectID, since: Instant)
    async throws(SlackFailure)
  {
    _ = try await api.say(
      SlackContent.messages(words.text), in: place, as: effect, since: Self.before(since), isChanging: true)
  }

  /// Tells one person, in their direct messages with us, once.
  func tell(
    _ user: String, _ contents: [SlackContent], as effect: EffectID, since: Instant
  ) async throws(SlackFailure) {
    let place = SlackPlace(channel: try await api.openDirect(with: user))
    _ = try await api.say(contents, in: place, as: effect, since: Self.before(since))
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
    for content in contents { try await api.respond(to: address, content) }
  }

  private func direct(_ delivery: SlackDelivery, _ contents: [SlackContent]) async throws(SlackFailure) {
    try await tell(
      delivery.user, contents, as: EffectID(telling: "answer", delivery.id), since: now() - .hours(1))
  }

  /// As Slack names it, with room for clocks that differ.
  static func before(_ instant: Instant) -> String { String((instant - .minutes(5)).milliseconds / 1000) }
}
