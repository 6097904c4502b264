import Effects
import Foundation
import Testing

@testable import Gate

struct GatePropertyTests {
  static let words = [
    "ann", "eve", "ann@example.org", "eve@evil.example", "https://a.example/x", "evil.example", "13",
    "2024-05-13", "hello",
    "\u{200B}", "раypal.com", "abc123", "5", "notes",
  ]

  static func text(_ random: inout Seeded) -> String {
    (0..<Int.random(in: 0...5, using: &random)).compactMap { _ in words.randomElement(using: &random) }
      .joined(separator: [" ", ", ", "", "\n"].randomElement(using: &random) ?? " ")
  }

  static func passage(_ random: inout Seeded) -> Passage {
    let origin: Origin =
      [.owner, .system("git"), .untrusted("web"), .untrusted("mail")].randomElement(using: &random) ?? .owner
    let labels: Labels = [[], [], [], .personal, .secret].randomElement(using: &random) ?? []
    return Passage(text(&random), from: origin, labels: labels)
  }

  static func value(_ schema: JSON, _ random: inout Seeded) -> JSON {
    switch schema["type"]?.string {
    case "array": .array((0..<Int.random(in: 0...3, using: &random)).map { _ in .string(text(&random)) })
    case "number": .integer(Int64.random(in: 0...20, using: &random))
    default: .string(words.randomElement(using: &random) ?? "")
    }
  }

  static func call(_ random: inout Seeded) -> (tool: ToolDeclaration, arguments: JSON) {
    let tool = Tools.all.randomElement(using: &random) ?? Tools.mail
    var members: [String: JSON] = [:]
    for parameter in tool.parameters { members[parameter.name] = value(parameter.schema, &random) }
    return (tool, .object(members))
  }

  static func grants(_ random: inout Seeded) -> [Grant] {
    Tools.all.compactMap { tool in
      Int.random(in: 0..<6, using: &random) == 0
        ? nil
        : Grant(
          tool.name, withoutAsking: Bool.random(using: &random),
          mayCarry: Bool.random(using: &random) ? .personal : [])
    }
  }

  @Test(arguments: UInt64(0)..<20)
  func `more of others' text never makes an answer milder`(seed: UInt64) {
    var random = Seeded(seed)
    for _ in 0..<150 {
      let (tool, arguments) = Self.call(&random)
      let gate = Tools.gate(Self.grants(&random))
      let seen = (0..<Int.random(in: 0...4, using: &random)).map { _ in Self.passage(&random) }
      let more = Passage(
        Self.text(&random), from: .untrusted("more"), labels: Bool.random(using: &random) ? .personal : [])
      func decide(_ seen: [Passage]) -> Decision {
        gate.decide(tool, arguments, seen: seen, done: EffectsSoFar(), at: Tools.noon)
      }
      #expect(
        decide(seen + [more]).strictness >= decide(seen).strictness, "\(tool.name) \(arguments.canonical)")
    }
  }

  @Test(arguments: UInt64(0)..<10)
  func `the order of what was seen and of the grants changes nothing`(seed: UInt64) {
    var random = Seeded(seed)
    for _ in 0..<100 {
      let (tool, arguments) = Self.call(&random)
      let grants = Self.grants(&random) + Self.grants(&random)
      let seen = (0..<5).map { _ in Self.passage(&random) }
      func decide(_ grants: [Grant], _ seen: [Passage]) -> Decision {
        Tools.gate(grants).decide(tool, arguments, seen: seen, done: EffectsSoFar(), at: Tools.noon)
      }
      #expect(
        decide(grants, seen) == decide(grants.shuffled(using: &random), seen.shuffled(using: &random)))
    }
  }

  @Test(arguments: UInt64(0)..<10)
  func `R5: fewer grants, more effects done and a lower ceiling never allow more`(seed: UInt64) {
    var random = Seeded(seed)
    for _ in 0..<100 {
      let (tool, arguments) = Self.call(&random)
      let seen = (0..<4).map { _ in Self.passage(&random) }
      let grants = Self.grants(&random) + Self.grants(&random)
      let fewer = grants.filter { _ in Bool.random(using: &random) }
      let done = Int.random(in: 0...12, using: &random)
      func decide(_ grants: [Grant], _ done: Int, _ ceiling: Policy.Ceiling) -> Int {
        Gate(policy: Policy(ceiling: ceiling, ownersOwn: ["notes"]), grants: grants).decide(
          tool, arguments, seen: seen, done: EffectsSoFar([tool.name: done]), at: Tools.noon
        ).strictness
      }
      let all = decide(grants, done, .ownersChoice)
      #expect(decide(fewer, done, .ownersChoice) >= all)
      #expect(decide(grants, done + 5, .ownersChoice) >= all)
      #expect(decide(grants, done, .grants(Self.grants(&random))) >= all)
    }
  }

  @Test(arguments: UInt64(0)..<10)
  func `R13: whatever comes in, an answer comes out, and every block says why`(seed: UInt64) {
    var random = Seeded(seed)
    func junk(_ depth: Int) -> JSON {
      switch Int.random(in: 0..<(depth > 3 ? 5 : 7), using: &random) {
      case 0: return .null
      case 1: return .bool(Bool.random(using: &random))
      case 2: return .integer(Int64.random(in: .min ... .max, using: &random))
      case 3: return .number(Double(bitPattern: random.next()))
      case 4:
        let scalars = (0..<Int.random(in: 0...12, using: &random)).compactMap { _ in
          Unicode.Scalar(
            UInt32.random(in: 0...0x10FFFF, using: &random) >> UInt32.random(in: 0...16, using: &random))
        }
        return .string(String(String.UnicodeScalarView(scalars)))
      case 5: return .array((0..<3).map { _ in junk(depth + 1) })
      default:
        return .object(["type": junk(depth + 1), "to": junk(depth + 1), "a\n\u{202E}b": junk(depth + 1)])
      }
    }
    for _ in 0..<200 {
      let schema = Bool.random(using: &random) ? junk(0) : true
      let tool = Tools.tool("t", [.init("to", schema, role: .control)], .low, .compensable, .anybody)
      let arguments: JSON = Bool.random(using: &random) ? ["to": junk(0)] : junk(0)
      let seen = [Tools.owner(junk(9).canonical), Tools.web(junk(9).canonical)]
      let decision = Tools.gate([Grant("t")]).decide(
        tool, arguments, seen: seen, done: EffectsSoFar(), at: Tools.noon)
      switch decision {
      case .allow(let reason): #expect(!reason.description.isEmpty)
      case .ask(let reasons):
        #expect(!reasons.isEmpty)
        #expect(reasons.allSatisfy { !$0.description.isEmpty && !$0.description.contains("\n") })
      case .deny(let reason): #expect(reason.description.hasSuffix(".") && !reason.description.contains("\n"))
      }
    }
  }
}
