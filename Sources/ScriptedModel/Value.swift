package import Effects

/// A call's arguments as a script has them: any JSON, in whose strings holes are filled.
package struct Value: Hashable, Sendable, Codable {
  package var json: JSON
  package init(_ json: JSON) { self.json = json }
  package init(from decoder: any Decoder) throws { json = try JSON(from: decoder) }
  package func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }

  var strings: [String] { json.leaves().compactMap(\.value.string) }

  func filled(_ source: (String) -> String?) -> JSON { Self.filled(json, source) }

  private static func filled(_ json: JSON, _ source: (String) -> String?) -> JSON {
    switch json {
    case .string(let text): .string((try? Template(text).filled(source)) ?? text)
    case .array(let elements): .array(elements.map { filled($0, source) })
    case .object(let members): .object(members.mapValues { filled($0, source) })
    default: json
    }
  }
}
