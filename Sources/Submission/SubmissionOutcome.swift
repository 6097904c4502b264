/// What became of a message. Only ``accepted(reply:refusedRecipients:)`` says that it was sent.
package enum SubmissionOutcome: Sendable, Hashable, CustomStringConvertible {
  /// The server has it, for at least one recipient.
  case accepted(reply: SMTPReply, refusedRecipients: [RefusedRecipient])
  /// Not sent, and as it is it never will be.
  case refused(SubmissionFailure)
  /// Not sent; later it may be.
  case unavailable(SubmissionFailure)
  /// The whole message went out and no answer came. It may have been sent: look for its Message-ID, or ask a person; never
  /// send it again unlooked.
  case uncertain(SubmissionFailure)

  package var description: String {
    switch self {
    case .accepted(let reply, let refused):
      refused.isEmpty
        ? "The server took the mail: \(reply)"
        : "The server took the mail, but not for \(refused.count) of its recipients."
    case .refused(let failure): "The mail was not sent, and will not be as it is: \(failure)"
    case .unavailable(let failure): "The mail was not sent; it can be tried again: \(failure)"
    case .uncertain(let failure):
      "Whether the mail was sent is not known; look before it is sent again: \(failure)"
    }
  }
}

package struct RefusedRecipient: Sendable, Hashable {
  package var address: String
  package var reply: SMTPReply
}

/// What went wrong, and at which step.
package enum SubmissionFailure: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Step: String, Sendable, Hashable {
    case connecting = "connecting"
    case greeting = "the greeting"
    case hello = "EHLO"
    case startTLS = "STARTTLS"
    case signingIn = "signing in"
    case sender = "MAIL"
    case recipients = "RCPT"
    case data = "DATA"
    case message = "the message"
  }

  case reply(Step, SMTPReply)
  /// No recipient was taken.
  case recipients([RefusedRecipient])
  case unreachable
  case connectionLost(Step)
  case timeout(Step)
  /// Not what a mail server says, or more of it than is read.
  case malformedReply(Step)
  case tls
  /// Bytes came in the clear that would have been read as if they had come over TLS (CVE-2011-0411's class).
  case injectedBeforeTLS
  case missingExtension(String)
  /// None of the server's mechanisms is one of ours.
  case noMechanism(offered: [String])
  case credential
  case messageTooLarge(limitBytes: Int)
  case lineTooLong
  case tooManyRecipients(limit: Int)
  case setUp(cause: String)
  case cancelled

  package var description: String {
    switch self {
    case .reply(let step, let reply): "at \(step.rawValue) the server said \(reply)"
    case .recipients(let refused):
      "the server took none of \(refused.count) recipients"
        + (refused.first.map { "; of the first it said \($0.reply)" } ?? "")
    case .unreachable: "the server cannot be reached; check its name and port"
    case .connectionLost(let step): "the connection was lost at \(step.rawValue)"
    case .timeout(let step): "the server did not answer in time at \(step.rawValue)"
    case .malformedReply(let step): "at \(step.rawValue) the server said what is no SMTP reply, or too much"
    case .tls: "TLS failed; check the server's certificate and the port"
    case .injectedBeforeTLS:
      "something came in the clear that was to pass for TLS; somebody may be in between"
    case .missingExtension(let name): "the server does not have \(name)"
    case .noMechanism(let offered):
      "the server signs nobody in that way; it offers \(offered.isEmpty ? "nothing" : offered.joined(separator: ", "))"
    case .credential: "the name or the credential has a control character in it"
    case .messageTooLarge(let limit): "the message is larger than \(limit) bytes"
    case .lineTooLong: "the message has a line of more than 998 bytes"
    case .tooManyRecipients(let limit): "there are more than \(limit) recipients"
    case .setUp(let cause): "it is set up wrongly: \(cause)"
    case .cancelled: "the run was stopped"
    }
  }

  /// Whether trying again as it is could help.
  var isPermanent: Bool {
    switch self {
    case .reply(_, let reply): reply.isPermanent
    case .recipients(let refused): refused.allSatisfy(\.reply.isPermanent)
    case .unreachable, .connectionLost, .timeout, .malformedReply, .tls, .injectedBeforeTLS, .cancelled: false
    case .missingExtension, .noMechanism, .credential, .messageTooLarge, .lineTooLong, .tooManyRecipients,
      .setUp:
      true
    }
  }
}
