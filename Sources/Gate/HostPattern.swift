/// A host by name or number, or all hosts below a name.
package enum HostPattern: Hashable, Sendable, Codable {
  case exactly(Host)
  /// Any host with at least one label more: `a.example.org` for `example.org`, not `example.org`.
  case below(Host)
}

/// A host's name, lower case without a last dot, or its IPv4 address.
package struct Host: Hashable, Sendable, Codable, CustomStringConvertible {
  package let description: String

  init(checked description: String) { self.description = description }
}
