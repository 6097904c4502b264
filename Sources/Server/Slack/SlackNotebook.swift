import Effects
import Foundation
import Journal

/// What this room remembers between two looks, under names of its own in the agents' state: which message asks for what, and
/// what was told. Names and times, and nothing that anybody wrote.
struct SlackNotebook: Sendable {
  let store: any AgentStateStore

  func read<Value: Decodable>(_ type: Value.Type, at key: String) throws -> Value? {
    guard let kept = try store.state(of: "slack/" + key) else { return nil }
    return try JSONDecoder().decode(type, from: Data(kept.canonical.utf8))
  }

  func write(_ value: some Encodable, at key: String) throws {
    try store.keep(JSON(bytes: JSONEncoder().encode(value)), of: "slack/" + key)
  }

  func forget(_ key: String) throws { try store.keep(nil, of: "slack/" + key) }
}

extension EffectID {
  /// Of a message of ours to somebody: the same for the same thing, whenever it is sent.
  init(telling what: String, _ about: String) {
    self.init(run: "slack", step: 0, tool: what, arguments: .string(about))
  }
}
