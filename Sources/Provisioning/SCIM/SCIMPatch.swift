import Directory

/// The changes of a PATCH (RFC 7644, section 3.5.2), made to a resource in the schema's own form.
///
/// What Entra ID and Okta are known to send otherwise is understood: operations in capitals, booleans as text, paths
/// as names in a change without a path, members to be removed as a value, a manager as a plain identifier. To remove
/// what is not there is no error, so that a client can repeat a request whose answer it did not get.
struct SCIMPatch {
  enum Operation: String { case add, remove, replace }

  static let schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
  static let mostOperations = 1_000

  let schema: SCIMResourceSchema
  private(set) var resource: [String: SCIMValue]

  init(_ resource: [String: SCIMValue], _ schema: SCIMResourceSchema) {
    self.resource = resource
    self.schema = schema
  }

  /// Makes all changes of a request; if one is refused, the resource is to be forgotten.
  mutating func apply(_ request: SCIMValue) throws(SCIMError) {
    guard let operations = request.member("Operations")?.array, !operations.isEmpty else {
      throw SCIMError(.badRequest, .invalidSyntax, "The body has no list “Operations”.")
    }
    guard operations.count <= Self.mostOperations else {
      throw SCIMError(.contentTooLarge, .tooMany, "There are more than \(Self.mostOperations) operations.")
    }
    for operation in operations {
      guard let name = operation.member("op")?.string, let kind = Operation(rawValue: name.lowercased())
      else {
        throw SCIMError(.badRequest, .invalidSyntax, "An operation is none of add, remove and replace.")
      }
      let value = operation.member("value")
      switch operation.member("path") {
      case .string(let path) where !path.isEmpty:
        try change(kind, SCIMTarget(path, in: schema), value, isNamed: true)
      case nil, .null, .string: try changeWhole(kind, value)
      default: throw SCIMError(.badRequest, .invalidPath, "A path is no text.")
      }
    }
  }

  /// A change without a path: each name in the value is one.
  private mutating func changeWhole(_ kind: Operation, _ value: SCIMValue?) throws(SCIMError) {
    guard kind != .remove else {
      throw SCIMError(.badRequest, .noTarget, "To remove something, give its path.")
    }
    guard let members = value?.object else {
      throw SCIMError(.badRequest, .invalidValue, "A change without a path needs an object.")
    }
    // In alphabetical order, so that what two names for one thing come to does not hang on chance.
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      let target: SCIMTarget
      do {
        target = try SCIMTarget(name, in: schema)
      } catch  where error.kind == .invalidPath {
        continue
      }
      try change(kind, target, value, isNamed: false)
    }
  }

  private mutating func change(
    _ kind: Operation, _ target: SCIMTarget, _ value: SCIMValue?, isNamed: Bool
  ) throws(SCIMError) {
    if kind != .remove && value == nil {
      throw SCIMError(.badRequest, .invalidValue, "The operation has no value.")
    }
    switch target {
    case .dropped: return
    case .whole(let whole):
      if kind == .remove || kind == .replace && isNamed { resource[whole.id] = nil }
      guard kind != .remove, let value else { return }
      guard let members = value.object else {
        throw SCIMError(.badRequest, .invalidValue, "\(whole.id) is no object.")
      }
      for (name, value) in members.sorted(by: { $0.key < $1.key }) {
        guard let attribute = whole.attribute(name) else { continue }
        try change(kind, .attribute(attribute, of: whole, filter: nil, sub: nil), value, isNamed: false)
      }
    case .attribute(let attribute, let holder, let filter, let sub):
      guard attribute.mutability != .readOnly, sub?.mutability != .readOnly else {
        guard isNamed else { return }
        throw SCIMError(.badRequest, .mutability, "The attribute \(attribute.name) cannot be changed.")
      }
      var members = holder.map { resource[$0.id]?.object ?? [:] } ?? resource
      let before = members[attribute.name]
      var after = try changed(before, kind, attribute, filter, sub, value ?? .null)
      if attribute.isMultiValued { after = try withOnePrimary(after, before: before, attribute) }
      if after?.isUnassigned ?? true { after = nil }
      if after == nil, attribute.isRequired {
        throw SCIMError(.badRequest, .mutability, "The attribute \(attribute.name) is required.")
      }
      members[attribute.name] = after
      if let holder {
        resource[holder.id] = members.isEmpty ? nil : .object(members)
      } else {
        resource = members
      }
    }
  }

  private func changed(
    _ before: SCIMValue?, _ kind: Operation, _ attribute: SCIMAttribute, _ filter: SCIMFilter?,
    _ sub: SCIMAttribute?, _ value: SCIMValue
  ) throws(SCIMError) -> SCIMValue? {
    if let filter {
      return try SCIMSelection(attribute: attribute, filter: filter, sub: sub).changed(before, kind, value)
    }
    if let sub {
      let part = kind == .remove ? nil : try sub.coerced(value)
      guard attribute.isMultiValued else {
        var members = before?.object ?? [:]
        members[sub.name] = part
        return .object(members)
      }
      if kind != .remove && sub.mutability == .immutable { throw Self.immutable(attribute, sub) }
      let items = before?.array ?? []
      if items.isEmpty { return part.map { .array([.object([sub.name: $0])]) } }
      return .array(items.map { Self.with($0, sub.name, part) })
    }
    if kind == .remove {
      // Members that are to go, given as a value.
      guard attribute.isMultiValued, let going = try attribute.coerced(value)?.array else { return nil }
      let keys = Set(going.map { $0.member("value") ?? $0 })
      return .array((before?.array ?? []).filter { !keys.contains($0.member("value") ?? $0) })
    }
    let new = try attribute.coerced(value)
    if attribute.isMultiValued {
      return kind == .replace ? new : Self.joined(before?.array ?? [], new?.array ?? [], attribute)
    }
    guard attribute.kind == .complex, let members = new?.object else {
      // To add nothing changes nothing.
      return new == nil && kind == .add ? before : new
    }
    return .object((before?.object ?? [:]).merging(members) { $1 })
  }

  /// Values are the same if their type and value are; what is added then completes what is there.
  private static func joined(
    _ before: [SCIMValue], _ new: [SCIMValue], _ attribute: SCIMAttribute
  ) -> SCIMValue {
    // Of members the identifier says it all.
    func key(_ item: SCIMValue) -> SCIMValue {
      guard let value = item.member("value") else { return item }
      return attribute.name == "members" ? value : .array([value, item.member("type") ?? .null])
    }
    var items = before
    var places: [SCIMValue: Int] = [:]
    for (place, item) in items.enumerated() { places[key(item)] = place }
    for item in new {
      if let place = places[key(item)] {
        items[place] = .object((items[place].object ?? [:]).merging(item.object ?? [:]) { $1 })
      } else {
        places[key(item)] = items.count
        items.append(item)
      }
    }
    return .array(items)
  }

  static func with(_ item: SCIMValue, _ name: String, _ part: SCIMValue?) -> SCIMValue {
    var members = item.object ?? [:]
    members[name] = part
    return .object(members)
  }

  static func immutable(_ attribute: SCIMAttribute, _ sub: SCIMAttribute) -> SCIMError {
    SCIMError(.badRequest, .mutability, "\(attribute.name).\(sub.name) cannot be changed once it is set.")
  }

  /// Who makes one value the primary makes the others not so (RFC 7644, section 3.5.2).
  private func withOnePrimary(
    _ after: SCIMValue?, before: SCIMValue?, _ attribute: SCIMAttribute
  ) throws(SCIMError) -> SCIMValue? {
    guard attribute.sub("primary") != nil, var items = after?.array?.filter({ !$0.isUnassigned }) else {
      return after
    }
    let old = Set(before?.array ?? [])
    let new = items.indices.filter { items[$0].member("primary") == true && !old.contains(items[$0]) }
    if new.count == 1 {
      for place in items.indices where place != new[0] && items[place].member("primary") == true {
        items[place] = Self.with(items[place], "primary", false)
      }
    }
    try attribute.checkPrimary(items)
    return .array(items)
  }
}

/// Some of an attribute's values, as a filter chooses them.
private struct SCIMSelection {
  var attribute: SCIMAttribute
  var filter: SCIMFilter
  var sub: SCIMAttribute?

  func changed(
    _ before: SCIMValue?, _ kind: SCIMPatch.Operation, _ value: SCIMValue
  ) throws(SCIMError) -> SCIMValue? {
    var items = before.map { $0.array ?? [$0] } ?? []
    var chosen: [Int] = []
    for (place, item) in items.enumerated() where try filter.matches(item, .values(of: attribute)) {
      chosen.append(place)
    }
    if kind == .remove {
      if let sub {
        for place in chosen { items[place] = SCIMPatch.with(items[place], sub.name, nil) }
      } else {
        for place in chosen.reversed() { items.remove(at: place) }
      }
      return result(items)
    }
    if let sub, sub.mutability == .immutable { throw SCIMPatch.immutable(attribute, sub) }
    if chosen.isEmpty {
      guard kind == .add, let named = named(filter) else {
        throw SCIMError(.badRequest, .noTarget, "No value of \(attribute.name) meets the filter.")
      }
      // Entra adds a value by the filter that would find it.
      items.append(.object(named))
      chosen = [items.count - 1]
    }
    for place in chosen { items[place] = try changed(items[place], kind, value) }
    return result(items)
  }

  private func changed(
    _ item: SCIMValue, _ kind: SCIMPatch.Operation, _ value: SCIMValue
  ) throws(SCIMError) -> SCIMValue {
    if let sub { return SCIMPatch.with(item, sub.name, try sub.coerced(value)) }
    guard let new = try attribute.coerced(value).flatMap({ $0.array?.first ?? $0.object.map { .object($0) } })
    else {
      throw attribute.refusal("needs a value")
    }
    // A plain text is the value of the one that is there.
    if kind == .add || value.object == nil {
      return .object((item.object ?? [:]).merging(new.object ?? [:]) { $1 })
    }
    return new
  }

  private func result(_ items: [SCIMValue]) -> SCIMValue? {
    attribute.isMultiValued ? .array(items) : items.first
  }

  /// What a filter of equalities says of a value that it would choose.
  private func named(_ filter: SCIMFilter) -> [String: SCIMValue]? {
    switch filter {
    case .compare(let path, .equal, let value):
      guard let sub = attribute.sub(path.name), path.sub == nil, let value = try? sub.coerced(value) else {
        return nil
      }
      return [sub.name: value]
    case .and(let left, let right):
      guard let left = named(left), let right = named(right) else { return nil }
      return left.merging(right) { first, _ in first }
    default: return nil
    }
  }
}
