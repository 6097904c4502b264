import Effects
import Foundation
import Testing

@testable import Gate

struct GrantTests {
  static func hosts(_ names: String...) -> ArgumentRule {
    .host(
      in: names.compactMap { name in
        name.hasPrefix("*.")
          ? Host(String(name.dropFirst(2))).map { .below($0) } : Host(name).map { .exactly($0) }
      })
  }

  @Test(arguments: [
    ("https://a.example/x", true), ("https://a.example.:443/x", true), ("https://A.EXAMPLE", true),
    ("https://a.example.evil.com/", false), ("https://evil.com/a.example", false),
    ("https://a.example@evil.com", false),
    ("https://a.example:443@evil.com", false), ("https://a.example\\@evil.com", false),
    ("https://a.example:8443", false),
    ("https://b.sub.example", true), ("https://sub.example", false), ("https://notsub.example", false),
    ("ftp://a.example", false), ("//a.example", false), ("a.example", false), ("https://127.0.0.1", true),
    ("https://127.0.0.1.evil.com", false), ("https://127.1", false), ("https://0x7f.0.0.1", false),
    ("https://127.0.0.01", false), ("https://2130706433", false), ("https://[::1]", false),
    ("https://а.example", false),
    ("https:///a.example", false), ("https://a.example\t", false), ("javascript:https://a.example", false),
  ])
  func `a host is read, never compared by how it begins`(address: String, isMet: Bool) {
    #expect(Self.hosts("a.example", "*.sub.example", "127.0.0.1").meets(.string(address)) == isMet)
  }

  @Test(arguments: [
    ("docs/a.md", true), ("docs", true), ("docs/./a", true), ("docs//a", true), ("docs/../x", false),
    ("docsx", false),
    ("/docs/a", false), ("~/docs", false), ("./docs/a", true), ("docs\\..\\x", false), ("docs/a\0", false),
    ("", false),
    ("docs/..", false), ("docs/...", true),
  ])
  func `a path is read part by part`(path: String, isMet: Bool) {
    #expect(ArgumentRule.path(under: "docs/").meets(.string(path)) == isMet)
  }

  @Test(
    arguments: [
      (.oneOf(["a", "b"]), ["a", "b"], true), (.oneOf(["a"]), ["a", "c"], false),
      (.oneOf(["a"]), .array([]), false), (.equals(.array([])), .array([]), true), (.atMost(5), 5, true),
      (.atMost(5), 6, false), (.atMost(5), -1, false), (.atMost(5), .number(.nan), false),
      (.atMost(5), "5", false),
    ] as [(ArgumentRule, JSON, Bool)])
  func `every leaf must meet a rule`(rule: ArgumentRule, argument: JSON, isMet: Bool) {
    #expect(rule.meets(argument) == isMet)
  }

  @Test func `an argument that is left out could be anything`() {
    let strict = Grant("deploy", [.init("environment", .equals("staging"))])
    #expect(strict.unmet(by: [:]) == "environment")
    #expect(strict.unmet(by: ["environment": .null]) == "environment")
    #expect(
      Grant("deploy", [.init("environment", .equals("staging"), mayBeAbsent: true)]).unmet(by: [:]) == nil)
  }

  // MARK: Scope can never grow

  static let values: [JSON] = [
    "docs/a", "docs/b/c", "x", "https://a.example/1", "https://b.a.example", "https://c.example", 1, 3, 7,
    ["x", "docs/a"],
    .array([]),
  ]

  static func rule(_ random: inout Seeded) -> ArgumentRule {
    switch Int.random(in: 0..<5, using: &random) {
    case 0: .equals(values.randomElement(using: &random) ?? 1)
    case 1: .oneOf(Array(values.shuffled(using: &random).prefix(Int.random(in: 0...4, using: &random))))
    case 2: .path(under: ["docs", "docs/b", ".", "x"].randomElement(using: &random) ?? "x")
    case 3:
      [hosts("a.example"), hosts("*.a.example"), hosts("*.example"), hosts("c.example", "a.example")]
        .randomElement(using: &random) ?? hosts()
    default: .atMost(Int64.random(in: 0...8, using: &random))
    }
  }

  static func grant(_ random: inout Seeded, tool: String = "tool") -> Grant {
    Grant(
      tool,
      (0..<Int.random(in: 0...2, using: &random)).map { _ in
        Grant.Constraint(
          Bool.random(using: &random) ? "a" : "b", rule(&random), mayBeAbsent: Bool.random(using: &random),
          isOwners: Bool.random(using: &random))
      },
      mostPerRun: Bool.random(using: &random) ? Int.random(in: 0...3, using: &random) : nil,
      expires: Bool.random(using: &random)
        ? Tools.noon + Double(Int.random(in: -2...2, using: &random)) : nil,
      withoutAsking: Bool.random(using: &random),
      mayCarry: Bool.random(using: &random) ? .personal : [])
  }

  static let tool = Tools.tool(
    "tool",
    [
      .init("a", true, role: .control, isRequired: false),
      .init("b", true, role: .control, isRequired: false),
    ],
    .high, .irreversible, .anybody)

  static func call(_ random: inout Seeded) -> JSON {
    var members: [String: JSON] = [:]
    for name in ["a", "b"] where Int.random(in: 0..<4, using: &random) > 0 {
      members[name] = values.randomElement(using: &random)
    }
    return .object(members)
  }

  @Test(arguments: UInt64(0)..<20)
  func `R4: what is handed on is never good for more than what it came from`(seed: UInt64) {
    var random = Seeded(seed)
    var narrower = 0
    for _ in 0..<400 {
      let parents = (0..<3).map { _ in Self.grant(&random) }
      let wanted = (0..<2).map { _ in Self.grant(&random) }
      var minted = parents.handingOn(wanted)
      if Bool.random(using: &random) { minted = minted.handingOn([Self.grant(&random)]) }
      #expect(minted.isWithin(parents))
      let call = Self.call(&random)
      let seen = [Tools.owner("do 3 with x"), Tools.web("docs/a 7 https://c.example", .personal)]
      let done = EffectsSoFar(["tool": Int.random(in: 0...3, using: &random)])
      func decide(_ grants: [Grant]) -> Decision {
        Tools.gate(grants).decide(Self.tool, call, seen: seen, done: done, at: Tools.noon)
      }
      let (theirs, ours) = (decide(parents), decide(minted))
      #expect(ours.strictness >= theirs.strictness, "\(call.canonical) \(parents) \(minted)")
      if ours.strictness > theirs.strictness { narrower += 1 }
    }
    #expect(narrower > 0)
  }

  @Test(arguments: UInt64(0)..<10)
  func `a grant within another is good for nothing else`(seed: UInt64) {
    var random = Seeded(seed)
    var within = 0
    for _ in 0..<3_000 {
      let (a, b) = (Self.grant(&random), Self.grant(&random))
      #expect(a.isWithin(a))
      guard a.isWithin(b) else { continue }
      within += 1
      for value in Self.values {
        let call: JSON = ["a": value, "b": Self.values.randomElement(using: &random) ?? 1]
        if a.unmet(by: call) == nil { #expect(b.unmet(by: call) == nil) }
      }
    }
    #expect(within > 50)
  }

  @Test func `another tool's grant hands nothing on`() {
    #expect([Grant("read")].handingOn([Grant("mail")]).isEmpty)
    #expect(![Grant("mail")].isWithin([Grant("read")]))
  }
}
