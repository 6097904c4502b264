/// The host of an address: a name as DNS has it, lower case, or an address of its own.
package enum EgressHost: Hashable, Sendable, CustomStringConvertible {
  case name(String)
  case address(IPAddress)

  /// - Parameter text: Without port. `nil` for anything that resolvers may read in different ways: numbers that are no
  ///   whole address, bytes outside letters, digits, `-` and `_`, empty labels.
  package init?(_ text: String) {
    if text.hasPrefix("["), text.hasSuffix("]"), let address = IPAddress(String(text.dropFirst().dropLast()))
    {
      self = .address(address)
      return
    }
    if let address = IPAddress(text), case .v4 = address {
      self = .address(address)
      return
    }
    var name = text.lowercased()
    if name.hasSuffix(".") { name.removeLast() }
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    guard name.utf8.count <= 253, labels.allSatisfy(Self.isLabel), let last = labels.last else { return nil }
    // `1.2.3`, `0x7f.1`: getaddrinfo(3) takes such names for addresses.
    guard !(last.utf8.first.map { (0x30...0x39).contains($0) } ?? true) else { return nil }
    self = .name(name)
  }

  private static func isLabel(_ label: Substring) -> Bool {
    (1...63).contains(label.utf8.count) && label.utf8.first != 0x2D && label.utf8.last != 0x2D
      && label.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F
      }
  }

  package var description: String {
    switch self {
    case .name(let name): name
    case .address(let address):
      if case .v6 = address { "[\(address)]" } else { "\(address)" }
    }
  }
}

/// The hosts that a rule is for.
package enum HostPattern: Hashable, Sendable, CustomStringConvertible {
  case exactly(EgressHost)
  /// Any name below this one; not the name itself.
  case below(String)

  /// - Parameter text: `api.example.com`, `*.example.com`, `192.0.2.7` or `[2001:db8::7]`. A star is for whole labels, in
  ///   front, and has at least two labels after it.
  package init?(_ text: String) {
    if text.hasPrefix("*.") {
      guard case .name(let name)? = EgressHost(String(text.dropFirst(2))), name.contains(".") else {
        return nil
      }
      self = .below(name)
    } else {
      guard let host = EgressHost(text) else { return nil }
      self = .exactly(host)
    }
  }

  package func matches(_ host: EgressHost) -> Bool {
    switch (self, host) {
    case (.exactly(let own), _): own == host
    case (.below(let name), .name(let other)): other.hasSuffix("." + name)
    case (.below, .address): false
    }
  }

  package var description: String {
    switch self {
    case .exactly(let host): "\(host)"
    case .below(let name): "*.\(name)"
    }
  }
}
