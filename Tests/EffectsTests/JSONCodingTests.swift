import Effects
import Foundation
import Testing

/// Values written as a tree and read from one, against what Foundation makes of them by way of bytes.
struct JSONCodingTests {
  private enum Shape: Codable, Hashable {
    case empty
    case circle(radius: Double)
    case labelled(String, JSON)
  }

  private struct Inner: Codable, Hashable {
    var name: String
    var flag: Bool?
    var shape: Shape
  }

  private struct Everything: Codable, Hashable {
    var text = "é \"\n"
    var whole = 7
    var small: Int8 = -8
    var large = Int64.max
    var count: UInt16 = 65_535
    var ratio = 0.1
    var even = 2.0
    var short: Float = 1.5
    var isTrue = true
    var missing: String?
    var labels: Labels = [.personal]
    var list = [1, 2, 3]
    var names: [String: Int] = ["a": 1, "é": 2]
    var numbers: [Int: String] = [4: "four"]
    var nested: [Inner] = [
      Inner(name: "one", flag: nil, shape: .empty),
      Inner(name: "two", flag: false, shape: .circle(radius: 3)),
      Inner(name: "three", flag: true, shape: .labelled("x", ["a": [1, .null, .number(2.5)]])),
    ]
    var optionals: [String?] = ["a", nil]
    var json: JSON = ["deep": ["er": true]]
    var origin = Origin.untrusted("mail")
  }

  private func bytes(_ value: some Encodable) throws -> JSON { try JSON(bytes: JSONEncoder().encode(value)) }

  @Test func `what is written as a tree is what is written as bytes, and is read back`() throws {
    let value = Everything()
    let tree = try JSON(encoding: value)
    #expect(try tree == bytes(value))
    #expect(try tree.decoded(as: Everything.self) == value)
    #expect(try JSONDecoder().decode(Everything.self, from: Data(tree.canonical.utf8)) == value)
  }

  @Test(arguments: ["null", "true", "1", "-1", "1.5", "\"a\"", "[]", "[1]", "{}", "{\"a\":1}"])
  func `a bare value is written and read, too`(text: String) throws {
    let value = try JSON(bytes: Data(text.utf8))
    #expect(try JSON(encoding: value) == value)
    #expect(try value.decoded(as: JSON.self) == value)
    #expect(try JSON(encoding: [value]) == .array([value]))
  }

  /// One value of the document replaced by each of these: both read it alike, or both refuse it.
  @Test func `what is not as it should be is refused like Foundation refuses it`() throws {
    let whole = try JSON(encoding: Everything())
    guard case .object(let members) = whole else { return #expect(Bool(false), "\(whole)") }
    let others: [JSON] = [
      .null, true, 1, -1, 300, .number(1.5), .number(1e300), "", "a", [], [1], ["a"], [.null], [:], ["a": 1],
      ["circle": [:]], ["circle": ["radius": "x"]], ["labelled": ["_0": "x"]],
    ]
    var read = 0
    for name in members.keys.sorted() {
      for other in others + [nil] {
        var members = members
        members[name] = other
        let json = JSON.object(members)
        let mine = try? json.decoded(as: Everything.self)
        let theirs = try? JSONDecoder().decode(Everything.self, from: Data(json.canonical.utf8))
        #expect(mine == theirs, "\(name): \(other?.canonical ?? "missing")")
        if mine != nil { read += 1 }
      }
    }
    #expect(read > 20)
  }

  @Test func `a number that a JSON value cannot hold whole is refused and not rounded`() throws {
    let held = ToolResult([], follows: [.init(kind: "a", subject: "b", holdFor: .seconds(37))])
    let text = try JSONEncoder().encode(held)
    let read = try? JSON(bytes: text).decoded(as: ToolResult.self)
    #expect(read == nil || read == held)
    #expect(throws: (any Error).self) { try JSON.number(0x1p63).decoded(as: UInt64.self) }
    #expect(throws: (any Error).self) { try JSON(encoding: Double.nan) }
    #expect(throws: (any Error).self) { try JSON(encoding: ["a": UInt64.max]) }
    #expect(try JSON(encoding: ["a": UInt64(Int64.max)]) == ["a": .integer(.max)])
  }
}
