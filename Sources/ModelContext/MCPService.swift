import Charts
import Foundation
import JSONScan

/// A server of tools by the Model Context Protocol: the revision of 2026-07-28, in which each request stands by itself,
/// and those before it that begin with a handshake. Nothing is remembered between requests in either.
package struct MCPService: Sendable {
  package static let revision = "2026-07-28"
  /// With a handshake, the latest first.
  package static let earlier = ["2025-11-25", "2025-06-18", "2025-03-26"]

  private let version: String
  private let instructions: String
  private let tools: [MCPTool]

  /// - Parameters:
  ///   - version: this program's.
  ///   - instructions: what a model should know of the figures before it uses them.
  package init(version: String, instructions: String, tools: [MCPTool]) {
    self.version = version
    self.instructions = instructions
    self.tools = tools
  }

  /// What is to be sent back, and how HTTP says it.
  package struct Answer: Sendable {
    /// `nil` for a notification, which has none.
    package var body: String?
    package var status: Int
  }

  /// What a transport's headers say of the body, which has to agree with them.
  package struct Headers: Sendable {
    package var version: String?
    package var method: String?
    package var name: String?

    package init(version: String? = nil, method: String? = nil, name: String? = nil) {
      self.version = version
      self.method = method
      self.name = name
    }
  }

  package func answer(_ message: [UInt8], headers: Headers = Headers()) async -> Answer {
    let request: MCPRequest
    do {
      request = try JSONDecoder().decode(MCPRequest.self, fromOthers: Data(message))
    } catch DecodingError.dataCorrupted {
      return failure(nil, -32700, "The message is not JSON.", status: 400)
    } catch {
      return failure(nil, -32600, "The message is no JSON-RPC request.", status: 400)
    }
    guard request.jsonrpc == "2.0" else {
      return failure(request.id, -32600, "The message is not of JSON-RPC 2.0.", status: 400)
    }
    guard let id = request.id else { return Answer(body: nil, status: 202) }
    if let problem = disagreement(request, headers) { return failure(id, -32020, problem, status: 400) }
    let asked = request.params?.meta?.protocolVersion
    if let asked, !Self.supported.contains(asked) {
      return failure(
        id, -32022, "The revision \(String(asked.prefix(40))) is not supported.", status: 400,
        data: .object([
          ("supported", .strings(Self.supported)), ("requested", .string(String(asked.prefix(40)))),
        ]))
    }
    return await answer(request, id)
  }

  private static let supported = [revision] + earlier

  private func disagreement(_ request: MCPRequest, _ headers: Headers) -> String? {
    if let method = headers.method, method != request.method {
      return "Mcp-Method says \(String(method.prefix(60))), the body something else."
    }
    if let name = headers.name, name != request.params?.name {
      return "Mcp-Name says \(String(name.prefix(60))), the body something else."
    }
    if let version = headers.version, let stated = request.params?.meta?.protocolVersion, version != stated {
      return "MCP-Protocol-Version says another revision than the body."
    }
    return nil
  }

  private func answer(_ request: MCPRequest, _ id: MCPRequest.ID) async -> Answer {
    switch request.method {
    case "server/discover":
      return success(
        id, [("supportedVersions", .strings(Self.supported))] + introduction + Self.cached(seconds: 3600))
    case "initialize":
      let asked = request.params?.protocolVersion ?? ""
      let agreed = Self.earlier.contains(asked) ? asked : Self.earlier[0]
      return success(id, [("protocolVersion", .string(agreed))] + introduction)
    case "ping": return success(id, [])
    case "tools/list":
      return success(id, [("tools", .array(tools.map(\.json)))] + Self.cached(seconds: 3600))
    case "tools/call": return await call(request, id)
    default:
      return failure(id, -32601, "There is no method \(String(request.method.prefix(60))).", status: 404)
    }
  }

  private func call(_ request: MCPRequest, _ id: MCPRequest.ID) async -> Answer {
    let name = request.params?.name ?? ""
    guard let tool = tools.first(where: { $0.name == name }) else {
      let names = tools.map(\.name).joined(separator: ", ")
      return failure(
        id, -32602, "There is no tool \(String(name.prefix(60))). There are: \(names).", status: 200)
    }
    let arguments = request.params?.arguments ?? MCPArguments()
    do {
      try tool.check(arguments)
      let outcome = try await tool.call(arguments)
      return success(
        id,
        [
          ("content", Self.content(outcome.text)), ("structuredContent", outcome.document),
          ("isError", .bool(false)),
        ])
    } catch {
      // A model reads what went wrong and can ask differently; what was not foreseen is not told.
      let sentence = (error as? MCPToolError)?.description ?? "The figures could not be read."
      return success(id, [("content", Self.content(sentence)), ("isError", .bool(true))])
    }
  }

  // MARK: Writing

  private var introduction: [(String, JSONValue)] {
    [
      ("capabilities", .object([("tools", .object([]))])),
      (
        "serverInfo",
        .object([("name", .string("assay")), ("title", .string("Assay")), ("version", .string(version))])
      ),
      ("instructions", .string(instructions)),
    ]
  }

  private static func cached(seconds: Int64) -> [(String, JSONValue)] {
    [("ttlMs", .integer(seconds * 1000)), ("cacheScope", .string("private"))]
  }

  private static func content(_ text: String) -> JSONValue {
    .array([.object([("type", .string("text")), ("text", .string(text))])])
  }

  private func success(_ id: MCPRequest.ID, _ members: [(String, JSONValue)]) -> Answer {
    let result = [("resultType", JSONValue.string("complete"))] + members
    return Answer(
      body: JSONValue.object([("jsonrpc", .string("2.0")), ("id", id.json), ("result", .object(result))])
        .compact,
      status: 200)
  }

  private func failure(
    _ id: MCPRequest.ID?, _ code: Int64, _ message: String, status: Int, data: JSONValue? = nil
  ) -> Answer {
    let error: [(String, JSONValue)] =
      [("code", .integer(code)), ("message", .string(message))] + (data.map { [("data", $0)] } ?? [])
    return Answer(
      body: JSONValue.object([
        ("jsonrpc", .string("2.0")), ("id", id?.json ?? .null), ("error", .object(error)),
      ]).compact, status: status)
  }
}

extension MCPRequest.ID {
  fileprivate var json: JSONValue {
    switch self {
    case .number(let number): .integer(number)
    case .text(let text): .string(text)
    }
  }
}
