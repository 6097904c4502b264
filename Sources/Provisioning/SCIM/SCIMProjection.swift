/// Which attributes an answer holds (RFC 7644, section 3.9).
struct SCIMProjection: Sendable {
  private let schema: SCIMResourceSchema
  private let attributes: [SCIMAttributePath]?
  private let excluded: [SCIMAttributePath]
  private static let most = 100

  /// - Throws: ``SCIMError`` if both are given, or too many.
  init(_ query: SCIMQuery, _ schema: SCIMResourceSchema) throws(SCIMError) {
    guard query.attributes == nil || query.excludedAttributes == nil else {
      throw SCIMError(.badRequest, .invalidValue, "Give attributes or excludedAttributes, not both.")
    }
    self.schema = schema
    func paths(_ names: [String]) throws(SCIMError) -> [SCIMAttributePath] {
      guard names.count <= Self.most else {
        throw SCIMError(.badRequest, .tooMany, "More than \(Self.most) attributes are named.")
      }
      return names.compactMap { SCIMAttributePath($0.filter { $0 != " " }) }
    }
    attributes = try query.attributes.map { names throws(SCIMError) in try paths(names) }
    excluded = try paths(query.excludedAttributes ?? [])
    whole = Set(((query.attributes ?? []) + (query.excludedAttributes ?? [])).map { $0.lowercased() })
  }

  /// All names as they were given: that of an extension is a URI, and no path.
  private let whole: Set<String>

  /// Whether the members of groups are asked for; to read them takes longest.
  var wantsMembers: Bool {
    if let attributes { return attributes.contains { $0.name.lowercased() == "members" } }
    return !excluded.contains { $0.name.lowercased() == "members" && $0.sub == nil }
  }

  func callAsFunction(_ resource: [String: SCIMValue]) -> SCIMValue {
    var shown: [String: SCIMValue] = [:]
    for (name, value) in resource {
      if let found = schema.schemaExtension(name) {
        let isWhole = whole.contains(found.id.lowercased())
        if isWhole {
          if attributes != nil { shown[name] = value }
          continue
        }
        let kept = (value.object ?? [:]).reduce(into: [String: SCIMValue]()) { kept, member in
          guard let attribute = found.attribute(member.key) else { return }
          kept[member.key] = part(of: member.value, attribute, found.id)
        }
        if !kept.isEmpty { shown[name] = .object(kept) }
      } else if let attribute = schema.core(name) {
        shown[name] = part(of: value, attribute, nil)
      }
    }
    return .object(shown)
  }

  private func part(of value: SCIMValue, _ attribute: SCIMAttribute, _ uri: String?) -> SCIMValue? {
    if attribute.returned == .always { return value }
    let isMeant = { (path: SCIMAttributePath) in
      path.name.lowercased() == attribute.name.lowercased()
        && (path.schema.map { $0.lowercased() } == (uri ?? schema.core.id).lowercased()
          || path.schema == nil && uri == nil)
    }
    if let attributes {
      let meant = attributes.filter(isMeant)
      if meant.isEmpty { return nil }
      let subs = meant.compactMap { $0.sub?.lowercased() }
      return subs.count < meant.count ? value : Self.only(value) { subs.contains($0) }
    }
    let meant = excluded.filter(isMeant)
    if meant.contains(where: { $0.sub == nil }) { return nil }
    let subs = meant.compactMap { $0.sub?.lowercased() }
    return subs.isEmpty ? value : Self.only(value) { !subs.contains($0) }
  }

  private static func only(_ value: SCIMValue, _ isKept: (String) -> Bool) -> SCIMValue? {
    switch value {
    case .array(let items):
      let items = items.compactMap { only($0, isKept) }
      return items.isEmpty ? nil : .array(items)
    case .object(let members):
      let kept = members.filter { isKept($0.key.lowercased()) }
      return kept.isEmpty ? nil : .object(kept)
    default: return value
    }
  }
}
