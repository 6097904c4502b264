import IMAP
package import Mail
import MIME
package import ServiceSettings
import Submission

/// One mailbox that agents may be given: whose it is, where it is, and where its password or token is kept.
package struct MailboxSettings: Sendable {
  package var name: String
  /// The mail address, in the directory, of whose runs alone it is for.
  package var owner: String
  private var incoming: Server
  private var outgoing: Server?
  private var address: MailAddress
  private var authority: String?

  fileprivate struct Server: Sendable {
    var host: String
    var port: Int?
    var security: Security
    var authorities: String?
    var user: String
    var password: CredentialSource?
    /// For OAuth.
    var token: CredentialSource?
    var mechanism: Mechanism
  }

  enum Security: String, CaseIterable, Sendable {
    case tls, starttls
    /// In the clear, to this machine alone.
    case loopback
  }

  /// How a token is handed over.
  enum Mechanism: String, CaseIterable, Sendable {
    case xoauth2
    /// RFC 7628.
    case oauthbearer
  }

  init(_ node: SettingsNode) throws(ConfigurationError) {
    let fields = try SettingsFields(
      node, known: ["name", "owner", "imap", "outgoing", "address", "authority"])
    name = try fields.required("name")
    owner = try fields.required("owner")
    authority = try fields.string("authority")
    guard let node = fields.node("imap") else { throw ConfigurationError(.missing(key: "imap")) }
    incoming = try Server(node)
    outgoing = try fields.node("outgoing").map { node throws(ConfigurationError) in try Server(node) }
    let text = try fields.required("address")
    guard let address = MailAddress.list(text).first, !address.address.isEmpty else {
      throw ConfigurationError(.wrongValue(key: "address", expected: "a mail address: Ana <ana@example.org>"))
    }
    self.address = address
  }

  /// - Returns: The mailbox, and what of it nobody is to write down.
  package func load(
    environment: [String: String]
  ) throws(ConfigurationError) -> (mailbox: Mailbox, secrets: Set<String>) {
    let (signIn, secret) = try incoming.signIn(of: "the mailbox “\(name)”", environment)
    var mailbox = Mailbox(
      name: name,
      account: IMAPAccount(
        host: incoming.host, port: incoming.port ?? (incoming.security == .tls ? 993 : 143),
        security: incoming.connection, signIn: signIn), address: address, authority: authority)
    var secrets: Set = [secret]
    if let outgoing {
      let (signIn, secret) = try outgoing.submission(of: "the outgoing mail of “\(name)”", environment)
      secrets.insert(secret)
      mailbox.outgoing = signIn
    }
    return (mailbox, secrets)
  }
}

extension MailboxSettings.Server {
  fileprivate init(_ node: SettingsNode) throws(ConfigurationError) {
    let fields = try SettingsFields(
      node, known: ["host", "port", "security", "authorities", "user", "password", "token", "mechanism"])
    host = try fields.required("host")
    port = try fields.number("port", in: 1...65_535)
    security = try fields.choice("security") ?? .tls
    mechanism = try fields.choice("mechanism") ?? .xoauth2
    authorities = try fields.string("authorities")
    user = try fields.required("user")
    password = try fields.node("password").map { node throws(ConfigurationError) in try CredentialSource(node)
    }
    token = try fields.node("token").map { node throws(ConfigurationError) in try CredentialSource(node) }
    guard (password == nil) != (token == nil) else {
      throw ConfigurationError(.rule("A mail server takes a password or a token: give one of them."))
    }
  }

  fileprivate var connection: ConnectionSecurity {
    switch security {
    case .tls: .tls(certificateAuthorities: authorities)
    case .starttls: .startTLS(certificateAuthorities: authorities)
    case .loopback: .loopback
    }
  }

  private func credential(
    of owner: String, _ environment: [String: String]
  ) throws(ConfigurationError) -> Credential? {
    try (password ?? token).map { source throws(ConfigurationError) in
      try source.load(of: owner, environment: environment)
    }
  }

  fileprivate func signIn(
    of owner: String, _ environment: [String: String]
  ) throws(ConfigurationError) -> (SignIn, String) {
    let secret = try credential(of: owner, environment)?.secret ?? ""
    let hidden = MailSecret(secret)
    guard password == nil else { return (.password(user: user, hidden), secret) }
    switch mechanism {
    case .xoauth2: return (.xoauth2(user: user, token: hidden), secret)
    case .oauthbearer: return (.oauthBearer(user: user, token: hidden), secret)
    }
  }

  fileprivate func submission(
    of owner: String, _ environment: [String: String]
  ) throws(ConfigurationError) -> (Mailbox.Outgoing, String) {
    let credential = try credential(of: owner, environment) ?? Credential(secret: "")
    do throws(SubmissionSetUpError) {
      let server = try SubmissionServer(
        host: host, security: submissionSecurity, port: port,
        trust: authorities.map { .certificates($0) } ?? .system)
      let signIn: SubmissionSignIn =
        password != nil ? .password(user: user, credential) : .token(user: user, credential)
      return (Mailbox.Outgoing(server: server, signIn: signIn), credential.secret)
    } catch {
      throw ConfigurationError(.rule("\(owner): \(error)"))
    }
  }

  private var submissionSecurity: SubmissionServer.Security {
    switch security {
    case .tls: .implicitTLS
    case .starttls: .startTLS
    case .loopback: .plainOnLoopback
    }
  }
}
