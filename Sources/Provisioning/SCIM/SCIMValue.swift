package import Foundation
import JSONScan

/// JSON as SCIM has it. Members of an object are found without regard to case by whoever knows the schema; here they
/// are as they were given, each name once.
package indirect enum SCIMValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case decimal(Double)
  case string(String)
  case array([SCIMValue])
  case object([String: SCIMValue])

  /// Levels of arrays and objects within each other. The deepest that SCIM itself has is a bulk request, of seven.
  package static let deepest = 16

  /// - Throws: ``SCIMError`` if it is not JSON, too deep, or has a name twice.
  package init(json data: Data) throws(SCIMError) {
    guard Self.isShallow(data) else {
      throw SCIMError(.badRequest, .invalidSyntax, "The JSON is nested deeper than \(Self.deepest) levels.")
    }
    do {
      self = try JSONDecoder().decode(SCIMValue.self, fromOthers: data)
    } catch {
      throw SCIMError(.badRequest, .invalidSyntax, "The body is not JSON.")
    }
  }

  /// Whether it can be read without much of a stack, whatever is in it.
  private static func isShallow(_ data: Data) -> Bool {
    var depth = 0
    return JSONStructure.allSatisfy(data) { byte in
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
      return depth <= deepest
    }
  }

  /// On one line, the members of objects in alphabetical order: the same for the same value.
  package var json: Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(self)) ?? Data("null".utf8)
  }

  package var object: [String: SCIMValue]? { if case .object(let members) = self { members } else { nil } }
  package var array: [SCIMValue]? { if case .array(let items) = self { items } else { nil } }
  package var string: String? { if case .string(let text) = self { text } else { nil } }
  package var integer: Int64? { if case .integer(let number) = self { number } else { nil } }
  package var bool: Bool? { if case .bool(let bool) = self { bool } else { nil } }

  /// Whether it stands for no value at all (RFC 7643, section 2.5).
  package var isUnassigned: Bool {
    switch self {
    case .null, .array([]): true
    case .object(let members): members.values.allSatisfy(\.isUnassigned)
    default: false
    }
  }

  /// The member of an object, whatever the case of its name.
  package func member(_ name: String) -> SCIMValue? { object?.named(name)?.value }

  static func optional(_ text: String?) -> SCIMValue { text.map { .string($0) } ?? .null }
}

extension [String: SCIMValue] {
  /// The member with this name, whatever the case of its letters.
  func named(_ name: String) -> (key: String, value: SCIMValue)? {
    if let value = self[name] { return (name, value) }
    let folded = name.lowercased()
    return first { $0.key.lowercased() == folded }
  }
}

extension SCIMValue: Codable {
  package init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: Name.self) {
      var members: [String: SCIMValue] = [:]
      for name in container.allKeys {
        members[name.stringValue] = try container.decode(SCIMValue.self, forKey: name)
      }
      self = .object(members)
    } else if var container = try? decoder.unkeyedContainer() {
      var items: [SCIMValue] = []
      while !container.isAtEnd { items.append(try container.decode(SCIMValue.self)) }
      self = .array(items)
    } else {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .null
      } else if let bool = try? container.decode(Bool.self) {
        self = .bool(bool)
      } else if let number = try? container.decode(Int64.self) {
        self = .integer(number)
      } else if let number = try? container.decode(Double.self) {
        self = .decimal(number)
      } else {
        self = .string(try container.decode(String.self))
      }
    }
  }

  package func encode(to encoder: any Encoder) throws {
    switch self {
    case .object(let members):
      var container = encoder.container(keyedBy: Name.self)
      for (name, value) in members { try container.encode(value, forKey: Name(name)) }
    case .array(let items):
      var container = encoder.unkeyedContainer()
      for item in items { try container.encode(item) }
    default:
      var container = encoder.singleValueContainer()
      switch self {
      case .bool(let bool): try container.encode(bool)
      case .integer(let number): try container.encode(number)
      case .decimal(let number): try container.encode(number)
      case .string(let text): try container.encode(text)
      default: try container.encodeNil()
      }
    }
  }

  private struct Name: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}

extension SCIMValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByIntegerLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(integerLiteral value: Int64) { self = .integer(value) }
  package init(arrayLiteral elements: SCIMValue...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, SCIMValue)...) {
    self = .object(Dictionary(elements) { first, _ in first })
  }
}
