import Effects
import Foundation

/// A call with an effect, each leaf of its arguments traced to where it comes from.
struct TracedCall {
  struct Leaf {
    var source: ArgumentSource
    /// What it may be about, as far as it can carry anything.
    var carries: Labels
    /// A text whose characters are not what they look like.
    var isDeceptive: Bool
  }

  let tool: String
  let effect: ToolDeclaration.Effect
  let leaves: [Leaf]
  /// Links and addresses in what is carried that neither the owner nor a trusted system named.
  let foreignAddresses: [Question]

  init(
    _ declaration: ToolDeclaration, _ effect: ToolDeclaration.Effect, _ arguments: JSON,
    _ provenance: Provenance
  ) {
    tool = declaration.name
    self.effect = effect
    leaves = Self.leaves(of: arguments, declaration, provenance)
    foreignAddresses = provenance.isTainted ? Self.foreignAddresses(in: leaves, provenance) : []
  }

  /// What each parameter may carry out, in the order of the parameters' paths; those that carry nothing are left out.
  var carried: [(parameter: String, labels: Labels)] {
    var labels: [String: Labels] = [:]
    for leaf in leaves { labels[leaf.source.parameter, default: []].formUnion(leaf.carries) }
    return labels.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  var secretToAnybody: String? {
    effect.audience == .anybody ? carried.first { $0.labels.contains(.secret) }?.parameter : nil
  }

  static func leaves(
    of arguments: JSON, _ declaration: ToolDeclaration, _ provenance: Provenance
  ) -> [Leaf] {
    guard case .object(let members) = arguments else { return [] }
    var leaves: [Leaf] = []
    for name in members.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      guard let value = members[name],
        let parameter = declaration.parameters.first(where: { $0.name == name })
      else { continue }
      for (path, leaf) in value.leaves(at: name) where leaf != .null {
        let (source, labels) = provenance.trace(leaf)
        leaves.append(
          Leaf(
            source: ArgumentSource(
              parameter: name, path: path, value: leaf, role: parameter.role, source: source),
            carries: carried(by: leaf, of: parameter, labels),
            isDeceptive: leaf.string.map(isDeceptive) ?? false))
      }
      // The names of members that are not in the schema are the model's words too.
      for key in names(in: value) where !isListed(key, parameter.schema) {
        let (source, labels) = provenance.trace(.string(key))
        leaves.append(
          Leaf(
            source: ArgumentSource(
              parameter: name, path: "\(name).\(Shown.line(key)) (a name)", value: .string(key),
              role: parameter.role,
              source: source),
            carries: labels, isDeceptive: isDeceptive(key)))
      }
    }
    return leaves
  }

  private static func isDeceptive(_ text: String) -> Bool {
    text.unicodeScalars.contains(where: Shown.isUnseen) || Lookalikes.isMixed(text)
  }

  /// A choice among listed values carries nothing worth hiding, nor does a harmless number; a day or a time of day is too
  /// small for personal data, but not for a secret.
  private static func carried(by leaf: JSON, of parameter: ToolDeclaration.Parameter, _ labels: Labels)
    -> Labels
  {
    switch leaf {
    case .null, .bool, .array, .object: []
    case .integer, .number: parameter.role == .harmless ? [] : labels
    case .string(let text):
      if parameter.schema["enum"] != nil {
        []
      } else if NamedTimes.parse(text) != nil {
        labels.subtracting(.personal)
      } else {
        labels
      }
    }
  }

  private static func names(in value: JSON) -> [String] {
    switch value {
    case .array(let elements): elements.flatMap(names)
    case .object(let members):
      members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.flatMap {
        [$0.key] + names(in: $0.value)
      }
    default: []
    }
  }

  private static func isListed(_ key: String, _ schema: JSON) -> Bool {
    switch schema {
    case .array(let elements): elements.contains { isListed(key, $0) }
    case .object(let members):
      members["properties"]?[key] != nil || members.values.contains { isListed(key, $0) }
    default: false
    }
  }

  /// At most eight of a leaf: the card shows the whole of it anyway.
  private static func foreignAddresses(in leaves: [Leaf], _ provenance: Provenance) -> [Question] {
    leaves.filter { $0.source.role != .control && $0.source.source != .owner }.flatMap { leaf -> [Question] in
      guard let text = leaf.source.value.string else { return [] }
      return Addresses.found(in: text).lazy.compactMap { address -> Question? in
        switch provenance.trace(address: address) {
        case .owner, .system: nil
        case .untrusted(let places):
          .foreignAddress(path: leaf.source.path, address: address, places: places)
        case .composed: .foreignAddress(path: leaf.source.path, address: address, places: [])
        }
      }.prefix(8).map(\.self)
    }
  }
}
