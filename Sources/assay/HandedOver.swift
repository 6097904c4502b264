import ArgumentParser
import Foundation

/// Commands of the long-running side, which live in `assay-server` beside this executable: they need the HTTP
/// packages, and whoever only wants to see an account need not build those.
enum HandedOver {
  static let names = [
    "serve", "gateway", "collect", "backup", "restore", "export", "erase", "reconcile", "calls", "notices",
    "person", "team", "project", "agent", "key", "token", "identity", "visibility", "target", "limit",
  ]

  /// For the help.
  static let help = """
    THE SERVER AND THE GATEWAY (docs/server.md, docs/gateway.md)
      assay serve         pages, data in, and the gateway, in one process
      assay gateway       passes model calls on to their providers and meters every one
      assay calls         what came through it
      assay collect       sends facts about this machine's sessions to a server
      assay reconcile     the ledger against what the providers say was used
      assay backup        copies ledger and control database, while they are in use
      assay restore       puts such a copy back
      assay export, erase all that is held on a person: written down for them, or let go of
      assay person, team, project, agent, key, token, identity, limit, notices
                          who may spend and send, and how much
      assay visibility    who sees what: what your organisation decided
      assay target        an adoption target, and who is counted
    """

  /// Becomes `assay-server` if `word` is one of its commands; returns otherwise.
  static func run(_ word: String?) throws {
    guard let word, names.contains(word) else { return }
    let server = sibling("assay-server")
    var arguments = ([server] + CommandLine.arguments.dropFirst()).map { strdup($0) } + [nil]
    execv(server, &arguments)
    throw ValidationError(
      "assay \(word) is in assay-server, which is not beside this executable (\(server)). Build it with swift build -c release --product assay-server, or run ./assay \(word) in the sources."
    )
  }

  private static func sibling(_ name: String) -> String {
    let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return URL(filePath: link ?? CommandLine.arguments[0]).deletingLastPathComponent().appending(path: name)
      .path
  }
}
