package import Effects

/// A server's tool in an agent's hands. What it does and can do harm with is what the settings say, and where they say
/// nothing the worst; what the server says of it (its annotations) decides nothing.
package struct RemoteAgentTool: AgentTool {
  package let declaration: ToolDeclaration
  private let tool: RemoteTool
  private let connection: ToolServerConnection
  private let patience: Duration

  /// - Parameter tool: One that is pinned, as ``ToolPins/check(_:of:)`` gives it.
  /// - Throws: ``ToolServerProblem/unusable`` where a model cannot be shown its arguments, or the settings speak of
  ///   arguments that it has not.
  package init(
    _ tool: RemoteTool, of connection: ToolServerConnection, under settings: ToolServerSettings
  ) throws(ToolServerProblem) {
    self.tool = tool
    self.connection = connection
    patience = settings.patience ?? connection.limits.call
    let terms = settings.tools[tool.name] ?? ToolTerms()
    do throws(RemoteTool.Unusable) {
      declaration = ToolDeclaration(
        name: Self.name(of: tool.name, at: settings.name),
        summary: Self.summary(of: tool, at: settings.name, limits: connection.limits),
        parameters: try Self.parameters(of: tool, terms), effect: terms.effect,
        answers: settings.isTrusted ? .system(settings.name) : .untrusted)
    } catch {
      throw .unusable(server: settings.name, tool: tool.name, reason: error.reason)
    }
  }

  /// `tracker__get_issue`: as models take names. What does not fit is cut and made unique by a hash.
  package static func name(of tool: String, at server: String) -> String {
    let sanitised = String(
      tool.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    let name = prefix(of: server) + sanitised
    guard name.utf8.count > 64 else { return name }
    return name.prefix(55) + "_" + Fingerprint.digits(of: [server, tool]).prefix(8)
  }

  /// `tracker__`: what the names of a server's tools begin with.
  package static func prefix(of server: String) -> String { server.replacing("-", with: "_") + "__" }

  private static func summary(of tool: RemoteTool, at server: String, limits: ToolServerLimits) -> String {
    let description = ForeignText.cut(ForeignText.cleaned(tool.description), to: limits.description).text
    return "The tool \(tool.name) of the tool server \(server)"
      + (description.isEmpty ? "." : ", which says of it: \(description)")
  }

  static let mostArguments = 64

  private static func parameters(
    of tool: RemoteTool, _ terms: ToolTerms
  ) throws(RemoteTool.Unusable) -> [ToolDeclaration.Parameter] {
    var properties: [String: JSON] = [:]
    if case .object(let given)? = tool.inputSchema["properties"] { properties = given }
    let required = Set(tool.inputSchema["required"]?.strings ?? [])
    guard properties.count <= mostArguments else {
      throw RemoteTool.Unusable(tool: tool.name, reason: "it takes more than \(mostArguments) arguments")
    }
    if let missing = required.subtracting(properties.keys).first {
      throw RemoteTool.Unusable(
        tool: tool.name,
        reason: isArgument(missing)
          ? "it needs the argument \(missing), which it does not define"
          : "it needs an argument without a name")
    }
    if let unknown = Set(terms.roles.keys).subtracting(properties.keys).sorted().first {
      throw RemoteTool.Unusable(
        tool: tool.name, reason: "the settings name its argument \(unknown), which it has not")
    }
    var shown = ShownSchema(tool.inputSchema)
    var parameters: [ToolDeclaration.Parameter] = []
    for (name, schema) in properties.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      guard isArgument(name) else {
        throw RemoteTool.Unusable(
          tool: tool.name, reason: "an argument’s name is none of 1 to 64 letters, digits, _, - and .")
      }
      do throws(ShownSchema.TooLarge) {
        parameters.append(
          .init(
            name, try shown.shown(schema), role: terms.roles[name] ?? .control,
            isRequired: required.contains(name)))
      } catch {
        throw RemoteTool.Unusable(tool: tool.name, reason: "its input schema is too large")
      }
    }
    return parameters
  }

  private static func isArgument(_ name: String) -> Bool {
    (1...64).contains(name.utf8.count)
      && name.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0)
          || [0x5F, 0x2D, 0x2E].contains($0)
      }
  }

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    guard case .object(let arguments) = call.arguments else {
      throw .refused("\(declaration.name) takes an object of arguments.")
    }
    let known = Set(declaration.parameters.map(\.name))
    guard arguments.keys.allSatisfy(known.contains) else {
      throw .refused(
        known.isEmpty
          ? "\(declaration.name) takes no arguments."
          : "\(declaration.name) takes \(known.sorted().joined(separator: ", ")) and nothing else.")
    }
    let answer = try await connection.call(tool, arguments, within: patience)
    return try RemoteResult(answer, of: declaration, at: connection.server, limits: connection.limits).told
  }
}
