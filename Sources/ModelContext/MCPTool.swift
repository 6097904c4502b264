package import Charts

/// Something a client's model may call: reads figures, changes nothing.
package struct MCPTool: Sendable {
  package struct Argument: Sendable {
    package enum Kind: Sendable {
      case text
      case choice([String])
      case number(ClosedRange<Int64>)
    }

    package var name: String
    package var kind: Kind
    package var description: String
    package var isRequired: Bool

    package init(_ name: String, _ kind: Kind, _ description: String, isRequired: Bool = false) {
      self.name = name
      self.kind = kind
      self.description = description
      self.isRequired = isRequired
    }
  }

  /// What a call came to: a text for whoever reads, and the same figures as a document.
  package struct Outcome: Sendable {
    package var text: String
    package var document: JSONValue

    package init(_ text: String, _ document: JSONValue) {
      self.text = text
      self.document = document
    }
  }

  package var name: String
  package var title: String
  package var description: String
  package var arguments: [Argument]
  package var call: @Sendable (MCPArguments) async throws -> Outcome

  package init(
    _ name: String, title: String, description: String, arguments: [Argument] = [],
    call: @escaping @Sendable (MCPArguments) async throws -> Outcome
  ) {
    self.name = name
    self.title = title
    self.description = description
    self.arguments = arguments
    self.call = call
  }

  var json: JSONValue {
    let properties = arguments.map { ($0.name, $0.json) }
    let required = arguments.filter(\.isRequired).map(\.name)
    return .object([
      ("name", .string(name)), ("title", .string(title)), ("description", .string(description)),
      (
        "inputSchema",
        .object(
          [("type", .string("object")), ("properties", .object(properties))]
            + (required.isEmpty ? [] : [("required", .strings(required))])
            + [("additionalProperties", .bool(false))])
      ),
      (
        "annotations",
        .object([
          ("readOnlyHint", .bool(true)), ("destructiveHint", .bool(false)), ("idempotentHint", .bool(true)),
          ("openWorldHint", .bool(false)),
        ])
      ),
    ])
  }

  /// - Throws: ``MCPToolError`` for an argument that it does not have, or lacks.
  func check(_ given: MCPArguments) throws(MCPToolError) {
    if let unknown = given.names.first(where: { name in !arguments.contains { $0.name == name } }) {
      let known = arguments.isEmpty ? "none" : arguments.map(\.name).joined(separator: ", ")
      throw MCPToolError("\(name) has no argument \(unknown). It takes: \(known).")
    }
    for argument in arguments {
      switch argument.kind {
      case .number(let bounds): _ = try given.number(argument.name, in: bounds)
      case .text: _ = try given.text(argument.name)
      case .choice(let choices):
        guard let choice = try given.text(argument.name) else { break }
        guard choices.contains(choice) else {
          throw MCPToolError("\(argument.name) takes one of: \(choices.joined(separator: ", ")).")
        }
      }
      if argument.isRequired, !given.names.contains(argument.name) {
        throw MCPToolError("\(name) needs the argument \(argument.name).")
      }
    }
  }
}

extension MCPTool.Argument {
  fileprivate var json: JSONValue {
    var members: [(String, JSONValue)] =
      switch kind {
      case .text: [("type", .string("string"))]
      case .choice(let choices): [("type", .string("string")), ("enum", .strings(choices))]
      case .number(let bounds):
        [
          ("type", .string("integer")), ("minimum", .integer(bounds.lowerBound)),
          ("maximum", .integer(bounds.upperBound)),
        ]
      }
    members.append(("description", .string(description)))
    return .object(members)
  }
}

/// Why a tool could not answer, in a sentence that the model and its user can act on.
package struct MCPToolError: Error, Hashable, Sendable, CustomStringConvertible {
  package var description: String
  package init(_ description: String) { self.description = description }
}
