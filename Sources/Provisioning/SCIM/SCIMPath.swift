/// Where a change of PATCH goes (RFC 7644, figure 7).
package struct SCIMPath: Hashable, Sendable {
  package var attribute: SCIMAttributePath
  /// Which of several values are meant: `members[value eq "2819c223"]`.
  package var filter: SCIMFilter?

  /// - Throws: ``SCIMError`` with `invalidPath`, or `invalidFilter` for what stands in brackets.
  package init(_ text: String) throws(SCIMError) {
    let refusal = SCIMError(.badRequest, .invalidPath, "The path cannot be read.")
    guard text.utf8.count <= SCIMFilter.longest else { throw refusal }
    guard let open = text.firstIndex(of: "[") else {
      guard let path = SCIMAttributePath(text) else { throw refusal }
      attribute = path
      return
    }
    guard let close = text.lastIndex(of: "]"), open < close, var path = SCIMAttributePath(text[..<open]),
      path.sub == nil
    else { throw refusal }
    let rest = text[text.index(after: close)...]
    if !rest.isEmpty {
      guard rest.first == ".", let sub = SCIMAttributePath(rest.dropFirst()), sub.schema == nil,
        sub.sub == nil
      else { throw refusal }
      path.sub = sub.name
    }
    attribute = path
    filter = try SCIMFilterParser.filter(String(text[text.index(after: open)..<close]))
  }
}

/// What a path means in a resource.
enum SCIMTarget {
  /// All that an extension holds.
  case whole(SCIMSchema)
  /// An attribute, of the core or of an extension, perhaps some of its values, perhaps one part of them.
  case attribute(SCIMAttribute, of: SCIMSchema?, filter: SCIMFilter?, sub: SCIMAttribute?)
  /// Known to SCIM, and not kept here.
  case dropped

  /// - Throws: ``SCIMError`` with `invalidPath` if there is no such thing.
  init(_ text: String, in schema: SCIMResourceSchema) throws(SCIMError) {
    if let whole = schema.schemaExtension(text) {
      self = .whole(whole)
      return
    }
    let path = try SCIMPath(text)
    let refusal = SCIMError(.badRequest, .invalidPath, "There is no attribute “\(path.attribute)”.")
    var holder: SCIMSchema?
    let found: SCIMAttribute?
    if let uri = path.attribute.schema, uri.lowercased() != schema.core.id.lowercased() {
      guard let known = schema.schemaExtension(uri) else { throw refusal }
      holder = known
      found = known.attribute(path.attribute.name)
      // Some sub-attributes of the standard's are not kept.
    } else {
      if schema.dropped.contains(path.attribute.name.lowercased()) {
        self = .dropped
        return
      }
      found = schema.core(path.attribute.name)
    }
    guard let attribute = found else { throw refusal }
    var sub: SCIMAttribute?
    if let name = path.attribute.sub {
      guard attribute.kind == .complex else { throw refusal }
      // Names that others show are not taken from a client.
      if attribute.sub(name) == nil, ["display", "displayname"].contains(name.lowercased()) {
        self = .dropped
        return
      }
      guard let known = attribute.sub(name) else { throw refusal }
      sub = known
    }
    guard path.filter == nil || attribute.kind == .complex else { throw refusal }
    self = .attribute(attribute, of: holder, filter: path.filter, sub: sub)
  }
}
