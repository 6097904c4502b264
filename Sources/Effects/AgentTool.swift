/// A hand of an agent's: made for one run, with that run's folder, grants and credentials in it. Whether it may be
/// called is not its business but the gate's; that it is called once is the journal's.
package protocol AgentTool: Sendable {
  var declaration: ToolDeclaration { get }

  /// Whom the organisation wants asked before such a call, whatever its owner granted: mail addresses. Empty where that is
  /// left to the owner.
  func approvers(of arguments: JSON) -> [String]

  /// What a person is shown beside the arguments who is asked for such a call: what is behind the name of a plan. It
  /// changes nothing.
  ///
  /// - Throws: Why the call would come to nothing as things are; then nobody is asked.
  func explain(_ arguments: JSON) async throws(ToolFailure) -> [Passage]

  /// Does it. Ends early, with `uncertain` where need be, when the task is cancelled.
  func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult

  /// Whether the effect of an earlier, broken-off `perform` with the same effect id happened. Asked of queryable
  /// effects only.
  func find(_ call: ToolCall) async throws(ToolFailure) -> EffectFinding

  /// Takes an effect back, as far as the declaration promises.
  ///
  /// - Parameter handle: What `perform` gave as `undo`.
  func undo(_ handle: JSON, of effect: EffectID) async throws(ToolFailure) -> ToolResult
}

extension AgentTool {
  package func approvers(of arguments: JSON) -> [String] { [] }

  package func explain(_ arguments: JSON) async throws(ToolFailure) -> [Passage] { [] }

  package func find(_ call: ToolCall) async throws(ToolFailure) -> EffectFinding { .cannotTell }

  package func undo(_ handle: JSON, of effect: EffectID) async throws(ToolFailure) -> ToolResult {
    throw .refused("\(declaration.name) cannot be undone.")
  }
}

/// One call of a tool, as it is performed: after the gate, after the journal.
package struct ToolCall: Hashable, Sendable, Codable {
  package var tool: String
  /// An object with a member for each argument given.
  package var arguments: JSON
  package var effect: EffectID
  /// How often it was sent off, this time included: from the second on, some of it may have been done.
  package var attempt: Int

  package init(tool: String, arguments: JSON, effect: EffectID, attempt: Int = 1) {
    self.tool = tool
    self.arguments = arguments
    self.effect = effect
    self.attempt = attempt
  }
}

/// What a tool gave back.
package struct ToolResult: Hashable, Sendable, Codable {
  /// What the model is shown, by origin.
  package var passages: [Passage]
  /// What undoing takes; `nil` where there is nothing to undo or no way.
  package var undo: JSON?
  /// What is to be watched from now on, each until it held or not.
  package var follows: [Followed]

  package init(_ passages: [Passage], undo: JSON? = nil, follows: [Followed] = []) {
    self.passages = passages
    self.undo = undo
    self.follows = follows
  }

  /// An outcome that an effect began.
  package struct Followed: Hashable, Sendable, Codable {
    /// `deployment`, `mail-thread`, `change`.
    package var kind: String
    /// Its name where it is observed, which the kind says how to read.
    package var subject: String
    package var holdFor: Duration

    package init(kind: String, subject: String, holdFor: Duration) {
      self.kind = kind
      self.subject = subject
      self.holdFor = holdFor
    }
  }
}

/// Why a call gave nothing back. What is said is shown to the model and to people: no secrets, no content.
package enum ToolFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// It did not happen, and will not of itself: wrong arguments, nothing there, the peer said no.
  case refused(String)
  /// It did not happen; the same call may succeed later.
  case unavailable(String)
  /// It may have happened: the answer did not come.
  case uncertain(String)

  package var description: String {
    switch self {
    case .refused(let text), .unavailable(let text), .uncertain(let text): text
    }
  }
}

/// What a peer says of an effect after a crash.
package enum EffectFinding: Hashable, Sendable {
  case happened(ToolResult)
  case didNotHappen
  /// It cannot be asked, or may still be under way.
  case cannotTell
}
