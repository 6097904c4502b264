/// What a tool is, does and can do harm with: written by whoever wrote the tool, read by the gate. A model is shown the
/// name, the summary and the parameters; nothing that it says changes any of this.
package struct ToolDeclaration: Hashable, Sendable, Codable {
  /// Lower case, digits and `_`, at most 64: `deploy`, `git_log`. Unique within a run.
  package var name: String
  /// One or two sentences for the model: what it does and when to use it.
  package var summary: String
  package var parameters: [Parameter]
  /// What leaves the run when it is called; `nil` for a tool that only reads from where the run may read anyway.
  package var effect: Effect?
  /// Who could have written what it gives back, at worst.
  package var answers: Trust

  package init(
    name: String, summary: String, parameters: [Parameter], effect: Effect? = nil, answers: Trust
  ) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.effect = effect
    self.answers = answers
  }

  package enum Trust: Hashable, Sendable, Codable {
    /// The tool itself, or a system of this name that the organisation trusts.
    case system(String)
    /// Anybody.
    case untrusted
  }

  package struct Parameter: Hashable, Sendable, Codable {
    package var name: String
    /// JSON Schema (2020-12) of its value, as shown to the model.
    package var schema: JSON
    package var role: Role
    package var isRequired: Bool

    package init(_ name: String, _ schema: JSON, role: Role, isRequired: Bool = true) {
      self.name = name
      self.schema = schema
      self.role = role
      self.isRequired = isRequired
    }

    package enum Role: String, Hashable, Sendable, Codable {
      /// Whom or what the effect reaches, and how much of it: recipient, path, address, amount, version.
      case control
      /// What is carried there: a message's text, a file's content.
      case body
      /// Neither: a limit of lines, an order of a list. Any value of its schema does the same good or harm.
      case harmless
    }
  }

  package struct Effect: Hashable, Sendable, Codable {
    package var kind: EffectClass
    package var risk: Risk
    package var reversibility: Reversibility
    package var audience: Audience

    package init(_ kind: EffectClass, risk: Risk, reversibility: Reversibility, audience: Audience) {
      self.kind = kind
      self.risk = risk
      self.reversibility = reversibility
      self.audience = audience
    }
  }

  package enum Risk: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    case low, medium, high

    package static func < (a: Risk, b: Risk) -> Bool {
      switch (a, b) {
      case (.low, .medium), (.low, .high), (.medium, .high): true
      default: false
      }
    }
  }

  package enum Reversibility: String, Hashable, Sendable, Codable, CaseIterable {
    /// The tool can undo it, and nobody would know.
    case reversible
    /// Another effect makes up for it, which is seen: a deployment rolled back.
    case compensable
    case irreversible
  }

  /// Who can come to know what is carried.
  package enum Audience: Hashable, Sendable, Codable {
    /// Nobody: it stays in the run's own folder.
    case run
    /// Whoever uses a system of the organisation's, by name.
    case organisation(String)
    /// Whoever the control arguments name: hosts, addresses, people outside.
    case anybody
  }
}

/// What is known of an effect after a crash between the intent and the answer.
package enum EffectClass: String, Hashable, Sendable, Codable, CaseIterable {
  /// Doing it again changes nothing: reading, or writing the same bytes to the same place.
  case pure
  /// The peer takes our effect id and does it once, however often it is asked.
  case keyed
  /// The peer can be asked whether the effect with our id has happened.
  case queryable
  /// Neither. It is never repeated without a person.
  case blind
}
