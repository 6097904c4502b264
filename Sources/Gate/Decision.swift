package import Effects

/// What the gate says of one call. Each reason is shown to people, and a refusal to the model too, as one sentence.
package enum Decision: Hashable, Sendable, Codable {
  case allow(Allowance)
  /// A person is to decide; all that speaks for asking them, in a fixed order, never empty.
  case ask([Question])
  /// No approval can make it good: it is not put to anybody.
  case deny(Refusal)
}

/// Why a call needs no asking.
package enum Allowance: Hashable, Sendable, Codable, CustomStringConvertible {
  /// The tool only reads, and the agent was given it.
  case reads
  /// What it does stays in the run's own folder and can be undone.
  case staysInTheRun
  /// A standing grant says: without asking, for exactly such calls.
  case grantedWithoutAsking
  /// Nothing that anybody else wrote was seen before it.
  case nothingUntrustedSeen
  /// Whom and what it reaches was named by the owner, or by a trusted system.
  case named

  package var description: String {
    switch self {
    case .reads: "It only reads, and the agent was given this tool."
    case .staysInTheRun: "What it does stays in the run's own folder and can be undone."
    case .grantedWithoutAsking: "A standing grant allows exactly such calls without asking."
    case .nothingUntrustedSeen: "The agent has seen no text by anybody but its owner and trusted systems."
    case .named:
      "Everything that decides whom and what it reaches was named by the owner or a trusted system."
    }
  }
}

/// Why a person is asked.
package enum Question: Hashable, Sendable, Codable, CustomStringConvertible {
  /// A control argument stands in a text that somebody else may have written.
  case untrustedControl(path: String, places: [String])
  /// The model made up a control argument after it had read such texts.
  case composedControl(path: String, places: [String])
  /// A control argument contains characters that cannot be seen or that look like others.
  case deceptiveCharacters(path: String)
  /// A list of targets is longer than the policy lets pass.
  case manyTargets(path: String, count: Int, most: Int)
  /// The body contains a link or an address that neither the owner nor a trusted system named.
  case foreignAddress(path: String, address: String, places: [String])
  case personalBody(path: String, audience: ToolDeclaration.Audience)
  case secretBody(path: String, audience: ToolDeclaration.Audience)
  case hardToUndo
  case highRisk
  /// So many effects of this tool in one run already.
  case manyEffects(tool: String, done: Int, most: Int)
  case manyEffectsInAll(done: Int, most: Int)
  case grantUsedUp(tool: String, most: Int)
  /// Whatever the owner granted.
  case organisationAsks(people: [String])

  package var description: String {
    switch self {
    case .untrustedControl(let path, let places):
      "\(Self.quoted(path)) is taken from a text somebody else may have written (\(Self.list(places)))."
    case .composedControl(let path, let places):
      "\(Self.quoted(path)) was made up by the model after it had read texts by others (\(Self.list(places)))."
    case .deceptiveCharacters(let path):
      "\(Self.quoted(path)) contains characters that are invisible or look like others."
    case .manyTargets(let path, let count, let most):
      "\(Self.quoted(path)) names \(count) targets at once; up to \(most) pass without asking."
    case .foreignAddress(let path, let address, let places) where places.isEmpty:
      "\(Self.quoted(path)) contains \(Shown.line(address)), which the model made up after it had read texts by others."
    case .foreignAddress(let path, let address, let places):
      "\(Self.quoted(path)) contains \(Shown.line(address)), which comes from somebody else's text (\(Self.list(places)))."
    case .personalBody(let path, let audience):
      "\(Self.quoted(path)) may carry personal data to \(audience.words)."
    case .secretBody(let path, let audience):
      "\(Self.quoted(path)) may carry a secret to \(audience.words)."
    case .hardToUndo: "It cannot be undone."
    case .highRisk: "The tool is declared to be of high risk."
    case .manyEffects(let tool, let done, let most):
      "\(tool) has had \(done) effects in this run; from \(most) on each one is asked."
    case .manyEffectsInAll(let done, let most):
      "This run has had \(done) effects; from \(most) on each one is asked."
    case .grantUsedUp(let tool, let most):
      "The grant for \(tool) is good for \(most) in one run, and they are used up."
    case .organisationAsks(let people):
      "The organisation wants one of these to approve it: \(Self.list(people))."
    }
  }

  /// Names of members are the model's words too.
  private static func quoted(_ path: String) -> String { "“\(Shown.line(path))”" }

  /// At most three places by name, so that many texts do not bury the rest of the sentence.
  private static func list(_ places: [String]) -> String {
    let named = places.prefix(3).map { Shown.line($0) }.joined(separator: ", ")
    return places.count > 3 ? "\(named) and \(places.count - 3) more" : named
  }
}

/// Why a call cannot be made, whoever approves. The list is short on purpose.
package enum Refusal: Error, Hashable, Sendable, Codable, CustomStringConvertible {
  /// The agent was not given the tool.
  case notGranted(tool: String)
  case expired(tool: String)
  /// The agent was given the tool, but not for these arguments.
  case outsideGrant(tool: String, path: String)
  /// The organisation does not let any agent make this call.
  case outsideOrganisation(tool: String)
  case secretToAnybody(path: String)
  case invalid(ArgumentError)

  package var description: String {
    switch self {
    case .notGranted(let tool):
      "This agent was not given \(Shown.line(tool)); list it under tools in its AGENT.md to give it."
    case .expired(let tool):
      "The grant for \(tool) has expired; its owner can renew it in AGENT.md."
    case .outsideGrant(let tool, let path):
      "This agent was given \(tool), but not with this “\(path)”; its grants in AGENT.md say with which."
    case .outsideOrganisation(let tool):
      "The organisation lets no agent make this call of \(tool)."
    case .secretToAnybody(let path):
      "“\(path)” may carry a secret to anybody; secrets never leave the organisation this way."
    case .invalid(let error): error.description
    }
  }
}

extension ToolDeclaration.Audience {
  package var words: String {
    switch self {
    case .run: "the run's own folder"
    case .organisation(let name): "everybody who uses \(name)"
    case .anybody: "whoever the arguments name, also outside the organisation"
    }
  }
}

extension Allowance {
  /// The case's name: stable, for counting and for whoever looks an answer up.
  package var code: String {
    switch self {
    case .reads: "reads"
    case .staysInTheRun: "staysInTheRun"
    case .grantedWithoutAsking: "grantedWithoutAsking"
    case .nothingUntrustedSeen: "nothingUntrustedSeen"
    case .named: "named"
    }
  }
}

extension Question {
  /// The case's name: stable, for counting and for whoever looks an answer up.
  package var code: String {
    switch self {
    case .untrustedControl: "untrustedControl"
    case .composedControl: "composedControl"
    case .deceptiveCharacters: "deceptiveCharacters"
    case .manyTargets: "manyTargets"
    case .foreignAddress: "foreignAddress"
    case .personalBody: "personalBody"
    case .secretBody: "secretBody"
    case .hardToUndo: "hardToUndo"
    case .highRisk: "highRisk"
    case .manyEffects: "manyEffects"
    case .manyEffectsInAll: "manyEffectsInAll"
    case .grantUsedUp: "grantUsedUp"
    case .organisationAsks: "organisationAsks"
    }
  }
}

extension Refusal {
  /// The case's name: stable, for counting and for whoever looks an answer up.
  package var code: String {
    switch self {
    case .notGranted: "notGranted"
    case .expired: "expired"
    case .outsideGrant: "outsideGrant"
    case .outsideOrganisation: "outsideOrganisation"
    case .secretToAnybody: "secretToAnybody"
    case .invalid: "invalid"
    }
  }
}
