import Foundation
import Glibc
import IMAP
import NIOCore
import NIOPosix
import Subprocess

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// Cyrus, the second real server, in a directory of its own. Debian's cyrus-imapd and dovecot-imapd do not stand beside each
/// other, so `require_mail_servers` unpacks the former below `.build`, and only cyrus-common is installed.
struct CyrusSite: Sendable {
  let root: String
  let port: Int

  struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  private static let master = "/usr/lib/cyrus/bin/master"

  private static var imapd: String? {
    var package = URL(filePath: #filePath)
    for _ in 0..<3 { package.deleteLastPathComponent() }
    let unpacked = package.appending(path: ".build/cyrus-imapd/usr/lib/cyrus/bin/imapd").path
    return [unpacked, "/usr/lib/cyrus/bin/imapd"].first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  init(in directory: URL) async throws {
    guard let imapd = Self.imapd, FileManager.default.isExecutableFile(atPath: Self.master) else {
      throw Missing(description: "no Cyrus: run require_mail_servers of Scripts/setup")
    }
    root = directory.path
    let user = geteuid() == 0 ? "cyrus" : NSUserName()
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(
      host: "127.0.0.1", port: 0
    ).get()
    port = server.localAddress?.port ?? 0
    try await server.close()
    for name in ["", "/conf", "/conf/socket", "/conf/proc", "/conf/lock", "/spool"] {
      try FileManager.default.createDirectory(atPath: root + name, withIntermediateDirectories: true)
      if geteuid() == 0, let entry = getpwnam(user) {
        _ = chown(root + name, entry.pointee.pw_uid, entry.pointee.pw_gid)
      }
    }
    let bin = String(imapd.dropLast("/imapd".count))
    let settings = """
      configdirectory: \(root)/conf
      defaultpartition: default
      partition-default: \(root)/spool
      proc_path: \(root)/conf/proc
      mboxname_lockpath: \(root)/conf/lock
      idlesocket: \(root)/conf/socket/idle
      cyrus_user: \(user)
      allowplaintext: yes
      sasl_mech_list: PLAIN LOGIN
      sasl_pwcheck_method: alwaystrue
      altnamespace: yes
      unixhierarchysep: yes
      autocreate_quota: 0
      autocreate_inbox_folders: Archive | Drafts | Sent
      xlist-archive: Archive
      xlist-drafts: Drafts
      xlist-sent: Sent

      """
    try Data(settings.utf8).write(to: URL(filePath: root + "/imapd.conf"))
    let services = """
      START {
        recover cmd="/usr/lib/cyrus/bin/ctl_cyrusdb -C \(root)/imapd.conf -r"
      }
      SERVICES {
        imap cmd="\(imapd) -C \(root)/imapd.conf" listen="127.0.0.1:\(port)" prefork=0
      }
      DAEMON {
        idled cmd="\(bin)/idled -C \(root)/imapd.conf"
      }
      EVENTS {
      }

      """
    try Data(services.utf8).write(to: URL(filePath: root + "/cyrus.conf"))
  }

  /// Any password will do.
  func account(_ user: String) -> IMAPAccount {
    IMAPAccount(
      host: "127.0.0.1", port: port, security: .loopback, signIn: .password(user: user, MailSecret("any")))
  }

  func whileServing(_ body: @Sendable () async throws -> Void) async throws {
    var options = PlatformOptions()
    options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(10))]
    // At its end the master signals its whole process group.
    options.createSession = true
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { [options] in
        _ = try await Subprocess.run(
          .path(FilePath(Self.master)),
          arguments: [
            "-C", root + "/imapd.conf", "-M", root + "/cyrus.conf", "-p", root + "/master.pid", "-D",
          ],
          platformOptions: options, output: .discarded, error: .discarded)
      }
      do {
        try await waitUntilReady()
        try await body()
      } catch {
        group.cancelAll()
        while let ended = await group.nextResult() { _ = ended }
        throw error
      }
      group.cancelAll()
      while let ended = await group.nextResult() { _ = ended }
    }
  }

  private func waitUntilReady() async throws {
    for _ in 0..<1000 {
      if let client = try? await IMAPClient.connect(account("probe")) {
        await client.logout()
        return
      }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw Missing(description: "Cyrus does not answer on port \(port)")
  }
}
