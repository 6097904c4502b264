import Effects
import Testing

@testable import Gate

struct ArgumentSchemaTests {
  static func error(_ schema: JSON, _ value: JSON?, required: Bool = true, bounds: ArgumentBounds = .init())
    -> ArgumentError?
  {
    let tool = ToolDeclaration(
      name: "t", summary: "", parameters: [.init("x", schema, role: .body, isRequired: required)],
      answers: .untrusted)
    do {
      try ArgumentSchema(declaration: tool, bounds: bounds).check(value.map { ["x": $0] } ?? [:])
      return nil
    } catch {
      return error
    }
  }

  @Test(
    arguments: [
      (["type": "string"], "a", nil), (["type": "string"], 1, .wrongType(path: "x", expected: "string")),
      (["type": ["string", "null"]], 1, .wrongType(path: "x", expected: "string or null")),
      (["type": "integer"], 2, nil),
      (["type": "integer"], .number(2.5), .wrongType(path: "x", expected: "integer")),
      (["type": "number"], 2, nil),
      (["enum": ["r", "w"]], "r", nil), (["enum": ["r", "w"]], "x", .notOneOf(path: "x")),
      (["const": 1], 2, .notOneOf(path: "x")),
      (["type": "string", "maxLength": 2], "abc", .tooLong(path: "x", most: 2)),
      (["minimum": 1, "maximum": 5], 5, nil),
      (["minimum": 1, "maximum": 5], 0, .outOfRange(path: "x", least: "1", most: "5")),
      (["maximum": 5], 6, .outOfRange(path: "x", least: nil, most: "5")),
      (
        ["type": "array", "items": ["type": "string"]], ["a", 1], .wrongType(path: "x[1]", expected: "string")
      ),
      (["type": "array", "maxItems": 1], ["a", "b"], .tooLong(path: "x", most: 1)),
      (["properties": ["a": ["type": "string"]], "required": ["a"]], .object([:]), .missing("x.a")),
      (["properties": ["a": ["type": "string"]]], ["b": 1], .unknown("x.b")),
      (["properties": ["a": true], "additionalProperties": true], ["b": 1], nil),
      (["anyOf": [["type": "string"], ["type": "integer"]]], 1, nil),
      (
        ["anyOf": [["type": "string"], ["type": "integer"]]], true, .wrongType(path: "x", expected: "string")
      ),
      (["pattern": "a+"], "a", .unreadableSchema(path: "x", keyword: "pattern")),
      (["$ref": "#"], "a", .unreadableSchema(path: "x", keyword: "$ref")),
      (["type": "text"], "a", .unreadableSchema(path: "x", keyword: "type")),
      (["description": "d", "default": 1, "title": "t"], "a", nil),
      (false, "a", .unreadableSchema(path: "x", keyword: "schema")),
    ] as [(JSON, JSON, ArgumentError?)])
  func `arguments are checked against what the tool says`(schema: JSON, value: JSON, expected: ArgumentError?)
  {
    #expect(Self.error(schema, value) == expected)
  }

  @Test func `what is required must be there, what is not may be null`() {
    #expect(Self.error(["type": "string"], nil) == .missing("x"))
    #expect(Self.error(["type": "string"], nil, required: false) == nil)
    #expect(Self.error(["type": "string"], .null, required: false) == nil)
    #expect(Self.error(["type": "string"], .null) == .wrongType(path: "x", expected: "string"))
  }

  @Test func `arguments are bounded in every direction`() {
    let bounds = ArgumentBounds(mostBytes: 20, mostLeaves: 6, mostDepth: 4)
    #expect(
      Self.error(true, .string(String(repeating: "a", count: 21)), bounds: bounds)
        == .tooLarge(what: .bytes, most: 20))
    #expect(
      Self.error(true, .array(Array(repeating: "", count: 7)), bounds: bounds)
        == .tooLarge(what: .values, most: 6))
    #expect(Self.error(true, [[[[[1]]]]], bounds: bounds) == .tooLarge(what: .levels, most: 4))
    #expect(Self.error(true, [[1]], bounds: bounds) == nil)
  }
}
