package import Ledger

/// Why the journal did not do what it was asked to. Nothing was written then.
package enum JournalError: Error, Hashable, Sendable {
  /// The database cannot be read or written: what it says itself.
  case storage(String)
  case noRun(RunID)
  case noStep(RunID, Int)
  case noApproval(ApprovalID)
  case noOutcome(OutcomeID)
  /// Another executor has the run, and renewed it lately.
  case taken(RunID, by: String)
  /// Another executor has taken the run over: whoever gets this is to stop at once.
  case superseded(RunID)
  case stopped(Stop.Scope, reason: String)
  case over(RunID, RunStatus)
  /// Executor after executor died over it; it is dead now.
  case givenUp(RunID, takeovers: Int)
  /// The run did not do again what it had done before the crash. It is dead now.
  case otherThanBefore(RunID, step: Int)
  /// The approval was for another call, or for the same with one byte else.
  case otherThanApproved(ApprovalID)
  case notUsable(ApprovalID, Approval.State)
  case notNeeded(ApprovalID, Approval.State)
  case mayNotDecide(ApprovalID, AccountID, isOwner: Bool)
  /// A tool that declares an effect was to be called by nobody's leave.
  case noAuthority(tool: String)
  case wrongState(RunID, step: Int, Step.State)
  case attemptsUsedUp(RunID, step: Int, attempts: Int)
  /// Its arguments are not whole any more: secrets in them were withheld, or their time is over.
  case notWhole(RunID, step: Int)
  case wrongOutcome(OutcomeID, Outcome.State, to: Outcome.State)
  case overBudget(SpendBudget.Scope, left: NanoDollars, asked: NanoDollars)
  case tooLarge(String, bytes: Int, most: Int)
  case broken(ChainCheck.Break)
}

extension JournalError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .storage(let text): text
    case .noRun(let run): "There is no run \(run). `assay agent runs` lists those there are."
    case .noStep(let run, let step):
      "Run \(run) has no step \(step). `assay agent show \(run)` lists its steps."
    case .noApproval(let id): "There is no approval \(id)."
    case .noOutcome(let id): "There is no outcome \(id)."
    case .taken(let run, let executor):
      "Run \(run) is being carried out by \(executor). It can be taken over once that has not been heard of for a while."
    case .superseded(let run):
      "Run \(run) has been taken over by another executor, because this one was not heard of in time. Nothing more of it is written from here."
    case .stopped(let scope, let reason): "STOP for \(scope): \(reason)"
    case .over(let run, let status): "Run \(run) is over: \(status.rawValue). Begin another."
    case .givenUp(let run, let takeovers):
      "Run \(run) was given up: \(takeovers) executors in a row died over it. Look at its last step with `assay agent show \(run)`."
    case .otherThanBefore(let run, let step):
      "Run \(run) was given up: after a crash, step \(step) was another call than before. What had been done stays as it is written down."
    case .otherThanApproved(let id):
      "Approval \(id) was given for another call. Every change of tool, arguments or policy needs a new one."
    case .notUsable(let id, let state): "Approval \(id) cannot be used: it is \(state.rawValue)."
    case .notNeeded(let id, let state): "Approval \(id) is \(state.rawValue) already; nothing has changed."
    case .mayNotDecide(let id, _, let isOwner):
      isOwner
        ? "Approval \(id) has to come from somebody else than the person whose run it is."
        : "Approval \(id) is not yours to give. Its page says who may."
    case .noAuthority(let tool):
      "\(tool) has an effect, and there was neither a grant nor an approval for it. It was not called."
    case .wrongState(let run, let step, let state):
      "Step \(step) of run \(run) is \(state.rawValue); nothing has changed."
    case .attemptsUsedUp(let run, let step, let attempts):
      "Step \(step) of run \(run) was tried \(attempts) times. Somebody has to look at it."
    case .notWhole(let run, let step):
      "Step \(step) of run \(run) cannot be repeated from what is written down: what was secret in it was not kept. Somebody has to say whether it happened."
    case .wrongOutcome(let id, let state, let to):
      "Outcome \(id) is \(state.rawValue), and cannot become \(to.rawValue)."
    case .overBudget(let scope, let left, let asked):
      "The budget of \(scope) has \(Self.dollars(left)) left, and the next call may cost \(Self.dollars(asked))."
    case .tooLarge(let what, let bytes, let most):
      "\(what) has \(bytes) bytes; the journal keeps \(most) at most."
    case .broken(let link): link.description
    }
  }

  private static func dollars(_ amount: NanoDollars) -> String {
    let sign = amount.count < 0 ? "-" : ""
    let cents = (amount.count.magnitude + 5_000_000) / 10_000_000
    let rest = cents % 100
    return "\(sign)$\(cents / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}
