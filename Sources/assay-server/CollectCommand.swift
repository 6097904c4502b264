import ArgumentParser
import AsyncHTTPClient
import Collection
import Foundation
import Ledger
import LedgerSQLite
import Outcomes
import Shipping
import Surroundings
import Synchronization

/// `assay collect`: sends what this machine's tools recorded to the organisation's server.
struct CollectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collect",
    abstract: "Sends facts about this machine’s AI sessions to your organisation’s server.",
    discussion: """
      Facts only: token counts, times, names of models and tools, keyed hashes of changed lines, the remote of the \
      repository, the last part of the working directory. Never a prompt, an answer, a line of code or a path. \
      --dry-run shows what would be sent. What the server holds on you, you see there first.

      The token is read from $ASSAY_TOKEN, or from the file that --token-file names. What was interrupted goes on \
      where it stopped; what is sent twice counts once.

      EXAMPLES
        assay collect --to https://assay.example.org
        assay collect --to https://assay.example.org --watch
        assay collect --to https://assay.example.org --dry-run

      EXIT STATUS
        0   all that there was has been taken by the server
        1   something was not; it is kept, and sent the next time
      """)

  @Option(help: ArgumentHelp("The server’s address.", valueName: "url")) var to: String
  @Option(help: ArgumentHelp("A file with the token, readable by you alone.", valueName: "file"))
  var tokenFile: String?
  @Option(
    name: .customLong("home"),
    help: ArgumentHelp(
      "Look below this directory instead of your home; may be given several times.", valueName: "dir"))
  var homes: [String] = []
  @Flag(help: "Stay, and send what is new every half minute.") var watch = false
  @Flag(help: "Print what would be sent, as JSON lines, and send nothing.") var dryRun = false
  @Option(help: ArgumentHelp("Where to keep what is not sent yet.", valueName: "file")) var outbox: String?

  func validate() throws {
    guard let url = URL(string: to), ["http", "https"].contains(url.scheme), url.host() != nil else {
      throw ValidationError("--to takes the server’s address, such as https://assay.example.org.")
    }
    let isHere = ["localhost", "127.0.0.1", "::1", "[::1]"].contains(url.host() ?? "")
    guard url.scheme == "https" || isHere else {
      throw ValidationError("\(to) would send your token and facts in the open. Use https.")
    }
    if watch && dryRun { throw ValidationError("Give --watch or --dry-run, not both.") }
  }

  func run() async throws {
    guard let server = URL(string: to) else { return }
    let client = HTTPClient(configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))
    do {
      try await collect(Shipper(server: server, token: try token(), client: client), server: server)
    } catch {
      try? await client.shutdown()
      throw error
    }
    try await client.shutdown()
  }

  private func collect(_ shipper: Shipper, server: URL) async throws {
    let terms = try await shipper.terms()
    let remotes = Remotes()
    let redaction = Redaction(key: terms.hashKey) { directory in remotes.remote(of: directory) }
    let name = Key128(space: "outbox", server.absoluteString).hexadecimal
    let path =
      dryRun
      ? NSTemporaryDirectory() + "/assay-dry-run-\(ProcessInfo.processInfo.processIdentifier)/outbox.sqlite"
      : outbox.map(GivenPath.absolute) ?? XDGDirectory.data + "/outbox/\(name).sqlite"
    let outbox = try SQLiteOutbox(path: path, key: terms.hashKey) { redaction.shipment($0) }
    repeat {
      _ = try await Collector(store: outbox).collect(Discovery(homes: homeDirectories, files: []))
      if dryRun {
        try printPending(of: outbox)
        return try FileManager.default.removeItem(at: URL(filePath: path).deletingLastPathComponent())
      }
      do {
        var count = 0
        try await shipper.empty(outbox) { count = $0 }
        if count > 0 || !watch {
          try StandardOutput.write(
            count == 0 ? "Nothing new.\n" : "Sent facts of \(count) source\(count == 1 ? "" : "s").\n")
        }
      } catch let error as ShippingError where watch {
        FileHandle.standardError.write(Data("assay: \(error)\n".utf8))
      }
      if watch { try await Task.sleep(for: .seconds(30)) }
    } while watch
  }

  private var homeDirectories: [HomeDirectory] {
    homes.isEmpty ? [.current] : homes.map { HomeDirectory(path: GivenPath.absolute($0)) }
  }

  private func printPending(of outbox: SQLiteOutbox) throws {
    while let part = try outbox.pending(bytes: 1 << 20) {
      for body in part.bodies { try StandardOutput.write(String(decoding: body, as: UTF8.self) + "\n") }
      try outbox.forget(through: part.through)
    }
  }

  private func token() throws -> String {
    if let tokenFile {
      let path = GivenPath.absolute(tokenFile)
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? 0o777
      guard mode & 0o077 == 0 else {
        throw ValidationError("\(path) can be read by others. Run: chmod 600 \(path)")
      }
      return try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    }
    guard let token = ProcessInfo.processInfo.environment["ASSAY_TOKEN"], !token.isEmpty else {
      throw ValidationError(
        "Set ASSAY_TOKEN, or give --token-file. Whoever runs the server makes a token with assay token create NAME --person MAIL --scope ingest."
      )
    }
    return token
  }
}

/// The remotes of working directories on this machine, each looked up once.
private final class Remotes: Sendable {
  private let known = Mutex<[String: String?]>([:])

  func remote(of directory: String) -> String? {
    if let found = known.withLock({ $0[directory] }) { return found }
    let found = (try? RepositoryLocation.containing(directory))?.originAddress
    known.withLock { $0[directory] = .some(found) }
    return found
  }
}
