import ArgumentParser
import Foundation

/// Commands of the long-running side, which live in `assay-server` beside this executable: they need the HTTP
/// packages, and whoever only wants to see an account need not build those.
enum HandedOver {
  static let names = [
    "gateway", "calls", "notices", "person", "team", "project", "agent", "key", "limit",
  ]

  /// Becomes `assay-server` if the first argument is one of its commands; returns otherwise.
  static func runIfAsked(_ arguments: [String]) throws {
    guard let name = arguments.dropFirst().first, names.contains(name) else { return }
    let server = siblingPath("assay-server")
    var words = ([server] + arguments.dropFirst()).map { strdup($0) } + [nil]
    execv(server, &words)
    throw ValidationError(
      "assay \(name) is in assay-server, which is not beside this executable (\(server)). Build it: swift build -c release --product assay-server, or run ./assay \(name) from the sources."
    )
  }

  private static func siblingPath(_ name: String) -> String {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return URL(filePath: own).deletingLastPathComponent().appending(path: name).path
  }
}
