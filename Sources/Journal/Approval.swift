package import Effects
package import Ledger

package struct ApprovalID: RawRepresentable, Hashable, Comparable, Sendable, Codable, CustomStringConvertible
{
  package var rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }
  package var description: String { String(rawValue) }
  package static func < (a: ApprovalID, b: ApprovalID) -> Bool { a.rawValue < b.rawValue }
}

/// A person's leave for one call, once, for a time: asked for, given or not, and used up.
package struct Approval: Hashable, Sendable {
  package var id: ApprovalID
  package var run: RunID
  package var step: Int
  /// Of the declaration, every argument and the policy. It holds for nothing else.
  package var fingerprint: Fingerprint
  package var shown: Kept<ShownCall>
  package var approvers: Approvers
  package var requested: Instant
  /// Until when it can be decided while it is pending, and used once it is approved. Timeout is no.
  package var expires: Instant
  package var state: State
  package var decidedBy: AccountID?
  package var decided: Instant?
  package var via: Channel?

  package init(
    id: ApprovalID, run: RunID, step: Int, fingerprint: Fingerprint, shown: Kept<ShownCall>,
    approvers: Approvers, requested: Instant, expires: Instant, state: State, decidedBy: AccountID? = nil,
    decided: Instant? = nil, via: Channel? = nil
  ) {
    self.id = id
    self.run = run
    self.step = step
    self.fingerprint = fingerprint
    self.shown = shown
    self.approvers = approvers
    self.requested = requested
    self.expires = expires
    self.state = state
    self.decidedBy = decidedBy
    self.decided = decided
    self.via = via
  }

  package enum State: String, Hashable, Sendable, Codable, CaseIterable {
    case pending, approved, denied, expired, consumed

    package var isFinal: Bool {
      switch self {
      case .pending, .approved: false
      case .denied, .expired, .consumed: true
      }
    }
  }

  /// Where a decision was made.
  package enum Channel: String, Hashable, Sendable, Codable, CaseIterable {
    case web
    case commandLine = "command-line"
    case slack
  }
}

/// Who may decide.
package struct Approvers: Hashable, Sendable, Codable {
  package var accounts: Set<AccountID>
  /// Whether the run's own person may not, even if they are among these.
  package var isSeparate: Bool

  package init(_ accounts: Set<AccountID>, isSeparate: Bool = false) {
    self.accounts = accounts
    self.isSeparate = isSeparate
  }

  package func include(_ account: AccountID, owner: AccountID) -> Bool {
    accounts.contains(account) && !(isSeparate && account == owner)
  }
}

/// A call as the person sees it who is to decide: every argument with where it came from, and the whole body.
package struct ShownCall: Hashable, Sendable, Codable {
  package var tool: String
  /// What it does, in the tool's words and the gate's: never the model's.
  package var sentence: String
  package var arguments: [Argument]
  package var risk: ToolDeclaration.Risk
  package var reversibility: ToolDeclaration.Reversibility

  package init(
    tool: String, sentence: String, arguments: [Argument], risk: ToolDeclaration.Risk,
    reversibility: ToolDeclaration.Reversibility
  ) {
    self.tool = tool
    self.sentence = sentence
    self.arguments = arguments
    self.risk = risk
    self.reversibility = reversibility
  }

  package struct Argument: Hashable, Sendable, Codable {
    package var name: String
    package var value: JSON
    package var role: ToolDeclaration.Parameter.Role
    /// Where it was found; the model itself where that is nowhere.
    package var sources: [Origin]
    package var labels: Labels

    package init(
      name: String, value: JSON, role: ToolDeclaration.Parameter.Role, sources: [Origin], labels: Labels = []
    ) {
      self.name = name
      self.value = value
      self.role = role
      self.sources = sources
      self.labels = labels
    }
  }
}

/// What is asked.
package struct ApprovalRequest: Hashable, Sendable {
  package var step: Int
  package var fingerprint: Fingerprint
  package var shown: ShownCall
  package var approvers: Approvers
  /// How long somebody has to decide.
  package var answerWithin: Duration
  /// How long after the decision it may be used.
  package var useWithin: Duration

  package init(
    step: Int, fingerprint: Fingerprint, shown: ShownCall, approvers: Approvers,
    answerWithin: Duration = .hours(8), useWithin: Duration = .minutes(15)
  ) {
    self.step = step
    self.fingerprint = fingerprint
    self.shown = shown
    self.approvers = approvers
    self.answerWithin = answerWithin
    self.useWithin = useWithin
  }
}

package enum Verdict: String, Hashable, Sendable, Codable {
  case approved, denied
}
