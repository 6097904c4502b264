/// What went wrong between here and a mail server: where, what, and what to do. Has nothing of a message, a password or the
/// server's own words in it, but for ``serverText``, which is not printed.
package enum IMAPError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Nothing was sent.
  case unreachable(host: String, port: Int)
  /// The connection is not, or did not become, one to trust; it was closed before anything secret was sent.
  case insecure(String)
  case signInRefused(ResponseCode?)
  /// The connection ended before the whole command was sent: it was not carried out.
  case notSent(command: String, Breakage)
  /// The whole command was sent, it changes something, and no answer came: it may have been carried out. Look for the
  /// message by its Message-ID before it is sent again.
  case uncertain(command: String, Breakage)
  /// The command was sent and only reads: asking again does no harm.
  case unanswered(command: String, Breakage)
  /// The server said NO or BAD.
  ///
  /// - Parameter serverText: Whoever runs the server wrote it, or whoever wrote a message: not for models or logs.
  case refused(command: String, ResponseCode?, serverText: String)
  case unsupported(command: String, needs: Capability)
  /// Another mailbox was opened on this connection, or this one was made anew.
  case mailboxClosed(MailboxName)
  /// What was asked cannot be said to a server.
  case invalid(String)

  /// How a connection ended.
  package enum Breakage: Hashable, Sendable, CustomStringConvertible {
    case closed
    /// The server said that it ends the connection.
    case bye
    case timedOut(Duration)
    case cancelled
    case malformed(ResponseError)
    /// The answer to one command has more bytes than are taken.
    case tooMuch(limit: Int)
    case insecure(String)

    package var description: String {
      switch self {
      case .closed: "the connection was closed"
      case .bye: "the server ended the connection"
      case .timedOut(let time): "no answer came within \(time)"
      case .cancelled: "it was given up"
      case .malformed(let error): "the server's answer cannot be read: \(error)"
      case .tooMuch(let limit): "the answer has more than \(limit) bytes; ask for less at once"
      case .insecure(let reason): reason
      }
    }
  }

  /// Whether what was asked may have been done though nobody said so.
  package var mayHaveHappened: Bool { if case .uncertain = self { true } else { false } }

  package var description: String {
    switch self {
    case .unreachable(let host, let port):
      "The mail server \(host) could not be reached at port \(port); nothing was sent."
    case .insecure(let reason):
      "The connection to the mail server is not safe: \(reason). Nothing secret was sent."
    case .signInRefused(let code):
      "The mail server refused the sign-in\(Self.said(code)); look at user name, password or token."
    case .notSent(let command, let why): "\(command) was not sent: \(why)."
    case .uncertain(let command, let why):
      "\(command) was sent and may have been carried out: \(why). Look for the message by its Message-ID."
    case .unanswered(let command, let why): "\(command) was not answered: \(why)."
    case .refused(let command, let code, _): "The mail server refused \(command)\(Self.said(code))."
    case .unsupported(let command, let needs):
      "The mail server cannot do \(command): it has no \(needs), and without it nothing could be put back exactly."
    case .mailboxClosed(let name):
      "The mailbox “\(name)” is no longer open on this connection; open it again."
    case .invalid(let reason): reason
    }
  }

  private static func said(_ code: ResponseCode?) -> String {
    switch code {
    case nil: ""
    case .other(let name)?: name.isEmpty ? "" : " (\(name))"
    case let code?: " (\(code))"
    }
  }
}
