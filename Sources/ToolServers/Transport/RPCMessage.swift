import Effects

/// One message of JSON-RPC 2.0 as a server sends it. What is not known in it is passed over.
enum RPCMessage: Hashable, Sendable {
  /// - Parameter id: `nil` where the server could not tell what it answers.
  case answer(id: RPCID?, RPCAnswer)
  /// Something that the server wants of us.
  case request(id: RPCID, method: String)
  case notification(method: String)

  /// - Throws: Why these bytes are none, to follow “it is”.
  init(_ bytes: [UInt8], limits: ToolServerLimits) throws(JSONReader.Failure) {
    let value = try JSONReader.value(bytes, limits: limits)
    guard case .object(let members) = value, members["jsonrpc"] == "2.0" else {
      throw JSONReader.Failure(reason: "no message of JSON-RPC 2.0")
    }
    if let method = members["method"]?.string {
      guard let id = members["id"] else {
        self = .notification(method: method)
        return
      }
      guard let id = RPCID(id) else { throw JSONReader.Failure(reason: "a request with a wrong id") }
      self = .request(id: id, method: method)
      return
    }
    let id = members["id"].flatMap { RPCID($0) }
    switch (members["result"], members["error"]) {
    case (let result?, nil):
      guard let id else { throw JSONReader.Failure(reason: "a result of nothing") }
      self = .answer(id: id, .result(result))
    case (nil, let error?):
      guard case .integer(let code)? = error["code"] else {
        throw JSONReader.Failure(reason: "an error without a code")
      }
      self = .answer(
        id: id, .failure(RPCFailure(code: code, message: error["message"]?.string ?? "", data: error["data"]))
      )
    default: throw JSONReader.Failure(reason: "neither a request nor an answer")
    }
  }
}

enum RPCID: Hashable, Sendable {
  case number(Int64)
  case text(String)

  init?(_ value: JSON) {
    switch value {
    case .integer(let number): self = .number(number)
    case .string(let text) where text.utf8.count <= 1024: self = .text(text)
    default: return nil
    }
  }

  var json: JSON {
    switch self {
    case .number(let number): .integer(number)
    case .text(let text): .string(text)
    }
  }
}

enum RPCAnswer: Hashable, Sendable {
  case result(JSON)
  case failure(RPCFailure)
}

/// What a server says instead of a result. The message is text by somebody else.
struct RPCFailure: Hashable, Sendable {
  var code: Int64
  var message: String
  var data: JSON?

  static let methodNotFound: Int64 = -32601
  static let headerMismatch: Int64 = -32020
  static let missingCapability: Int64 = -32021
  static let unsupportedVersion: Int64 = -32022

  /// Whether the request was turned away before anything was done: it could not be read, names what there is not, or its
  /// arguments are wrong (JSON-RPC 2.0, section 5.1; MCP 2026-07-28, error codes).
  var isRefusal: Bool { [-32700, -32600, -32601, -32602, -32020, -32021, -32022].contains(code) }
}

/// A request or notification of ours.
struct RPCRequest: Sendable {
  /// `nil`: a notification.
  var id: Int64?
  var method: String
  /// `params.name` of a call, which goes into a header over HTTP.
  var name: String?
  var parameters: [String: JSON]
  /// What goes into headers of its own over HTTP (`x-mcp-header`), by the header's name.
  var headers: [(name: String, value: String)] = []

  var bytes: [UInt8] {
    var members: [String: JSON] = ["jsonrpc": "2.0", "method": .string(method)]
    if let id { members["id"] = .integer(id) }
    if !parameters.isEmpty { members["params"] = .object(parameters) }
    return Array(JSON.object(members).canonical.utf8)
  }

  /// What a server is told that wants something of its client: an agent's server gets nothing asked of anybody.
  static func refusal(of id: RPCID) -> [UInt8] {
    let message: JSON = [
      "jsonrpc": "2.0", "id": id.json,
      "error": ["code": .integer(RPCFailure.methodNotFound), "message": "This client answers no requests."],
    ]
    return Array(message.canonical.utf8)
  }
}
