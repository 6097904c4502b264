import Foundation
import NIOCore
import NIOSSL
import ServiceSettings

/// One connection to a mail server, from the greeting to the answer to the message.
struct SubmissionSession {
  typealias Connection = NIOAsyncChannel<SMTPReply, SMTPRequest>

  let server: SubmissionServer
  let signIn: SubmissionSignIn
  let helloName: String
  private var replies: NIOAsyncChannelInboundStream<SMTPReply>.AsyncIterator
  private let outbound: NIOAsyncChannelOutboundWriter<SMTPRequest>
  private var extensions: [String: String] = [:]
  /// Whether the end of the message was handed over to the connection.
  private(set) var isMessageOut = false

  init(
    server: SubmissionServer, signIn: SubmissionSignIn, helloName: String,
    inbound: NIOAsyncChannelInboundStream<SMTPReply>, outbound: NIOAsyncChannelOutboundWriter<SMTPRequest>
  ) {
    self.server = server
    self.signIn = signIn
    self.helloName = helloName
    replies = inbound.makeAsyncIterator()
    self.outbound = outbound
  }

  // MARK: The course

  mutating func submit(_ message: [UInt8], _ data: MessageData, envelope: SubmissionEnvelope)
    async throws(SubmissionFailure) -> SubmissionOutcome
  {
    let greeting = try await reply(.greeting)
    guard greeting.code == 220 else { throw .reply(.greeting, greeting) }
    try await hello()
    if server.security == .startTLS {
      guard extensions["STARTTLS"] != nil else { throw .missingExtension("STARTTLS") }
      try await write(.startTLS(line("STARTTLS")), .startTLS)
      let answer = try await reply(.startTLS)
      guard answer.code == 220 else { throw .reply(.startTLS, answer) }
      // What was said in the clear no longer counts (RFC 3207 §4.2).
      try await hello()
    }
    try await authenticate()
    try await sender(message, data, envelope: envelope)
    let refused = try await recipients(envelope)
    let answer = try await command("DATA", .data)
    guard answer.code == 354 else { throw Self.unexpected(answer, .data) }
    try await write(.data(ByteBuffer(bytes: data.bytes)), .data)
    isMessageOut = true
    try await write(.end(ByteBuffer(bytes: MessageData.end)), .message)
    let last = try await reply(.message)
    guard last.isPositive else { throw Self.unexpected(last, .message) }
    try? await outbound.write(.command(line("QUIT")))
    return .accepted(reply: last, refusedRecipients: refused)
  }

  private mutating func hello() async throws(SubmissionFailure) {
    let answer = try await command("EHLO \(helloName)", .hello)
    guard answer.isPositive else { throw Self.unexpected(answer, .hello) }
    extensions = [:]
    for line in answer.lines.dropFirst() {
      let words = line.split(separator: " ", maxSplits: 1)
      if let name = words.first { extensions[name.uppercased()] = words.count > 1 ? String(words[1]) : "" }
    }
  }

  private mutating func sender(_ message: [UInt8], _ data: MessageData, envelope: SubmissionEnvelope)
    async throws(SubmissionFailure)
  {
    var mail = "MAIL FROM:<\(envelope.sender)>"
    if let size = extensions["SIZE"] {
      // 0 is no limit (RFC 1870 §4).
      if let limit = Int(size.prefix { $0 != " " }), limit > 0, data.bytes.count > limit {
        throw .messageTooLarge(limitBytes: limit)
      }
      mail += " SIZE=\(data.bytes.count)"
    }
    if data.is8Bit {
      guard extensions["8BITMIME"] != nil else { throw .missingExtension("8BITMIME") }
      mail += " BODY=8BITMIME"
    }
    if !envelope.isASCII || Self.hasForeignHeader(message) {
      guard extensions["SMTPUTF8"] != nil else { throw .missingExtension("SMTPUTF8") }
      mail += " SMTPUTF8"
    }
    let answer = try await command(mail, .sender)
    guard answer.isPositive else { throw Self.unexpected(answer, .sender) }
  }

  /// Whether the header has bytes that only RFC 6532 allows there.
  private static func hasForeignHeader(_ message: [UInt8]) -> Bool {
    var isAtLineStart = false
    for byte in message {
      if byte >= 0x80 { return true }
      if byte == 0x0A {
        if isAtLineStart { return false }
        isAtLineStart = true
      } else if byte != 0x0D {
        isAtLineStart = false
      }
    }
    return false
  }

  private mutating func recipients(_ envelope: SubmissionEnvelope) async throws(SubmissionFailure)
    -> [RefusedRecipient]
  {
    var refused: [RefusedRecipient] = []
    for recipient in envelope.recipients {
      let answer = try await command("RCPT TO:<\(recipient)>", .recipients)
      if answer.isPositive { continue }
      // 421 is not about this one: the server goes away (RFC 5321 §3.8).
      guard (400...599).contains(answer.code), answer.code != 421 else {
        throw Self.unexpected(answer, .recipients)
      }
      refused.append(RefusedRecipient(address: recipient, reply: answer))
    }
    guard refused.count < envelope.recipients.count else { throw .recipients(refused) }
    return refused
  }

  /// An answer that is no good, or none to this question.
  private static func unexpected(_ reply: SMTPReply, _ step: SubmissionFailure.Step) -> SubmissionFailure {
    (400...599).contains(reply.code) ? .reply(step, reply) : .malformedReply(step)
  }

  // MARK: Signing in

  private mutating func authenticate() async throws(SubmissionFailure) {
    let offered = (extensions["AUTH"] ?? "").uppercased().split(separator: " ").map(String.init)
    switch signIn {
    case .none: return
    case .password(let user, let credential):
      guard Self.isSafe(user), Self.isSafe(credential.secret) else { throw .credential }
      if offered.contains("PLAIN") {
        try await authenticate("PLAIN", initial: "\0\(user)\0\(credential.secret)")
      } else if offered.contains("LOGIN") {
        try await login(user: user, secret: credential.secret)
      } else {
        throw .noMechanism(offered: Self.shown(offered))
      }
    case .token(let user, let credential):
      guard Self.isSafe(user), Self.isSafe(credential.secret) else { throw .credential }
      if offered.contains("OAUTHBEARER") {
        // RFC 5801 §4: comma and equals sign are written out in the name.
        let name = user.replacing("=", with: "=3D").replacing(",", with: "=2C")
        try await authenticate(
          "OAUTHBEARER",
          initial: "n,a=\(name),\u{1}host=\(server.host)\u{1}port=\(server.port)\u{1}"
            + "auth=Bearer \(credential.secret)\u{1}\u{1}",
          afterError: Self.base64("\u{1}"))
      } else if offered.contains("XOAUTH2") {
        try await authenticate(
          "XOAUTH2", initial: "user=\(user)\u{1}auth=Bearer \(credential.secret)\u{1}\u{1}", afterError: "")
      } else {
        throw .noMechanism(offered: Self.shown(offered))
      }
    }
  }

  /// - Parameter afterError: What is said to a challenge that tells what went wrong, so that the server goes on to say no
  ///   (RFC 7628 §3.2.3).
  private mutating func authenticate(_ mechanism: String, initial: String, afterError: String = "*")
    async throws(SubmissionFailure)
  {
    let response = Self.base64(initial)
    let isShort = response.utf8.count + mechanism.utf8.count < 490
    var answer = try await command("AUTH \(mechanism)" + (isShort ? " \(response)" : ""), .signingIn)
    if !isShort {
      guard answer.code == 334 else { throw Self.unexpected(answer, .signingIn) }
      answer = try await command(response, .signingIn)
    }
    if answer.code == 334 { answer = try await command(afterError, .signingIn) }
    guard answer.code == 235 else { throw Self.unexpected(answer, .signingIn) }
  }

  private mutating func login(user: String, secret: String) async throws(SubmissionFailure) {
    var answer = try await command("AUTH LOGIN", .signingIn)
    for response in [user, secret] {
      guard answer.code == 334 else { throw Self.unexpected(answer, .signingIn) }
      answer = try await command(Self.base64(response), .signingIn)
    }
    guard answer.code == 235 else { throw Self.unexpected(answer, .signingIn) }
  }

  private static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

  private static func isSafe(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
  }

  private static func shown(_ offered: [String]) -> [String] {
    offered.prefix(10).map {
      String($0.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }.prefix(20))
    }
  }

  // MARK: Words

  /// No value in a command can hold a line end: addresses, names and credentials were looked at before.
  private func line(_ command: String) -> ByteBuffer { ByteBuffer(string: command + "\r\n") }

  private mutating func command(_ command: String, _ step: SubmissionFailure.Step)
    async throws(SubmissionFailure) -> SMTPReply
  {
    try await write(.command(line(command)), step)
    return try await reply(step)
  }

  private mutating func write(_ request: SMTPRequest, _ step: SubmissionFailure.Step)
    async throws(SubmissionFailure)
  {
    do {
      try await outbound.write(request)
    } catch {
      let failure = SubmissionFailure(error, at: step)
      guard case .connectionLost = failure else { throw failure }
      // That nothing can be written any more says not why; the answers end with it.
      while true { _ = try await reply(step) }
    }
  }

  private mutating func reply(_ step: SubmissionFailure.Step) async throws(SubmissionFailure) -> SMTPReply {
    do {
      if let reply = try await replies.next(isolation: #isolation) { return reply }
    } catch {
      throw SubmissionFailure(error, at: step)
    }
    throw Task.isCancelled ? .cancelled : .connectionLost(step)
  }
}

extension SubmissionFailure {
  /// - Parameter error: Of the connection.
  init(_ error: any Error, at step: Step) {
    self =
      switch error {
      case let failure as SubmissionFailure: failure
      case SMTPChannelError.timeout: .timeout(step)
      case SMTPChannelError.injectedBeforeTLS: .injectedBeforeTLS
      case SMTPChannelError.unsolicitedReply, is SMTPReplyDecoder.Failure, is ByteToMessageDecoderError:
        .malformedReply(step)
      case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: .tls
      case is CancellationError: .cancelled
      default: .connectionLost(step)
      }
  }
}
