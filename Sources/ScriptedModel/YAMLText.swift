import Effects
import Yams

/// YAML as the JSON it stands for: numbers and truths only where they are written without quotes.
enum YAMLText {
  static let mostNodes = 100_000

  static func json(_ text: String) throws(ScriptError) -> JSON {
    let node: Node?
    do { node = try compose(yaml: text) } catch { throw ScriptError(String("\(error)".prefix(300))) }
    guard let node else { throw ScriptError("it is empty") }
    // Aliases may make a short text a huge one.
    var left = mostNodes
    return try json(node, depth: 0, left: &left)
  }

  private static func json(_ node: Node, depth: Int, left: inout Int) throws(ScriptError) -> JSON {
    left -= 1
    guard left > 0, depth < 64 else { throw ScriptError("it is too large or too deep") }
    switch node {
    case .scalar(let scalar): return value(of: scalar, tag: node.tag)
    case .sequence(let sequence):
      var elements: [JSON] = []
      for element in sequence { elements.append(try json(element, depth: depth + 1, left: &left)) }
      return .array(elements)
    case .mapping(let mapping):
      var members: [String: JSON] = [:]
      for (key, value) in mapping {
        guard let name = key.scalar?.string else { throw ScriptError("a name is not a text") }
        members[name] = try json(value, depth: depth + 1, left: &left)
      }
      return .object(members)
    case .alias: throw ScriptError("it has an alias to nothing")
    }
  }

  private static func value(of scalar: Node.Scalar, tag: Tag) -> JSON {
    switch tag {
    case Tag(.null): .null
    case Tag(.bool): .bool(Bool.construct(from: scalar) ?? false)
    case Tag(.int): Int64.construct(from: scalar).map(JSON.integer) ?? .string(scalar.string)
    case Tag(.float): Double.construct(from: scalar).map(JSON.number) ?? .string(scalar.string)
    default: .string(scalar.string)
    }
  }
}
