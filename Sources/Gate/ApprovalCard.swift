package import Effects
package import Foundation

/// What a person is shown who is to decide on a call: everything the decision hangs on, and nothing that could pass for
/// our own words.
package struct ApprovalCard: Hashable, Sendable, Codable {
  package var tool: String
  package var summary: String
  /// The agent and the person whose run it is.
  package var agent: String
  package var person: String
  package var arguments: [ArgumentSource]
  package var questions: [Question]
  package var effect: ToolDeclaration.Effect?
  package var fingerprint: Fingerprint
  /// Until when an answer counts; none is no.
  package var expires: Date

  package init(
    _ declaration: ToolDeclaration, arguments: [ArgumentSource], questions: [Question], agent: String,
    person: String, fingerprint: Fingerprint, expires: Date
  ) {
    tool = declaration.name
    summary = declaration.summary
    self.agent = agent
    self.person = person
    self.arguments = arguments
    self.questions = questions
    effect = declaration.effect
    self.fingerprint = fingerprint
    self.expires = expires
  }

  /// The card as plain text, for a terminal, a mail or a page. Lines that begin with `│` are not ours: they are the call's
  /// values, whole, each line of them marked; what cannot be seen in them is written out as ⟨U+…⟩.
  package var text: String {
    var lines = [
      "\(Shown.line(agent)) asks to call \(Shown.line(tool)), for \(Shown.line(person)).",
      "  \(Shown.line(summary))", "", "Why you are asked:",
    ]
    lines += questions.map { "  - \($0.description)" }
    lines += ["", arguments.isEmpty ? "It has no arguments." : "With these arguments, whole:"]
    for argument in arguments {
      lines.append(
        "  \(Shown.line(argument.path)) (\(Self.words(argument.role)); \(argument.source.description)):")
      lines.append(Shown.fenced(argument.value.string ?? argument.value.canonical))
    }
    lines.append("")
    if let effect {
      lines += [
        "Risk: \(effect.risk.rawValue). \(Self.words(effect.reversibility))",
        "It reaches \(effect.audience.words).",
      ]
    } else {
      lines.append("It only reads.")
    }
    lines += [
      "Your answer counts until \(expires.formatted(.iso8601)) and for exactly this call "
        + "(\(fingerprint.rawValue.prefix(12))); no answer is no."
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private static func words(_ role: ToolDeclaration.Parameter.Role) -> String {
    switch role {
    case .control: "decides whom or what it reaches"
    case .body: "what is carried"
    case .harmless: "a detail"
    }
  }

  private static func words(_ reversibility: ToolDeclaration.Reversibility) -> String {
    switch reversibility {
    case .reversible: "It can be undone, and nobody would know."
    case .compensable: "It can be made up for, but will have been seen."
    case .irreversible: "It cannot be undone."
    }
  }
}
