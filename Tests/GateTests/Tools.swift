import Effects
import Foundation

@testable import Gate

/// Tools, texts and moments that the tests of the gate share.
enum Tools {
  static let string: JSON = ["type": "string"]
  static let strings: JSON = ["type": "array", "items": ["type": "string"]]

  static let read = ToolDeclaration(
    name: "read", summary: "Reads.", parameters: [.init("path", string, role: .harmless)], answers: .untrusted
  )
  static let fetch = tool("fetch", [.init("url", string, role: .control)], .low, .reversible, .anybody)
  static let write = tool(
    "write", [.init("path", string, role: .control), .init("text", string, role: .body)], .low, .reversible,
    .run)
  static let note = tool(
    "note", [.init("name", string, role: .control), .init("text", string, role: .body)], .low, .reversible,
    .organisation("notes"))
  static let message = tool(
    "message", [.init("to", string, role: .control), .init("text", string, role: .body)], .low, .compensable,
    .organisation("chat"))
  static let mail = tool(
    "mail", [.init("to", strings, role: .control), .init("text", string, role: .body)], .medium, .compensable,
    .anybody)
  static let pay = tool(
    "pay", [.init("to", string, role: .control), .init("amount", ["type": "number"], role: .control)],
    .medium,
    .irreversible, .anybody)
  static let deploy = tool(
    "deploy", [.init("sha", string, role: .control)], .high, .compensable, .organisation("production"))
  static let all = [read, fetch, write, note, message, mail, pay, deploy]

  static func tool(
    _ name: String, _ parameters: [ToolDeclaration.Parameter], _ risk: ToolDeclaration.Risk,
    _ reversibility: ToolDeclaration.Reversibility, _ audience: ToolDeclaration.Audience
  ) -> ToolDeclaration {
    ToolDeclaration(
      name: name, summary: "Does it.", parameters: parameters,
      effect: .init(.blind, risk: risk, reversibility: reversibility, audience: audience), answers: .untrusted
    )
  }

  static let noon = Date(timeIntervalSince1970: 1_800_000_000)
  static let policy = Policy(ownersOwn: ["notes"])

  static func gate(_ grants: [Grant]? = nil, _ policy: Policy = policy) -> Gate {
    Gate(policy: policy, grants: grants ?? all.map { Grant($0.name) })
  }

  static func owner(_ text: String, _ labels: Labels = []) -> Passage {
    Passage(text, from: .owner, labels: labels)
  }
  static func web(_ text: String, _ labels: Labels = []) -> Passage {
    Passage(text, from: .untrusted("https://pages.example"), labels: labels)
  }
  static func git(_ text: String, _ labels: Labels = []) -> Passage {
    Passage(text, from: .system("git"), labels: labels)
  }
}

extension Decision {
  /// Its kind and, of a question, the cases' names: what the tables of expectations are written in.
  var short: String {
    switch self {
    case .allow: "allow"
    case .ask(let questions): "ask " + questions.map(\.code).joined(separator: " ")
    case .deny(let refusal): "deny " + refusal.code
    }
  }

  /// 0 allowed, 1 asked, 2 denied.
  var strictness: Int {
    switch self {
    case .allow: 0
    case .ask: 1
    case .deny: 2
    }
  }
}

/// SplitMix64: the same numbers from the same seed on every machine.
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
