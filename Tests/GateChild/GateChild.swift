import Effects
import Foundation
import Gate

/// The gate as a process for `Benchmarks/agents/agentdojo_gate.py`: a line with tools and grants, then a line for each
/// call to be decided; a line comes back for each. For measurement only.
@main
enum GateChild {
  static func main() throws {
    let decoder = JSONDecoder()
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var bench: Bench?
    while let line = readLine() {
      let bytes = Data(line.utf8)
      let answer: Answer
      if let bench {
        answer = bench.decide(try decoder.decode(Call.self, from: bytes))
      } else {
        bench = Bench(try decoder.decode(Setup.self, from: bytes))
        answer = Answer(decision: "ready", reasons: [])
      }
      FileHandle.standardOutput.write(try encoder.encode(answer) + Data("\n".utf8))
    }
  }
}

struct Answer: Codable {
  var decision: String
  var reasons: [String]
}

/// One call, and every text seen before it.
struct Call: Codable {
  struct Text: Codable {
    /// `owner`, `system:<name>`, `untrusted:<where>`.
    var from: String
    var labels: [String]
    var text: String
  }

  var tool: String
  var arguments: JSON
  var seen: [Text]
  var done: [String: Int]
}

/// The data file: tools as they are declared, and what the owner grants of them.
struct Setup: Codable {
  struct Tool: Codable {
    struct Parameter: Codable {
      var name: String
      var schema: JSON
      var role: ToolDeclaration.Parameter.Role
      var required: Bool
    }

    struct Effect: Codable {
      var kind: EffectClass
      var risk: ToolDeclaration.Risk
      var reversibility: ToolDeclaration.Reversibility
      /// `run`, `organisation:<name>`, `anybody`.
      var audience: String
    }

    var name: String
    var summary: String
    var parameters: [Parameter]
    var effect: Effect?
  }

  struct Standing: Codable {
    var tool: String
    var withoutAsking: Bool?
    var oneOf: [String: [JSON]]?
    var atMost: [String: Int64]?
    var mostPerRun: Int?
    var mayCarry: [String]?

    var grant: Grant {
      Grant(
        tool,
        (oneOf ?? [:]).sorted { $0.key < $1.key }.map { Grant.Constraint($0.key, .oneOf($0.value)) }
          + (atMost ?? [:]).sorted { $0.key < $1.key }.map { Grant.Constraint($0.key, .atMost($0.value)) },
        mostPerRun: mostPerRun, withoutAsking: withoutAsking ?? false, mayCarry: labels(mayCarry ?? []))
    }
  }

  var tools: [Tool]
  var grants: [Standing]
  var ownersOwn: [String]
}

struct Bench {
  private let declarations: [String: ToolDeclaration]
  private let gate: Gate

  init(_ setup: Setup) {
    declarations = Dictionary(setup.tools.map { ($0.name, Self.declaration($0)) }) { first, _ in first }
    gate = Gate(
      policy: Policy(ownersOwn: Set(setup.ownersOwn)),
      // Every tool is listed; what is granted beyond that stands in the data file.
      grants: setup.tools.map { Grant($0.name) } + setup.grants.map(\.grant))
  }

  func decide(_ call: Call) -> Answer {
    guard let declaration = declarations[call.tool] else {
      return Answer(decision: "deny", reasons: ["\(call.tool) is not declared."])
    }
    let seen = call.seen.map { Passage($0.text, from: Self.origin($0.from), labels: labels($0.labels)) }
    let decision = gate.decide(
      declaration, call.arguments, seen: seen, done: EffectsSoFar(call.done),
      at: Date(timeIntervalSince1970: 0))
    return switch decision {
    case .allow(let reason): Answer(decision: "allow", reasons: [reason.description])
    case .ask(let reasons): Answer(decision: "ask", reasons: reasons.map(\.description))
    case .deny(let reason): Answer(decision: "deny", reasons: [reason.description])
    }
  }

  private static func origin(_ text: String) -> Origin {
    if text == "owner" { return .owner }
    if text.hasPrefix("system:") { return .system(String(text.dropFirst(7))) }
    return .untrusted(String(text.drop { $0 != ":" }.dropFirst()))
  }

  private static func declaration(_ tool: Setup.Tool) -> ToolDeclaration {
    ToolDeclaration(
      name: tool.name, summary: tool.summary,
      parameters: tool.parameters.map {
        ToolDeclaration.Parameter($0.name, $0.schema, role: $0.role, isRequired: $0.required)
      },
      effect: tool.effect.map {
        ToolDeclaration.Effect(
          $0.kind, risk: $0.risk, reversibility: $0.reversibility, audience: audience($0.audience))
      },
      answers: .untrusted)
  }

  private static func audience(_ text: String) -> ToolDeclaration.Audience {
    if text == "run" { return .run }
    return text.hasPrefix("organisation:") ? .organisation(String(text.dropFirst(13))) : .anybody
  }
}

private func labels(_ names: [String]) -> Labels {
  names.reduce(into: Labels()) { labels, name in
    switch name {
    case "personal": labels.insert(.personal)
    case "secret": labels.insert(.secret)
    default: break
    }
  }
}
