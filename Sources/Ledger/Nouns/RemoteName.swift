/// The one form of a remote's address: `host/path` in lowercase, whether it was written for HTTPS or SSH, with
/// or without user, port and `.git`.
package enum RemoteName {
  /// `nil` for a path on disk or text that is no address.
  package static func normalised(_ address: String) -> String? {
    var text = Substring(address.lowercased().filter { !$0.isWhitespace })
    var hadScheme = false
    if let scheme = text.firstRange(of: "://") {
      guard text[..<scheme.lowerBound] != "file" else { return nil }
      text = text[scheme.upperBound...]
      hadScheme = true
    }
    guard !text.hasPrefix("/"), !text.hasPrefix(".") else { return nil }
    if let at = text.firstIndex(of: "@"), !text[..<at].contains("/") { text = text[text.index(after: at)...] }
    guard let end = text.firstIndex(where: { $0 == "/" || $0 == ":" }) else { return nil }
    let host = text[..<end]
    var path = text[text.index(after: end)...]
    if hadScheme, text[end] == ":" {
      // A port.
      guard let slash = path.firstIndex(of: "/") else { return nil }
      path = path[path.index(after: slash)...]
    }
    while path.hasPrefix("/") { path = path.dropFirst() }
    while path.hasSuffix("/") { path = path.dropLast() }
    if path.hasSuffix(".git") { path = path.dropLast(4) }
    guard !host.isEmpty, !path.isEmpty else { return nil }
    return "\(host)/\(path)"
  }

  /// Keyed hash of the normalised address, as an index of a repository holds it.
  package static func hash(_ address: String, key: SipHash24.Key) -> UInt64? {
    guard let name = normalised(address) else { return nil }
    var hash = SipHash24(key: key)
    for byte in name.utf8 { hash.append(byte) }
    return hash.finalize64()
  }

  /// The repository's address and the number in the address of a pull or merge request.
  package static func pullRequest(_ address: String) -> (repository: String, number: UInt32)? {
    guard let name = normalised(address) else { return nil }
    for mark in ["/-/merge_requests/", "/pull/", "/pulls/", "/pull-requests/", "/pullrequest/"] {
      guard let found = name.firstRange(of: mark) else { continue }
      let digits = name[found.upperBound...].prefix { $0.isASCII && $0.isNumber }
      if let number = UInt32(digits) { return (String(name[..<found.lowerBound]), number) }
    }
    return nil
  }
}
