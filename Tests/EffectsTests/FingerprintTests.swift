import Effects
import Foundation
import Testing

struct FingerprintTests {
  static let mail = ToolDeclaration(
    name: "send", summary: "Sends.",
    parameters: [
      .init("to", ["type": "string"], role: .control), .init("text", ["type": "string"], role: .body),
    ],
    effect: .init(.blind, risk: .high, reversibility: .irreversible, audience: .anybody),
    answers: .system("mail"))

  @Test func `every part of what was approved is bound`() {
    let arguments: JSON = ["to": "a@example.org", "text": "hello"]
    let first = Fingerprint(of: Self.mail, arguments: arguments, policy: "1")
    #expect(first == Fingerprint(of: Self.mail, arguments: arguments, policy: "1"))
    var riskier = Self.mail
    riskier.effect?.risk = .low
    var renamed = Self.mail
    renamed.name = "send2"
    let others = [
      Fingerprint(of: Self.mail, arguments: ["to": "a@example.org", "text": "hello "], policy: "1"),
      Fingerprint(of: Self.mail, arguments: ["to": "b@example.org", "text": "hello"], policy: "1"),
      Fingerprint(of: Self.mail, arguments: ["to": "a@example.org"], policy: "1"),
      Fingerprint(of: Self.mail, arguments: arguments, policy: "2"),
      Fingerprint(of: riskier, arguments: arguments, policy: "1"),
      Fingerprint(of: renamed, arguments: arguments, policy: "1"),
    ]
    #expect(Set(others + [first]).count == 7)
  }

  @Test(arguments: [
    (["ab", "c"], ["a", "bc"]), (["ab"], ["a", "b"]), (["", "a"], ["a", ""]), ([], [""]),
  ])
  func `no two lists of parts are hashed alike`(a: [String], b: [String]) {
    #expect(Fingerprint.digits(of: a) != Fingerprint.digits(of: b))
  }

  @Test func `an effect has one name wherever its intent is made`() throws {
    let a = try JSON(bytes: Data(#"{"b": 1, "a": ["x", 2.5, null]}"#.utf8))
    let b = try JSON(bytes: Data(#" {"a":["x",2.5,null],"b":1}"#.utf8))
    #expect(
      EffectID(run: "r", step: 3, tool: "t", arguments: a)
        == EffectID(run: "r", step: 3, tool: "t", arguments: b))
    #expect(
      EffectID(run: "r", step: 3, tool: "t", arguments: a)
        != EffectID(run: "r", step: 4, tool: "t", arguments: a))
    #expect(EffectID(run: "r", step: 3, tool: "t", arguments: a).rawValue.count == 32)
  }
}
