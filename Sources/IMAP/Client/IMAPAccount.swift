/// Where mail is, and who asks for it.
package struct IMAPAccount: Hashable, Sendable {
  package var host: String
  package var port: Int
  package var security: ConnectionSecurity
  package var signIn: SignIn

  /// - Parameter port: 993 for TLS from the first byte (RFC 8314); 143 for STARTTLS.
  package init(host: String, port: Int = 993, security: ConnectionSecurity = .tls(), signIn: SignIn) {
    self.host = host
    self.port = port
    self.security = security
    self.signIn = signIn
  }
}

/// What stands between a password and the network.
package enum ConnectionSecurity: Hashable, Sendable {
  /// TLS from the first byte; the default (RFC 8314, section 3).
  ///
  /// - Parameter certificateAuthorities: A PEM file of those that are trusted instead of the machine's own.
  case tls(certificateAuthorities: String? = nil)
  /// TLS from STARTTLS on (RFC 3501, section 6.2.1). Without it nothing secret is sent.
  case startTLS(certificateAuthorities: String? = nil)
  /// In the clear, and only to this machine: 127.0.0.0/8, `::1` or `localhost`.
  case loopback
}

/// How a person signs in.
package enum SignIn: Hashable, Sendable {
  /// By AUTHENTICATE PLAIN (RFC 4616), or LOGIN where the server has only that.
  case password(user: String, MailSecret)
  /// As Google and Microsoft have it.
  case xoauth2(user: String, token: MailSecret)
  /// RFC 7628.
  case oauthBearer(user: String, token: MailSecret)
}

/// A password or token. Prints as nothing.
package struct MailSecret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  package let value: String

  package init(_ value: String) { self.value = value }

  package var description: String { "[secret]" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}

/// What a server may cost at most.
package struct IMAPLimits: Hashable, Sendable {
  package var response: ResponseLimits
  /// Bytes of all that is answered to one command.
  package var answerBytes: Int
  /// Until the connection is there and the server's greeting.
  package var connect: Duration
  /// Silence of the server during a command.
  package var silence: Duration
  /// A whole command.
  package var command: Duration
  /// How long one IDLE lasts; servers end it after 30 minutes (RFC 2177).
  package var idleRenewal: Duration
  /// Between two questions for news, at servers without IDLE.
  package var polling: Duration

  package init(
    response: ResponseLimits = ResponseLimits(), answerBytes: Int = 256 << 20,
    connect: Duration = .seconds(20),
    silence: Duration = .seconds(60), command: Duration = .seconds(600),
    idleRenewal: Duration = .seconds(25 * 60),
    polling: Duration = .seconds(60)
  ) {
    self.response = response
    self.answerBytes = answerBytes
    self.connect = connect
    self.silence = silence
    self.command = command
    self.idleRenewal = min(idleRenewal, .seconds(28 * 60))
    self.polling = polling
  }
}
