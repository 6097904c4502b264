package import Foundation
package import Ledger
package import ServiceSettings

/// Takes in what Slack sends, over HTTP and over Socket Mode: persists first, acknowledges then. What is not persisted is
/// not acknowledged, so that Slack sends it again; what was is acknowledged however often it comes. That a request calls
/// itself a retry is no reason to drop it: the first one may never have got here.
package struct SlackReception: Sendable {
  private let inbox: any SlackInbox
  private let signingSecret: Credential?
  private let now: @Sendable () -> Instant
  private let noted: @Sendable (Note) -> Void

  /// What became of something that came in, to be counted.
  package enum Note: Hashable, Sendable {
    case persisted
    /// It was there, or another delivery of the same message.
    case seen
    case passedOver(SlackPassedOver)
    case refused(SlackSignature.Refusal)
    case unreadable
    /// The inbox could not write; Slack sends it again.
    case notPersisted
  }

  /// - Parameters:
  ///   - signingSecret: Without one, requests over HTTP are refused; Socket Mode needs none.
  ///   - noted: Called before the answer is given, once a delivery, on whatever thread.
  package init(
    inbox: any SlackInbox, signingSecret: Credential? = nil,
    now: @escaping @Sendable () -> Instant = { Instant(Date()) },
    noted: @escaping @Sendable (Note) -> Void = { _ in }
  ) {
    self.inbox = inbox
    self.signingSecret = signingSecret
    self.now = now
    self.noted = noted
  }

  /// More is refused with 413 before it is read to its end.
  package static let longestBody = SlackReading.longestBody

  // MARK: HTTP

  /// What to answer to a POST. One address serves for events, clicks and commands: their bodies tell them apart.
  ///
  /// - Parameters:
  ///   - header: The value of a header, by its name in lower case; `nil` if there is none, or more than one.
  ///   - body: As it came, byte for byte.
  package func answer(header: (String) -> String?, body: Data) async -> SlackAnswerToHTTP {
    guard body.count <= Self.longestBody else {
      noted(.unreadable)
      return SlackAnswerToHTTP(413, "The body is too long.", isFinal: true)
    }
    guard let signingSecret else {
      noted(.refused(.missing))
      return SlackAnswerToHTTP(401, "Requests of Slack's are not taken here.", isFinal: true)
    }
    do throws(SlackSignature.Refusal) {
      try SlackSignature.check(
        timestamp: header("x-slack-request-timestamp"), signature: header("x-slack-signature"), body: body,
        secret: signingSecret, at: now())
    } catch {
      noted(.refused(error))
      // Our clock, or a secret that is being changed, may be at fault: Slack is welcome to try again.
      return SlackAnswerToHTTP(401, "The signature is missing, wrong or out of time.")
    }
    let reading: SlackReading
    do throws(SlackUnreadable) { reading = try SlackReading(body: body) } catch {
      noted(.unreadable)
      return SlackAnswerToHTTP(400, error.description, isFinal: true)
    }
    switch reading {
    case .challenge(let challenge): return SlackAnswerToHTTP(200, challenge)
    case .certificateCheck: return SlackAnswerToHTTP(200, "")
    case .passedOver(let reason):
      noted(.passedOver(reason))
      return SlackAnswerToHTTP(200, "")
    case .delivery(let delivery):
      return await persist(delivery)
        ? SlackAnswerToHTTP(200, "") : SlackAnswerToHTTP(503, "It could not be kept. Send it again.")
    }
  }

  // MARK: Socket Mode

  /// - Returns: What to send back at once; `nil` if nothing: there is nothing to acknowledge, or nothing was persisted.
  package func answer(_ envelope: SlackEnvelope) async -> String? {
    guard case .payload(let id, let reading) = envelope else { return nil }
    switch reading {
    case .delivery(let delivery): guard await persist(delivery) else { return nil }
    case .passedOver(let reason): noted(.passedOver(reason))
    case .challenge, .certificateCheck: break
    // It would come again and again.
    case nil: noted(.unreadable)
    }
    return SlackEnvelope.acknowledgement(of: id)
  }

  private func persist(_ delivery: SlackDelivery) async -> Bool {
    do {
      let receipt = try await inbox.persist(delivery)
      noted(receipt == .new ? .persisted : .seen)
      return true
    } catch {
      noted(.notPersisted)
      return false
    }
  }
}

/// An answer to a request of Slack's, plain text throughout.
package struct SlackAnswerToHTTP: Hashable, Sendable {
  package var status: Int
  package var body: String
  /// Beside `Content-Type: text/plain; charset=utf-8`.
  package var headers: [String: String] = [:]

  /// - Parameter isFinal: The same request would be answered so again; Slack is told not to repeat it.
  init(_ status: Int, _ body: String, isFinal: Bool = false) {
    self.status = status
    self.body = body
    if isFinal { headers["X-Slack-No-Retry"] = "1" }
  }
}
