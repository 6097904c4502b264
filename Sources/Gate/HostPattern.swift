/// A host by name or number, or all hosts below a name.
package enum HostPattern: Hashable, Sendable, Codable {
  /// - Parameter port: `nil` for the scheme's own.
  case exactly(Host, port: Int? = nil)
  /// Any host with at least one label more, on its scheme's own port: `a.example.org` for `example.org`, not
  /// `example.org`, never `notexample.org`.
  case below(Host)

  func meets(_ address: WebAddress) -> Bool {
    switch self {
    case .exactly(let host, let port): address.host == host && address.port == port
    case .below(let host): address.port == nil && Self.isBelow(address.host, host)
    }
  }

  func isWithin(_ other: HostPattern) -> Bool {
    switch (self, other) {
    case (.exactly(let host, nil), .below(let parent)): Self.isBelow(host, parent)
    case (.below(let host), .below(let parent)): host == parent || Self.isBelow(host, parent)
    case (.exactly(let host, let port), .exactly(let other, let otherPort)):
      host == other && port == otherPort
    case (.exactly(_, .some), .below), (.below, .exactly): false
    }
  }

  private static func isBelow(_ host: Host, _ parent: Host) -> Bool {
    guard case .name(let labels) = host.kind, case .name(let above) = parent.kind else { return false }
    return labels.count > above.count && labels.suffix(above.count).elementsEqual(above)
  }
}

/// A host's name or its IPv4 address, read, never compared by how it begins. Names in other scripts are given as they go
/// over the wire (`xn--…`).
package struct Host: Hashable, Sendable, CustomStringConvertible {
  enum Kind: Hashable, Sendable {
    /// Labels in lower case.
    case name([Substring])
    case address(UInt32)
  }

  let kind: Kind
  /// Lower case, without a last dot.
  package let description: String

  /// - Returns: `nil` for what is no plain name and no plain IPv4 address: other spellings of numbers (`127.1`, `0x7f.1`),
  ///   IPv6, white space, anything not ASCII.
  package init?(_ text: String) {
    var name = text.lowercased()[...]
    if name.hasSuffix(".") { name = name.dropLast() }
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...253).contains(name.utf8.count), labels.allSatisfy(Self.isLabel), let last = labels.last else {
      return nil
    }
    if last.utf8.allSatisfy({ (48...57).contains($0) }) || last.hasPrefix("0x") {
      // As a browser has it (WHATWG URL, "ends in a number"): then it is an address or nothing.
      guard labels.count == 4 else { return nil }
      var address: UInt32 = 0
      for label in labels {
        guard let byte = UInt8(label), String(byte) == label else { return nil }
        address = address << 8 | UInt32(byte)
      }
      kind = .address(address)
    } else {
      kind = .name(labels)
    }
    description = String(name)
  }

  private static func isLabel(_ label: Substring) -> Bool {
    (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
      && label.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 95 }
  }
}

extension Host: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let host = Host(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "not a plain host name or IPv4 address")
    }
    self = host
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// An `http` or `https` address in a spelling that every reader takes the same way; all others are refused.
struct WebAddress {
  var host: Host
  /// `nil` for the scheme's own.
  var port: Int?

  init?(_ text: String) {
    guard text.utf8.count <= 4_096,
      text.utf8.allSatisfy({ (33...126).contains($0) && !Self.ambiguous.contains($0) })
    else { return nil }
    let own: Int
    let rest: Substring
    if text.lowercased().hasPrefix("https://") {
      (own, rest) = (443, text.dropFirst(8))
    } else if text.lowercased().hasPrefix("http://") {
      (own, rest) = (80, text.dropFirst(7))
    } else {
      return nil
    }
    let authority = rest.prefix { !"/?#".contains($0) }
    // Who signs in by the address, or hides the host behind a name, is refused.
    guard !authority.contains("@") else { return nil }
    let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, let name = parts.first, let host = Host(String(name)) else { return nil }
    self.host = host
    guard parts.count == 2 else { return }
    guard let port = UInt16(parts[1]), port > 0, String(port) == parts[1] else { return nil }
    self.port = Int(port) == own ? nil : Int(port)
  }

  /// `"`, `<`, `>`, `\`, `^`, `` ` ``, `{`, `|`, `}`: not in any URL (RFC 3986) and read differently by different readers.
  private static let ambiguous: Set<UInt8> = [34, 60, 62, 92, 94, 96, 123, 124, 125]
}
