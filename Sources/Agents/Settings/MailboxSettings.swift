import Effects
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
    incoming = try Server(node, known: Server.keys + ["mechanism"])
    outgoing = try fields.node("outgoing").map { node throws(ConfigurationError) in
      // A token is handed over as the server offers.
      try Server(node, known: Server.keys)
    }
    let text = try fields.required("address")
    guard let address = MailAddress.list(text).first, !address.address.isEmpty else {
      throw ConfigurationError(.wrongValue(key: "address", expected: "a mail address: Ana <ana@example.org>"))
    }
    self.address = address
  }

  /// - Returns: The mailbox, which reads its password or token anew for each connection, and what of it nobody is to write
  ///   down.
  package func load(
    environment: [String: String]
  ) throws(ConfigurationError) -> (mailbox: Mailbox, secrets: Set<String>) {
    let (name, incoming) = (name, incoming)
    var secrets: Set = [try incoming.credential(of: "the mailbox “\(name)”", environment).secret]
    var mailbox = Mailbox(name: name, address: address, authority: authority) { () throws(ToolFailure) in
      let secret = try incoming.now(of: "the mailbox “\(name)”", environment).secret
      return IMAPAccount(
        host: incoming.host, port: incoming.port ?? (incoming.security == .tls ? 993 : 143),
        security: incoming.connection, signIn: incoming.signIn(secret))
    }
    if let outgoing {
      let owner = "the outgoing mail of “\(name)”"
      secrets.insert(try outgoing.credential(of: owner, environment).secret)
      mailbox.outgoing = Mailbox.Outgoing(server: try outgoing.submission(of: owner)) {
        () throws(ToolFailure) in
        let credential = try outgoing.now(of: owner, environment)
        return outgoing.password != nil
          ? .password(user: outgoing.user, credential) : .token(user: outgoing.user, credential)
      }
    }
    return (mailbox, secrets)
  }
}

extension MailboxSettings.Server {
  fileprivate static let keys = ["host", "port", "security", "authorities", "user", "password", "token"]

  fileprivate init(_ node: SettingsNode, known: [String]) throws(ConfigurationError) {
    let fields = try SettingsFields(node, known: known)
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

  fileprivate func credential(
    of owner: String, _ environment: [String: String]
  ) throws(ConfigurationError) -> Credential {
    guard let source = password ?? token else { return Credential(secret: "") }
    return try source.load(of: owner, environment: environment)
  }

  /// As it is kept at the moment of a connection.
  fileprivate func now(
    of owner: String, _ environment: [String: String]
  ) throws(ToolFailure) -> Credential {
    do throws(ConfigurationError) { return try credential(of: owner, environment) } catch {
      throw .unavailable(
        "The password or token of \(owner) cannot be read where the settings say it is kept.")
    }
  }

  fileprivate func signIn(_ secret: String) -> SignIn {
    let secret = MailSecret(secret)
    guard password == nil else { return .password(user: user, secret) }
    return switch mechanism {
    case .xoauth2: .xoauth2(user: user, token: secret)
    case .oauthbearer: .oauthBearer(user: user, token: secret)
    }
  }

  fileprivate func submission(of owner: String) throws(ConfigurationError) -> SubmissionServer {
    do throws(SubmissionSetUpError) {
      return try SubmissionServer(
        host: host, security: submissionSecurity, port: port,
        trust: authorities.map { .certificates($0) } ?? .system)
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
