import Ledger

// Finding by the names that people use. What has ended is found by nothing but its identifier, so that its name can
// be another's.

extension DirectorySnapshot {
  /// - Throws: ``DirectoryError`` if no living person has the address.
  package func person(mail: String) throws(DirectoryError) -> Person {
    let folded = DirectoryText.folded(mail)
    guard
      let person = contents.people.first(where: { $0.ended == nil && DirectoryText.folded($0.mail) == folded }
      )
    else { throw .notFound(.person, DirectoryText.shown(mail)) }
    return person
  }

  package func team(named name: String) throws(DirectoryError) -> Team {
    try Self.living(contents.teams, .team, name, name: \.name, ended: \.ended)
  }

  package func project(named name: String) throws(DirectoryError) -> Project {
    try Self.living(contents.projects, .project, name, name: \.name, ended: \.ended)
  }

  package func agent(named name: String) throws(DirectoryError) -> Agent {
    try Self.living(contents.agents, .agent, name, name: \.name, ended: \.ended)
  }

  /// The key of a name, else the one whose secret begins so, even if it was revoked. Whole secrets are understood,
  /// since people paste them, and never repeated in an error.
  package func key(_ text: String) throws(DirectoryError) -> VirtualKey {
    let folded = DirectoryText.folded(text)
    if let key = contents.keys.first(where: { $0.revoked == nil && DirectoryText.folded($0.name) == folded })
    {
      return key
    }
    if let secret = KeySecret(text) {
      guard let key = contents.keys.first(where: { $0.hash == secret.hash }) else {
        throw .notFound(.key, secret.description)
      }
      return key
    }
    let begin = text.hasSuffix("…") ? String(text.dropLast()) : text
    let found =
      begin.hasPrefix("asy_") && begin.utf8.count > 4
      ? contents.keys.filter { $0.prefix.hasPrefix(begin) || begin.hasPrefix($0.prefix) }
      : contents.keys.filter { DirectoryText.folded($0.name) == folded }
    if found.count > 1 { throw .ambiguous(.key, Self.safe(text), found.map { $0.prefix + "…" }) }
    guard let key = found.first else { throw .notFound(.key, Self.safe(text)) }
    return key
  }

  /// What looks like a secret, if only a mistyped one, is cut as a secret's prefix is.
  private static func safe(_ text: String) -> String {
    text.hasPrefix("asy_") && text.count > 10 ? text.prefix(10) + "…" : DirectoryText.shown(text)
  }

  /// What people call a scope, ended or not; `nil` for the organisation, and for what is not in the directory.
  package func name(of scope: Limit.Scope) -> String? {
    switch scope {
    case .organisation: nil
    case .key(let id): Self.thing(id, in: contents.keys)?.name
    case .person(let id): Self.thing(id, in: contents.people)?.mail
    case .team(let id): Self.thing(id, in: contents.teams)?.name
    case .project(let id): Self.thing(id, in: contents.projects)?.name
    case .agent(let id): Self.thing(id, in: contents.agents)?.name
    }
  }

  /// By halving: refused calls ask for it, and there may be many of both.
  private static func thing<Thing: Identifiable>(_ id: Int64, in things: [Thing]) -> Thing?
  where Thing.ID == Int64 {
    var range = things.startIndex..<things.endIndex
    while let middle = range.isEmpty ? nil : range.lowerBound + range.count / 2 {
      if things[middle].id == id { return things[middle] }
      range = things[middle].id < id ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return nil
  }

  private static func living<Thing>(
    _ things: [Thing], _ kind: DirectoryError.Kind, _ name: String, name path: (Thing) -> String,
    ended: (Thing) -> Instant?
  ) throws(DirectoryError) -> Thing {
    let folded = DirectoryText.folded(name)
    guard let thing = things.first(where: { ended($0) == nil && DirectoryText.folded(path($0)) == folded })
    else { throw .notFound(kind, DirectoryText.shown(name)) }
    return thing
  }
}
