import Effects
import Foundation

/// Arguments that a server wants in headers as well, so that what stands between can route by them (MCP 2026-07-28,
/// Streamable HTTP, Custom Headers from Tool Parameters).
enum HeaderParameters {
  static let mark = "x-mcp-header"

  struct Wrong: Error { var reason: String }

  /// - Throws: Where a mark stands where none may, is no header's name, or names one twice.
  static func found(in schema: JSON) throws(Wrong) -> [(path: [String], header: String)] {
    var found: [(path: [String], header: String)] = []
    try look(schema, at: [], reachable: true, &found)
    let names = found.map { $0.header.lowercased() }
    guard Set(names).count == names.count else {
      throw Wrong(reason: "two of its arguments are to go into one header")
    }
    guard found.count <= 32 else { throw Wrong(reason: "too many of its arguments are to go into headers") }
    return found
  }

  private static func look(
    _ schema: JSON, at path: [String], reachable: Bool, _ found: inout [(path: [String], header: String)]
  ) throws(Wrong) {
    switch schema {
    case .array(let elements):
      for element in elements { try look(element, at: path, reachable: false, &found) }
    case .object(let members):
      if let mark = members[mark] {
        guard reachable, !path.isEmpty, let name = mark.string, isToken(name),
          ["integer", "string", "boolean"].contains(members["type"]?.string)
        else { throw Wrong(reason: "it marks an argument for a header (x-mcp-header) against the rules") }
        found.append((path, name))
      }
      for (name, member) in members.sorted(by: { $0.key < $1.key }) {
        if name == "properties", case .object(let properties) = member {
          for (name, property) in properties.sorted(by: { $0.key < $1.key }) {
            try look(property, at: path + [name], reachable: reachable, &found)
          }
        } else if name != "enum", name != "const", name != "default", name != "examples" {
          try look(member, at: path, reachable: false, &found)
        }
      }
    default: break
    }
  }

  /// RFC 9110, section 5.6.2.
  private static func isToken(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
          || "!#$%&'*+-.^_`|~".utf8.contains($0)
      }
  }

  /// As a header has it; `nil` where the value goes into none.
  static func encoded(_ value: JSON) -> String? {
    switch value {
    case .string(let text): encoded(text)
    case .integer(let number) where abs(Double(number)) < 9_007_199_254_740_992: String(number)
    case .bool(let value): value ? "true" : "false"
    default: nil
    }
  }

  /// As it is where it is plain ASCII, else Base64 between marks.
  static func encoded(_ text: String) -> String {
    let isPlain =
      text.utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x09 } && text.first != " "
      && text.last != " "
      && text.first != "\t" && text.last != "\t" && !(text.hasPrefix("=?base64?") && text.hasSuffix("?="))
    return isPlain ? text : "=?base64?\(Data(text.utf8).base64EncodedString())?="
  }
}
