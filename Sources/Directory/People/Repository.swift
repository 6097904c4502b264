package import Ledger

/// A repository that the organisation registered; on a server only these count. It belongs to one project.
package struct Repository: Hashable, Sendable, Identifiable {
  package var id: Int64
  package var project: Int64
  package var remote: RepositoryRemote
  package var created: Instant
  package var ended: Instant?

  package init(id: Int64, project: Int64, remote: RepositoryRemote, created: Instant, ended: Instant? = nil) {
    self.id = id
    self.project = project
    self.remote = remote
    self.created = created
    self.ended = ended
  }
}

/// Where a repository is fetched from, as far as it says which one it is: `host/path`. How it is fetched (scheme,
/// user, password, port, `.git`, the case of the host) does not count.
package struct RepositoryRemote: Hashable, Sendable, CustomStringConvertible {
  package let text: String
  package var description: String { text }

  /// What a row holds.
  package init(stored text: String) { self.text = text }

  /// - Returns: `nil` for what names no repository on a host, such as a path of one machine.
  package init?(_ given: String) {
    var rest = given.filter { !$0.isNewline }.drop { $0 == " " || $0 == "\t" }
    while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
    guard rest.utf8.count <= 2_000 else { return nil }
    let authority: Substring
    let path: Substring
    if let scheme = rest.firstRange(of: "://") {
      guard rest[..<scheme.lowerBound].lowercased() != "file" else { return nil }
      rest = rest[scheme.upperBound...]
      guard let slash = rest.firstIndex(of: "/") else { return nil }
      (authority, path) = (rest[..<slash], rest[slash...])
    } else if let colon = rest.firstIndex(of: ":"), !rest[..<colon].contains("/") {
      // git@host:path, as scp writes it.
      (authority, path) = (rest[..<colon], rest[rest.index(after: colon)...])
    } else if let slash = rest.firstIndex(of: "/"), rest[..<slash].contains("."), !rest.hasPrefix(".") {
      (authority, path) = (rest[..<slash], rest[slash...])
    } else {
      return nil
    }
    var host = authority[
      (authority.lastIndex(of: "@").map { authority.index(after: $0) } ?? authority.startIndex)...]
    if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
      host = host[...end]
    } else if let port = host.firstIndex(of: ":") {
      host = host[..<port]
    }
    while host.last == "." { host.removeLast() }
    var segments = path.prefix { $0 != "?" && $0 != "#" }.split(separator: "/").map(String.init)
    if let last = segments.last, last.lowercased().hasSuffix(".git") {
      segments[segments.count - 1] = String(last.dropLast(4))
    }
    if segments.last == "" { segments.removeLast() }
    let isPlain = !segments.contains("..") && !segments.contains(".")
    // A drive's letter is no host.
    guard host.count > 1, !segments.isEmpty, isPlain, DirectoryText.isPlain(host),
      segments.allSatisfy(DirectoryText.isPlain)
    else { return nil }
    text = ([host.lowercased()] + segments).joined(separator: "/")
  }
}
