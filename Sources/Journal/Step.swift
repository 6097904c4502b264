package import Effects
package import Ledger

/// One thing that a run did: an answer that a model gave, or a call of a tool.
package struct Step: Hashable, Sendable {
  package var run: RunID
  /// From 1, in the order in which the run's course has them.
  package var number: Int
  package var kind: Kind
  package var state: State
  /// Under which it was last worked on.
  package var epoch: Int64
  /// How often it was sent off; 1 as a rule.
  package var attempts: Int
  /// For calls; made of run, number, tool and arguments, so that equal ones mean that nothing has changed.
  package var effect: EffectID?
  package var authority: Authority?
  package var begun: Instant
  package var concluded: Instant?
  /// Why it failed, is uncertain or was skipped: a sentence without content or secrets.
  package var reason: String?
  /// A model's answer, as the runtime has it.
  package var answer: Kept<JSON>
  /// A call's.
  package var arguments: Kept<JSON>
  package var result: Kept<ToolResult>

  package init(
    run: RunID, number: Int, kind: Kind, state: State, epoch: Int64, attempts: Int = 1,
    effect: EffectID? = nil, authority: Authority? = nil, begun: Instant, concluded: Instant? = nil,
    reason: String? = nil, answer: Kept<JSON> = .none, arguments: Kept<JSON> = .none,
    result: Kept<ToolResult> = .none
  ) {
    self.run = run
    self.number = number
    self.kind = kind
    self.state = state
    self.epoch = epoch
    self.attempts = attempts
    self.effect = effect
    self.authority = authority
    self.begun = begun
    self.concluded = concluded
    self.reason = reason
    self.answer = answer
    self.arguments = arguments
    self.result = result
  }

  package enum Kind: Hashable, Sendable {
    case answer(model: String)
    case effect(tool: String, EffectClass)
  }

  package enum State: String, Hashable, Sendable, Codable, CaseIterable {
    /// Written down; whether it happened is not known yet.
    case intent
    case done
    /// It did not happen.
    case failed
    /// It may have happened: a person has to say.
    case uncertain
    /// It was not tried: denied, stopped, or a person said so of an uncertain one.
    case skipped

    /// Whether it never changes again.
    package var isFinal: Bool {
      switch self {
      case .intent, .uncertain: false
      case .done, .failed, .skipped: true
      }
    }
  }

  /// The call as the tool is given it; `nil` where the arguments are not whole any more.
  package var call: ToolCall? {
    guard case .effect(let tool, _) = kind, let effect, let arguments = arguments.whole else { return nil }
    return ToolCall(tool: tool, arguments: arguments, effect: effect)
  }
}

/// By what right an effect is made.
package enum Authority: Hashable, Sendable, Codable {
  /// The tool declares no effect. The journal checks that.
  case harmless
  /// A standing grant, in the words in which the gate names it.
  case grant(String)
  /// A person's word on exactly this call. The journal checks and consumes it.
  case approval(ApprovalID)
}

/// What is written down before a tool is called.
package struct Intention: Hashable, Sendable {
  package var step: Int
  package var declaration: ToolDeclaration
  package var arguments: JSON
  /// By the arguments' names. What is `secret` is not written down.
  package var labels: [String: Labels]
  /// The version of all else that the decision hung on: the gate's policy, the agent's folder.
  package var policy: String
  package var authority: Authority

  package init(
    step: Int, declaration: ToolDeclaration, arguments: JSON, labels: [String: Labels] = [:],
    policy: String, authority: Authority
  ) {
    self.step = step
    self.declaration = declaration
    self.arguments = arguments
    self.labels = labels
    self.policy = policy
    self.authority = authority
  }

  /// What an approval must be bound to; made here, so that it is always of what is done.
  package var fingerprint: Fingerprint { Fingerprint(of: declaration, arguments: arguments, policy: policy) }

  package var effectClass: EffectClass { declaration.effect?.kind ?? .pure }

  package func call(of run: RunID) -> ToolCall {
    ToolCall(
      tool: declaration.name, arguments: arguments,
      effect: EffectID(run: run.rawValue, step: step, tool: declaration.name, arguments: arguments))
  }
}

/// What became of an intention.
package enum Intended: Hashable, Sendable {
  /// It is written down and synced: to be performed now, once.
  case begun(ToolCall)
  /// The step is there already, from before a crash: to be replayed from what it says or, where it is still an
  /// intent, to be seen to by ``Recovery``.
  case known(Step)
}

/// How a call ended.
package enum Conclusion: Hashable, Sendable {
  case done(ToolResult)
  /// It did not happen.
  case failed(String)
  /// It may have.
  case uncertain(String)
}

/// A model's answer with what it used.
package struct Answer: Hashable, Sendable {
  package var step: Int
  package var model: String
  /// As the runtime needs it to go on without asking again.
  package var content: JSON
  /// One for each call of a model that it took, lost and repeated ones included.
  package var usage: [ModelUse]

  package init(step: Int, model: String, content: JSON, usage: [ModelUse]) {
    self.step = step
    self.model = model
    self.content = content
    self.usage = usage
  }
}

/// What a person says of an uncertain effect.
package enum Resolution: String, Hashable, Sendable, Codable {
  case happened
  case didNotHappen = "did-not-happen"
}
