import Foundation

/// One JSON-RPC message from a client, as far as a server of tools reads it.
struct MCPRequest: Decodable {
  /// What an answer goes by; a message without one is a notification.
  enum ID: Decodable, Hashable {
    case number(Int64)
    case text(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Int64.self) {
        self = .number(number)
      } else {
        self = .text(try container.decode(String.self))
      }
    }
  }

  struct Parameters: Decodable {
    /// Of a tool.
    var name: String?
    var arguments: MCPArguments?
    /// Asked for by clients of the revisions with a handshake.
    var protocolVersion: String?
    var meta: Meta?

    private enum CodingKeys: String, CodingKey {
      case name, arguments, protocolVersion
      case meta = "_meta"
    }
  }

  struct Meta: Decodable {
    /// In every request since the revision of 2026-07-28.
    var protocolVersion: String?

    private enum CodingKeys: String, CodingKey {
      case protocolVersion = "io.modelcontextprotocol/protocolVersion"
    }
  }

  var jsonrpc: String
  var id: ID?
  var method: String
  var params: Parameters?
}

/// What a tool is called with: plain values by name.
package struct MCPArguments: Decodable, Sendable {
  private enum Value: Decodable, Sendable {
    case text(String)
    case number(Int64)
    case other

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        self = .text(text)
      } else if let number = try? container.decode(Int64.self) {
        self = .number(number)
      } else {
        self = .other
      }
    }
  }

  private var values: [String: Value]

  package init() { values = [:] }

  package init(from decoder: any Decoder) throws {
    values = try decoder.singleValueContainer().decode([String: Value?].self).compactMapValues { $0 }
  }

  var names: [String] { values.keys.sorted() }

  /// - Throws: ``MCPToolError`` if it is there and no text.
  package func text(_ name: String) throws(MCPToolError) -> String? {
    switch values[name] {
    case nil: nil
    case .text(let text): text
    case .number, .other: throw MCPToolError("\(name) takes a text.")
    }
  }

  /// - Throws: ``MCPToolError`` if it is there and no whole number within the bounds.
  package func number(_ name: String, in bounds: ClosedRange<Int64>) throws(MCPToolError) -> Int64? {
    switch values[name] {
    case nil: return nil
    case .number(let number) where bounds.contains(number): return number
    case .number, .text, .other:
      throw MCPToolError("\(name) takes a whole number from \(bounds.lowerBound) to \(bounds.upperBound).")
    }
  }
}
