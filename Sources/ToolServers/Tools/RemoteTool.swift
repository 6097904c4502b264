package import Effects

/// A tool as its server defines it. All of it is text by somebody else; a model is shown it only once a person has
/// accepted exactly this (``ToolPins``).
package struct RemoteTool: Hashable, Sendable {
  /// At most 128 letters, digits, `_`, `-`, `.` and `/`.
  package let name: String
  /// Empty where there is none.
  package let description: String
  /// JSON Schema of an object, as it came.
  package let inputSchema: JSON
  /// What the server says of what the tool does. Nothing is ever decided by it.
  package let annotations: JSON
  /// Argument's way from the root, and the header it goes into.
  private let mirrored: [(path: [String], header: String)]

  package static func == (a: RemoteTool, b: RemoteTool) -> Bool {
    a.name == b.name && a.description == b.description && a.inputSchema == b.inputSchema
      && a.annotations == b.annotations
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(name) }

  struct Unusable: Error {
    /// Its name, or “?” where that is no name.
    var tool: String
    var reason: String
  }

  /// - Parameter mirrorsHeaders: Whether arguments may have to go into headers; then wrong marks make it unusable.
  init(_ definition: JSON, limits: ToolServerLimits, mirrorsHeaders: Bool) throws(Unusable) {
    let said = definition["name"]?.string ?? ""
    guard Self.isName(said) else {
      throw Unusable(tool: "?", reason: "its name is none of 1 to 128 letters, digits, _, -, . and /")
    }
    name = said
    guard definition.canonical.utf8.count <= limits.definition else {
      throw Unusable(tool: said, reason: "its definition has more than \(limits.definition) bytes")
    }
    guard case .object(let schema)? = definition["inputSchema"], schema["type"] == "object" else {
      throw Unusable(tool: said, reason: "its input schema is not that of an object")
    }
    description = definition["description"]?.string ?? ""
    inputSchema = .object(schema)
    annotations = definition["annotations"] ?? .null
    do throws(HeaderParameters.Wrong) {
      mirrored = mirrorsHeaders ? try HeaderParameters.found(in: inputSchema) : []
    } catch {
      throw Unusable(tool: said, reason: error.reason)
    }
  }

  private static func isName(_ text: String) -> Bool {
    (1...128).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0)
          || [0x5F, 0x2D, 0x2E, 0x2F].contains($0)
      }
  }

  package var pin: ToolPin { ToolPin(of: self) }

  func headers(for arguments: [String: JSON]) -> [(name: String, value: String)] {
    mirrored.compactMap { path, header in
      var value: JSON? = .object(arguments)
      for name in path { value = value?[name] }
      return value.flatMap(HeaderParameters.encoded).map { ("Mcp-Param-\(header)", $0) }
    }
  }
}
