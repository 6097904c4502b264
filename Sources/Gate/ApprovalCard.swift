package import Effects

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
  /// What the tool said is behind the arguments, when it was asked.
  package var details: [Passage]
  package var effect: ToolDeclaration.Effect?

  package init(
    _ declaration: ToolDeclaration, arguments: [ArgumentSource], questions: [Question],
    details: [Passage] = [], agent: String, person: String
  ) {
    tool = declaration.name
    summary = declaration.summary
    self.agent = agent
    self.person = person
    self.arguments = arguments
    self.questions = questions
    self.details = details
    effect = declaration.effect
  }

  /// What calling it comes to, in our words.
  package var consequences: [String] {
    guard let effect else { return ["It only reads."] }
    return [
      "Risk: \(effect.risk.rawValue). \(Self.words(effect.reversibility))",
      "It reaches \(effect.audience.words).",
    ]
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
        "  \(Shown.line(argument.path)) (\(argument.role.words); \(argument.source.description)):")
      lines.append(Shown.fenced(argument.value.string ?? argument.value.canonical))
    }
    for detail in details {
      lines += ["", "Behind it, \(detail.visibleOrigin):", Shown.fenced(detail.text)]
    }
    lines += [""] + consequences
    return lines.joined(separator: "\n") + "\n"
  }

  private static func words(_ reversibility: ToolDeclaration.Reversibility) -> String {
    switch reversibility {
    case .reversible: "It can be undone, and nobody would know."
    case .compensable: "It can be made up for, but will have been seen."
    case .irreversible: "It cannot be undone."
    }
  }
}

extension ArgumentSource {
  /// The value whole, with what cannot be seen in it written out as ⟨U+…⟩; it may have several lines, each of which is the
  /// value's and none of them ours.
  package var visibleValue: String { Shown.visible(value.string ?? value.canonical) }
  package var visiblePath: String { Shown.line(path) }
}

extension Passage {
  /// Where it comes from, in the words that arguments have too.
  package var visibleOrigin: String {
    let source: ArgumentSource.Source =
      switch origin {
      case .owner: .owner
      case .system(let name): .system(name)
      case .untrusted(let place): .untrusted([place])
      }
    return source.description
  }

  /// As ``ArgumentSource/visibleValue``.
  package var visibleText: String { Shown.visible(text) }
}

extension ToolDeclaration.Parameter.Role {
  /// What an argument is for, to whoever decides on a call.
  package var words: String {
    switch self {
    case .control: "decides whom or what it reaches"
    case .body: "what is carried"
    case .harmless: "a detail"
    }
  }
}
