package import Foundation
package import IMAP
import NIOCore
import NIOPosix
import Subprocess

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// A real mail server on this machine, for tests and for the demo: Dovecot with Maildirs below one directory, as the user who
/// runs it. Any user name signs in with the site's password and finds INBOX, Archive, Drafts, Junk and Sent. In the clear and
/// by STARTTLS at one port, under TLS at another, by a certificate for 127.0.0.1 and localhost that only this site trusts.
///
/// Needs dovecot-imapd: `require_mail_servers` in Scripts/setup installs it.
package struct MailSite: Sendable {
  /// Its directory, which it has for itself.
  package let root: String
  /// On 127.0.0.1, in the clear and by STARTTLS.
  package let port: Int
  /// On 127.0.0.1, under TLS.
  package let tlsPort: Int
  package let password: MailSecret
  /// A PEM file.
  package var certificateAuthority: String { path("tls/authority.pem") }
  private let owner: MailOwner

  /// Makes the site in a directory, or takes up what mail is there from an earlier time.
  ///
  /// - Parameter capability: What the server says it can do, in place of all that it can; for tests.
  /// - Throws: ``MailSiteError``: Dovecot is not there, or the directory is not fit.
  package init(in directory: URL, capability: String? = nil) async throws {
    let files = FileManager.default
    guard Self.programs.allSatisfy({ files.isExecutableFile(atPath: $0) }) else {
      throw MailSiteError(
        problem:
          "Dovecot is not installed. On Debian: apt-get install dovecot-imapd; elsewhere see dovecot.org")
    }
    try files.createDirectory(at: directory, withIntermediateDirectories: true)
    root = directory.resolvingSymlinksInPath().path
    // A socket's path has at most 107 bytes (unix(7)), and Dovecot's own part of it up to 40.
    guard root.utf8.count <= 66, !root.contains(where: { $0.isWhitespace || "\"'%$#{}\\".contains($0) })
    else {
      throw MailSiteError(
        problem:
          "its directory's path is longer than 66 bytes or has spaces or signs in it; take a shorter one")
    }
    owner = try MailOwner()
    let secret = UUID().uuidString
    password = MailSecret(secret)
    (port, tlsPort) = try await Self.freePorts()
    for name in ["mail", "run", "state", "tls"] {
      try files.createDirectory(atPath: path(name), withIntermediateDirectories: true)
    }
    try owner.own(path("mail"))
    try owner.own(path("state"))
    try await makeCertificate()
    let said = capability.map { "imap_capability = \($0)\n" } ?? ""
    let configuration = Data((configuration(password: secret) + said).utf8)
    try configuration.write(to: URL(filePath: path("dovecot.conf")), options: .atomic)
    try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path("dovecot.conf"))
  }

  package func path(_ name: String) -> String { root + "/" + name }

  /// How the site is reached.
  package enum Way: String, Hashable, Sendable, CaseIterable {
    case tls, startTLS, loopback
  }

  package func account(_ user: String, by way: Way = .tls) -> IMAPAccount {
    let signIn = SignIn.password(user: user, password)
    return switch way {
    case .tls:
      IMAPAccount(
        host: "localhost", port: tlsPort, security: .tls(certificateAuthorities: certificateAuthority),
        signIn: signIn)
    case .startTLS:
      IMAPAccount(
        host: "localhost", port: port, security: .startTLS(certificateAuthorities: certificateAuthority),
        signIn: signIn)
    case .loopback: IMAPAccount(host: "127.0.0.1", port: port, security: .loopback, signIn: signIn)
    }
  }

  private static let programs = ["/usr/sbin/dovecot", "/usr/lib/dovecot/imap", "/usr/lib/dovecot/imap-login"]

  private static let environment: [Environment.Key: String] = [
    "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8",
  ]

  /// Runs Dovecot until the task is cancelled; all its processes have ended before it returns.
  package func serve() async throws {
    var options = PlatformOptions()
    // At its end the master signals its whole process group, which must not be that of whoever runs the site.
    options.createSession = true
    options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(10))]
    _ = try await Subprocess.run(
      .name("dovecot"), arguments: ["-F", "-c", path("dovecot.conf")], environment: .custom(Self.environment),
      platformOptions: options, output: .discarded, error: .discarded)
    guard Task.isCancelled else {
      throw MailSiteError(problem: "Dovecot ended by itself; \(path("dovecot.log")) says why")
    }
  }

  /// Serves for as long as `body` takes, which begins when the site answers.
  package func whileServing<Result: Sendable>(
    _ body: @Sendable () async throws -> Result
  ) async throws -> Result {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await serve() }
      do {
        try await waitUntilReady()
        let result = try await body()
        group.cancelAll()
        while let ended = await group.nextResult() { _ = ended }
        return result
      } catch {
        group.cancelAll()
        while let ended = await group.nextResult() { _ = ended }
        throw error
      }
    }
  }

  private func waitUntilReady() async throws {
    for _ in 0..<1000 {
      if let channel = try? await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connect(host: "127.0.0.1", port: port).get()
      {
        try? await channel.close()
        return
      }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw MailSiteError(problem: "Dovecot does not answer; \(path("dovecot.log")) says why")
  }

  private static func freePorts() async throws -> (Int, Int) {
    var channels: [any Channel] = []
    for _ in 0..<2 {
      channels.append(
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(
          host: "127.0.0.1", port: 0
        )
        .get())
    }
    let ports = channels.compactMap(\.localAddress?.port)
    for channel in channels { try await channel.close() }
    guard ports.count == 2 else { throw MailSiteError(problem: "no port of 127.0.0.1 is free") }
    return (ports[0], ports[1])
  }

  private func makeCertificate() async throws {
    let key = ["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    try await openssl(
      key + [
        "-x509", "-days", "30", "-subj", "/CN=Mail site", "-addext", "basicConstraints=critical,CA:TRUE",
        "-addext", "keyUsage=critical,keyCertSign", "-keyout", path("tls/authority.key"), "-out",
        certificateAuthority,
      ])
    try await openssl(
      key + ["-subj", "/CN=localhost", "-keyout", path("tls/site.key"), "-out", path("tls/site.csr")])
    try Data("subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n".utf8)
      .write(to: URL(filePath: path("tls/site.cnf")))
    try await openssl([
      "x509", "-req", "-days", "30", "-in", path("tls/site.csr"), "-CA", certificateAuthority, "-CAkey",
      path("tls/authority.key"), "-CAcreateserial", "-extfile", path("tls/site.cnf"), "-out",
      path("tls/site.pem"),
    ])
  }

  private func openssl(_ arguments: [String]) async throws {
    let result = try await Subprocess.run(
      .name("openssl"), arguments: Arguments(arguments), environment: .custom(Self.environment),
      output: .discarded, error: .string(limit: 1 << 16))
    guard result.terminationStatus.isSuccess else {
      throw MailSiteError(problem: "openssl \(arguments[0]) failed: \(result.standardError)")
    }
  }

  // MARK: Delivery

  /// Puts a message into a mailbox as a delivery agent does: written in `tmp`, renamed into `new`, seen whole or not at all.
  ///
  /// - Parameters:
  ///   - message: Lines end with CR LF or with LF.
  ///   - date: When it came; `nil` for now.
  package func deliver(
    _ message: some Sequence<UInt8>, to user: String, mailbox: MailboxName = .inbox, date: Date? = nil
  ) throws {
    let folder = try maildir(of: user, mailbox)
    let name = "\(Int(Date().timeIntervalSince1970)).\(UUID().uuidString).assay"
    let draft = folder + "/tmp/" + name
    try Data(message).write(to: URL(filePath: draft))
    if let date { try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: draft) }
    try owner.own(draft)
    try FileManager.default.moveItem(atPath: draft, toPath: folder + "/new/" + name)
  }

  /// Maildir++: a mailbox below INBOX is a folder whose name begins with a dot.
  private func maildir(of user: String, _ mailbox: MailboxName) throws -> String {
    guard !user.isEmpty, user.allSatisfy({ $0.isLetter || $0.isNumber || "@._-".contains($0) }),
      user.first != "."
    else { throw MailSiteError(problem: "a user's name has letters, digits and @._- only") }
    let home = path("mail/\(user)")
    let folder = mailbox == .inbox ? home : home + "/." + mailbox.wireText
    guard !mailbox.text.contains("/"), mailbox.text.first != "." else {
      throw MailSiteError(problem: "levels of mailboxes are separated by dots here, not by slashes")
    }
    for part in [home, folder, folder + "/cur", folder + "/new", folder + "/tmp"]
    where !FileManager.default.fileExists(atPath: part) {
      try FileManager.default.createDirectory(
        atPath: part, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
      try owner.own(part)
    }
    return folder
  }

  private func configuration(password: String) -> String {
    """
    base_dir = \(root)/run
    state_dir = \(root)/state
    log_path = \(root)/dovecot.log
    protocols = imap
    listen = 127.0.0.1
    ssl = yes
    ssl_cert = <\(root)/tls/site.pem
    ssl_key = <\(root)/tls/site.key
    disable_plaintext_auth = no
    mail_location = maildir:\(root)/mail/%u
    mail_uid = \(owner.user)
    mail_gid = \(owner.group)
    first_valid_uid = 1
    first_valid_gid = 1
    default_login_user = \(owner.user)
    default_internal_user = \(owner.user)
    default_internal_group = \(owner.group)
    auth_mechanisms = plain login
    mail_max_userip_connections = 100
    passdb {
      driver = static
      args = password=\(password)
    }
    userdb {
      driver = static
      args = uid=\(owner.user) gid=\(owner.group) home=\(root)/mail/%u allow_all_users=yes
    }
    service imap-login {
      chroot =
      inet_listener imap {
        address = 127.0.0.1
        port = \(port)
      }
      inet_listener imaps {
        address = 127.0.0.1
        port = \(tlsPort)
        ssl = yes
      }
    }
    service anvil {
      chroot =
    }
    namespace inbox {
      inbox = yes
      mailbox Archive {
        special_use = \\Archive
        auto = create
      }
      mailbox Drafts {
        special_use = \\Drafts
        auto = create
      }
      mailbox Junk {
        special_use = \\Junk
        auto = create
      }
      mailbox Sent {
        special_use = \\Sent
        auto = create
      }
    }

    """
  }
}

/// Whose the mail files are: whoever runs the site, but never root, whom Dovecot refuses mail of.
private struct MailOwner: Sendable {
  let user: String
  let group: String
  /// To be given what root makes; `nil` where whoever makes it has it.
  private let ids: (user: uid_t, group: gid_t)?

  init() throws {
    if geteuid() == 0 {
      guard let nobody = getpwnam("nobody") else {
        throw MailSiteError(problem: "root runs it, and there is no user nobody to give the mail to")
      }
      (user, ids) = ("nobody", (nobody.pointee.pw_uid, nobody.pointee.pw_gid))
    } else {
      // By the number: what the environment calls the user may be somebody else.
      guard let entry = getpwuid(geteuid()) else { throw MailSiteError(problem: "who runs it has no name") }
      (user, ids) = (String(cString: entry.pointee.pw_name), nil)
    }
    guard let entry = getgrgid(ids?.group ?? getegid()) else {
      throw MailSiteError(problem: "the group of \(user) has no name")
    }
    group = String(cString: entry.pointee.gr_name)
  }

  func own(_ path: String) throws {
    guard let ids else { return }
    guard chown(path, ids.user, ids.group) == 0 else {
      throw MailSiteError(problem: "\(path) cannot be given to \(user)")
    }
  }
}

/// The mail site could not be made or does not run.
package struct MailSiteError: Error, Hashable, Sendable, CustomStringConvertible {
  package var problem: String
  package var description: String { "The mail site cannot be had: \(problem)." }
}
