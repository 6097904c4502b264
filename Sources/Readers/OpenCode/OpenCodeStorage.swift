/// The directory of JSON documents that OpenCode kept before its database:
/// `session/<project>/<session>.json`, `message/<session>/<message>.json`, `part/<message>/<part>.json`; and before
/// that the same below `session/`, as `info/`, `message/` and `part/<session>/<message>/`.
package enum OpenCodeStorage {
  /// The documents to read out of `paths` (relative to the storage directory), in the order in which to feed them:
  /// session by session, each message behind its session and each part behind its message.
  ///
  /// Messages' identifiers ascend with time; sessions' descend. Sessions are therefore in the order of their first
  /// messages, so that one that was copied comes before its copies.
  package static func order(_ paths: [String]) -> [String] {
    var sessions: [String: String] = [:]
    var messages: [String: [(id: String, path: String)]] = [:]
    var parts: [String: [String]] = [:]
    var sessionOfMessage: [String: String] = [:]
    for path in paths.sorted() {
      switch Document(path) {
      case .session(let id): sessions[id] = path
      case .message(let id, let session):
        messages[session, default: []].append((id, path))
        sessionOfMessage[id] = session
      case .part(let message): parts[message, default: []].append(path)
      case nil: continue
      }
    }
    let names = Set(sessions.keys).union(messages.keys).sorted { a, b in
      let first = (messages[a]?.first?.id, messages[b]?.first?.id)
      switch first {
      case (let x?, let y?) where x != y: return x < y
      case (_?, nil): return true
      case (nil, _?): return false
      default: return a < b
      }
    }
    var ordered: [String] = []
    ordered.reserveCapacity(paths.count)
    for name in names {
      if let path = sessions[name] { ordered.append(path) }
      for message in messages[name] ?? [] {
        ordered.append(message.path)
        ordered += parts[message.id] ?? []
      }
    }
    return ordered
  }

  /// What a document is, by its path.
  enum Document: Hashable {
    case session(id: String)
    case message(id: String, session: String)
    case part(message: String)

    init?(_ path: String) {
      var components = path.split(separator: "/").map(String.init)
      guard let file = components.popLast(), file.hasSuffix(".json") else { return nil }
      let id = String(file.dropLast(5))
      // The older layout has all of it below `session`.
      if components.first == "session", components.count >= 2,
        ["info", "message", "part"].contains(components[1])
      {
        components.removeFirst()
      }
      switch (components.first, components.count) {
      case ("session", 2), ("info", 1): self = .session(id: id)
      case ("message", 2): self = .message(id: id, session: components[1])
      case ("part", 2), ("part", 3): self = .part(message: components[components.count - 1])
      default: return nil
      }
    }
  }
}
