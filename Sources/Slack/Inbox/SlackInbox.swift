/// Where deliveries are kept from before Slack is told that we have them until they are handled. Deliveries come by at
/// least once; out of it each goes once, and again only after whoever had it died over it.
package protocol SlackInbox: Sendable {
  /// Durable when it returns, and so survives kill -9 and loss of power from then on.
  ///
  /// - Returns: ``SlackReceipt/seen`` if a delivery of the same ``SlackDelivery/id``, or of the same
  ///   ``SlackDelivery/message``, is there or was: then nothing was changed.
  func persist(_ delivery: SlackDelivery) async throws -> SlackReceipt

  /// The oldest deliveries that nobody has, or whose lease has run out, for the caller alone until the lease runs out.
  func claim(lease: Duration, most: Int) async throws -> [SlackClaim]

  /// It is handled: nobody is given it again, and what it held is forgotten.
  ///
  /// - Returns: Whether the claim still stood; if not, somebody else has it, or has finished it.
  func finish(_ claim: SlackClaim) async throws -> Bool

  /// It could not be handled now: whoever claims after `pause` is given it again.
  ///
  /// - Returns: Whether the claim still stood.
  func release(_ claim: SlackClaim, after pause: Duration) async throws -> Bool

  /// It cannot be handled, ever: nobody is given it again, what it held is forgotten, and that it was given up is counted.
  func abandon(_ claim: SlackClaim) async throws -> Bool
}

package enum SlackReceipt: Hashable, Sendable {
  case new
  case seen
}

/// A delivery that one handler has for a while.
package struct SlackClaim: Hashable, Sendable {
  package var number: Int64
  /// How often it was claimed, this time counted. The proof of the claim: who has an older one has lost it.
  package var attempt: Int
  /// Effects that it leads to are made idempotent by its `id`: between an effect and ``SlackInbox/finish(_:)`` one can die.
  package var delivery: SlackDelivery

  package init(number: Int64, attempt: Int, delivery: SlackDelivery) {
    self.number = number
    self.attempt = attempt
    self.delivery = delivery
  }
}
