import Effects
import Foundation
import Statistics
import Testing

struct JSONWritingTests {
  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `any value is written as the rule says, and is read again`(seed: UInt64) throws {
    var chance = SeededRandom(seed: seed)
    for _ in 0..<500 {
      let value = Self.value(within: 3, &chance)
      #expect(Array(value.canonical.utf8) == Array(Self.spelled(value).utf8))
      #expect(try JSON(bytes: Data(value.canonical.utf8)) == value)
    }
  }

  @Test func `every scalar is written as the rule says`() {
    let scalars = (0...0x10FFFF as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init)
    for start in stride(from: 0, to: scalars.count, by: 4096) {
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars[start..<min(start + 4096, scalars.count)])
      let value = JSON.string(String(text))
      #expect(value.canonical.utf8.elementsEqual(Self.spelled(value).utf8))
    }
  }

  @Test(arguments: [
    (0.5, "0.5"), (1, "1.0"), (-0.0, "-0.0"), (1e300, "1e+300"), (.leastNonzeroMagnitude, "5e-324"),
    (.infinity, "null"),
    (.nan, "null"),
  ])
  func `numbers are printed shortest`(number: Double, text: String) {
    #expect(JSON.number(number).canonical == text)
  }

  /// The rule, scalar by scalar.
  private static func spelled(_ value: JSON) -> String {
    switch value {
    case .null: return "null"
    case .bool(let value): return "\(value)"
    case .integer(let value): return "\(value)"
    case .number(let value): return "\(value)"
    case .string(let text):
      let short: [Unicode.Scalar: String] = [
        "\"": "\\\"", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\u{8}": "\\b", "\u{C}": "\\f",
      ]
      var spelled = "\""
      for scalar in text.unicodeScalars {
        if let escape = short[scalar] {
          spelled += escape
        } else if scalar.value < 0x20 {
          spelled += "\\u" + String(0x10000 + scalar.value, radix: 16).dropFirst()
        } else {
          spelled.unicodeScalars.append(scalar)
        }
      }
      return spelled + "\""
    case .array(let elements): return "[" + elements.map(spelled).joined(separator: ",") + "]"
    case .object(let members):
      let ordered = members.sorted { Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8)) }
      return "{" + ordered.map { spelled(.string($0.key)) + ":" + spelled($0.value) }.joined(separator: ",")
        + "}"
    }
  }

  private static func value(within depth: Int, _ chance: inout SeededRandom) -> JSON {
    switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &chance) {
    case 0: return .null
    case 1: return .bool(.random(using: &chance))
    case 2: return .integer(.random(in: .min ... .max, using: &chance))
    case 3: return .number(Double(Int.random(in: -1000...1000, using: &chance)) + 0.5)
    case 4, 5: return .string(text(&chance))
    case 6:
      return .array(
        (0..<Int.random(in: 0...4, using: &chance)).map { _ in value(within: depth - 1, &chance) })
    default:
      var members: [String: JSON] = [:]
      for _ in 0..<Int.random(in: 0...5, using: &chance) {
        members[text(&chance)] = value(within: depth - 1, &chance)
      }
      return .object(members)
    }
  }

  /// Control characters, what is escaped, and scalars of all lengths and planes.
  private static func text(_ chance: inout SeededRandom) -> String {
    let ranges: [ClosedRange<UInt32>] = [
      0...0x1F, 0x20...0x7F, 0x22...0x22, 0x5C...0x5C, 0x80...0x7FF, 0x300...0x36F, 0x800...0xD7FF,
      0xE000...0xFFFF,
      0x10000...0x1FFFF, 0x20000...0x10FFFF,
    ]
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...20, using: &chance) {
      let range = ranges.randomElement(using: &chance) ?? 0...0
      if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &chance)) { text.append(scalar) }
    }
    return String(text)
  }
}
