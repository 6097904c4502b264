import NIOCore
package import ServiceSettings

/// A server that takes mail for delivery (RFC 6409), and how it is spoken to.
package struct SubmissionServer: Sendable, Hashable {
  package enum Security: Sendable, Hashable {
    /// TLS from the first byte (RFC 8314 §3.3).
    case implicitTLS
    /// Asked for after the greeting, and never done without (RFC 3207).
    case startTLS
    /// To a server on this machine only.
    case plainOnLoopback

    var port: Int {
      switch self {
      case .implicitTLS: 465
      case .startTLS: 587
      case .plainOnLoopback: 25
      }
    }
  }

  package enum Trust: Sendable, Hashable {
    case system
    /// A PEM file of authorities that are trusted instead of the machine's own.
    case certificates(String)
  }

  package var host: String
  package var port: Int
  package var security: Security
  package var trust: Trust
  package var limits: SubmissionLimits

  /// - Parameter port: That of the security where it is not given.
  /// - Throws: ``SubmissionSetUpError`` where the host is none, or would be spoken to in the clear and is not loopback.
  package init(
    host: String, security: Security = .implicitTLS, port: Int? = nil, trust: Trust = .system,
    limits: SubmissionLimits = SubmissionLimits()
  ) throws(SubmissionSetUpError) {
    let port = port ?? security.port
    guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
      (1...65_535).contains(port)
    else { throw .host }
    if security == .plainOnLoopback, !Self.isLoopback(host) { throw .plainToOthers(host: host) }
    self.host = host
    self.port = port
    self.security = security
    self.trust = trust
    self.limits = limits
  }

  /// Parsed, never compared as text: `127.evil.example` begins like one and is none.
  private static func isLoopback(_ host: String) -> Bool {
    if host.lowercased() == "localhost" { return true }
    guard let address = try? SocketAddress(ipAddress: host, port: 0) else { return false }
    return isLoopback(address)
  }

  /// Whether an address that a name led to is this machine's own.
  static func isLoopback(_ address: SocketAddress) -> Bool {
    // As the system writes it, not as somebody else does.
    switch address {
    case .v4: address.ipAddress?.split(separator: ".").first == "127"
    case .v6: address.ipAddress == "::1"
    case .unixDomainSocket: false
    }
  }
}

/// How long is waited, and how much is read (RFC 5321 §4.5.3.2 has the times for patient machines; people wait here).
package struct SubmissionLimits: Sendable, Hashable {
  package var connecting: Duration = .seconds(15)
  /// For the answer to one command.
  package var answer: Duration = .seconds(60)
  /// For the answer to the message, which servers look at first.
  package var afterMessage: Duration = .seconds(300)
  /// Of one answer.
  package var replyBytes = 16 << 10
  package var replyLines = 100
  package var messageBytes = 50 << 20
  package var recipients = 100

  package init() {}
}

package enum SubmissionSignIn: Sendable {
  case none
  /// PLAIN, or LOGIN where the server has only that (RFC 4954, 4616).
  case password(user: String, Credential)
  /// An OAuth access token: OAUTHBEARER (RFC 7628), or XOAUTH2 where the server has only that.
  case token(user: String, Credential)
}

/// Who sends and who is to get it, as the server is told. Never read from the message.
package struct SubmissionEnvelope: Sendable, Hashable {
  package let sender: String
  package let recipients: [String]

  /// - Parameters:
  ///   - sender: `jane@example.com`.
  ///   - recipients: Each once.
  /// - Throws: ``SubmissionSetUpError/address(_:)`` for what could be anything but one address.
  package init(sender: String, recipients: [String]) throws(SubmissionSetUpError) {
    guard Self.isAddress(sender) else { throw .address(place: "the sender") }
    guard !recipients.isEmpty else { throw .noRecipients }
    for (index, recipient) in recipients.enumerated() where !Self.isAddress(recipient) {
      throw .address(place: "recipient \(index + 1)")
    }
    self.sender = sender
    self.recipients = recipients
  }

  /// A local part and a domain, and nothing that ends or divides a command: no blanks, controls, angle brackets or quotes
  /// (RFC 5321 §4.1.2 allows quoted local parts; nobody has one, and they are how commands are smuggled).
  private static func isAddress(_ address: String) -> Bool {
    guard let at = address.lastIndex(of: "@"), address.utf8.count <= 254 else { return false }
    let local = address[..<at].utf8
    let domain = address[address.index(after: at)...].utf8
    let isSafe = { (byte: UInt8) in byte > 0x20 && byte != 0x7F && !Set("<>()[]\\,;:\"@".utf8).contains(byte)
    }
    let isControlFree = address.unicodeScalars.allSatisfy {
      !(0x80...0xA0).contains($0.value) && !(0x2028...0x2029).contains($0.value)
    }
    return (1...64).contains(local.count) && !domain.isEmpty && local.allSatisfy(isSafe) && isControlFree
      && domain.allSatisfy { isSafe($0) || Set("[]:".utf8).contains($0) }
  }

  var isASCII: Bool { ([sender] + recipients).allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } } }
}

/// Why mail cannot even be tried.
package enum SubmissionSetUpError: Error, Hashable, Sendable, CustomStringConvertible {
  case host
  case plainToOthers(host: String)
  case address(place: String)
  case noRecipients

  package var description: String {
    switch self {
    case .host: "The mail server is no host name with a port of 1 to 65535."
    case .plainToOthers(let host):
      "Mail would go to \(host) in the clear; use TLS, or a server on this machine."
    case .address(let place): "The address of \(place) is none that mail can be sent to."
    case .noRecipients: "There is nobody to send the mail to."
    }
  }
}
