import Ledger

/// What of a sender's texts may be kept, in the form in which it is.
enum Cleaned {
  /// A whole commit hash in lowercase; `nil` for anything else and for the hash of nothing.
  static func hash(_ text: String?) -> String? {
    guard let text, text.utf8.count == 40 || text.utf8.count == 64 else { return nil }
    let lower = text.lowercased()
    guard lower.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
      lower.utf8.contains(where: { $0 != 0x30 })
    else { return nil }
    return lower
  }

  /// A remote without user, password, query and fragment; `nil` for what names no repository on a host.
  static func remote(_ text: String?) -> String? {
    guard let text, text.utf8.count <= 1_000, name(text) != nil else { return nil }
    var rest = Substring(text.prefix { $0 != "?" && $0 != "#" })
    if let scheme = rest.firstRange(of: "://") {
      let authority = rest[scheme.upperBound...].prefix { $0 != "/" }
      let host = authority[
        (authority.lastIndex(of: "@").map { authority.index(after: $0) } ?? authority.startIndex)...]
      rest = rest[..<scheme.upperBound] + host + rest[authority.endIndex...]
    }
    let remote = String(rest)
    return RemoteName.normalised(remote) == nil ? nil : remote
  }

  /// A page on the web without user, password, query and fragment.
  static func address(_ text: String?) -> String? {
    guard let text, text.hasPrefix("https://") || text.hasPrefix("http://") else { return nil }
    return remote(text)
  }

  /// A short text on one line, such as the name of an account.
  static func name(_ text: String?) -> String? {
    guard let text, !text.isEmpty, text.utf8.count <= 1_000,
      !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
    else { return nil }
    return text
  }

  /// Where something was deployed. Of `review/fix-login` only the first part stays: the rest is the name of a branch.
  static func environment(_ text: String?) -> String? {
    guard let name = name(text)?.prefix(while: { $0 != "/" }), !name.isEmpty, name.utf8.count <= 100 else {
      return nil
    }
    return String(name)
  }

  /// Whether an environment of this name is what users use.
  static func isProduction(_ environment: String?) -> Bool? {
    guard let words = environment?.lowercased().split(whereSeparator: { !$0.isLetter }) else { return nil }
    return words.contains { ["production", "prod", "live"].contains($0) }
      && !words.contains { ["non", "not", "pre"].contains($0) }
  }

  static let times = Instant(milliseconds: 946_684_800_000)..<Instant(milliseconds: 4_102_444_800_000)

  /// An instant of this century.
  static func instant(milliseconds: Int64?) -> Instant? {
    guard let milliseconds else { return nil }
    let instant = Instant(milliseconds: milliseconds)
    return times.contains(instant) ? instant : nil
  }
}
