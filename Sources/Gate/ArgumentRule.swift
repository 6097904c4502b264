package import Effects

/// What a grant asks of an argument: of each of its leaves, where nothing else is said. An empty list or object has no
/// leaves and meets nothing but `equals`.
package enum ArgumentRule: Hashable, Sendable, Codable {
  /// The whole argument, lists and objects too.
  case equals(JSON)
  /// Each leaf is one of these.
  case oneOf([JSON])
  /// Each leaf is a relative path at or below this one, after its parts are read: no `..`, nothing absolute.
  case path(under: String)
  /// Each leaf is an `http` or `https` address on one of these hosts.
  case host(in: [HostPattern])
  /// Each leaf is a number from 0 to this.
  case atMost(Int64)

  package func meets(_ argument: JSON) -> Bool {
    if case .equals(let value) = self { return argument == value }
    let leaves = argument.leaves()
    return !leaves.isEmpty && leaves.allSatisfy { meets(leaf: $0.value) }
  }

  private func meets(leaf: JSON) -> Bool {
    switch self {
    case .equals(let value): leaf == value
    case .oneOf(let values): values.contains(leaf)
    case .path(let under):
      if let path = leaf.string.flatMap(Self.parts), let above = Self.parts(under) {
        path.starts(with: above)
      } else {
        false
      }
    case .host(let patterns):
      if let address = leaf.string.flatMap(WebAddress.init) {
        patterns.contains { $0.meets(address) }
      } else {
        false
      }
    case .atMost(let most):
      switch leaf {
      case .integer(let number): (0...max(most, 0)).contains(number)
      case .number(let number): number >= 0 && number <= Double(max(most, 0))
      default: false
      }
    }
  }

  /// Whether whatever meets this meets the other one too. `false` also where that cannot be told.
  package func isWithin(_ other: ArgumentRule) -> Bool {
    switch (self, other) {
    case (.equals(let value), _): other.meets(value)
    case (.oneOf(let values), .oneOf), (.oneOf(let values), .path), (.oneOf(let values), .host),
      (.oneOf(let values), .atMost):
      values.allSatisfy { other.meets(leaf: $0) }
    case (.path(let under), .path(let above)):
      if let under = Self.parts(under), let above = Self.parts(above) {
        under.starts(with: above)
      } else {
        false
      }
    case (.host(let patterns), .host(let wider)):
      patterns.allSatisfy { pattern in wider.contains { pattern.isWithin($0) } }
    case (.atMost(let most), .atMost(let more)): most <= more
    default: false
    }
  }

  /// Whether the owner wrote out each value that meets it.
  var isFinite: Bool {
    switch self {
    case .equals, .oneOf: true
    case .path, .host, .atMost: false
    }
  }

  /// The parts of a relative path; `nil` for one that could lead elsewhere or be read in two ways.
  private static func parts(_ path: String) -> [Substring]? {
    guard !path.isEmpty, path.utf8.count <= 4_096, !path.hasPrefix("/"), !path.hasPrefix("~"),
      !path.contains("\\"),
      !path.unicodeScalars.contains(where: Shown.isUnseen)
    else { return nil }
    let parts = path.split(separator: "/").filter { $0 != "." }
    return parts.contains("..") ? nil : parts
  }
}
