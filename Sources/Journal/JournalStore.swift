package import Effects
package import Ledger

/// Where runs are written down: before anything happens, and what came of it. Several processes may use one at once; each
/// function is one transaction, synced before it returns.
///
/// Whatever is written under a ``Claim`` is turned away with ``JournalError/superseded(_:)`` once another executor has
/// taken the run.
package protocol JournalStore: Sendable {
  // MARK: Runs

  /// Begins a run, or gives the one that there is of the same agent and occurrence.
  ///
  /// - Throws: ``JournalError/stopped(_:reason:)`` while the agent, or all of them, are stopped.
  func begin(_ request: RunRequest) throws(JournalError) -> Run

  /// Takes a run that nobody has, or whose executor has not renewed it in time.
  ///
  /// A run that was stopped meanwhile is ended by this, and one that executors died over too often given up.
  ///
  /// - Parameters:
  ///   - executor: A name of the process, in words that help whoever looks for it.
  ///   - lease: How long others leave it alone unless it is renewed, on the machine's own clock.
  func claim(_ run: RunID, by executor: String, lease: Duration) throws(JournalError) -> Claim
  func renew(_ claim: Claim, for lease: Duration) throws(JournalError)

  /// Lets others have it: it waits. If what it waits for has come meanwhile, it is queued at once.
  func release(_ claim: Claim, awaiting: Awaited, because reason: String) throws(JournalError)

  /// Ends it. What is an intent still becomes uncertain, what is asked for is withdrawn, and the time of its content
  /// begins to run.
  func finish(_ claim: Claim, as ending: RunEnding, because reason: String) throws(JournalError)

  /// Runs that somebody should claim now: queued ones, those whose executor is gone, those whose time has come.
  func claimable(limit: Int) throws(JournalError) -> [RunID]

  // MARK: Steps

  /// Writes down what a model said, with what it used, before any of its calls is looked at: all of it, or nothing. A step
  /// that is there already stays as it is, and nothing is used twice.
  ///
  /// - Parameter settling: What was held for all of it.
  func recordAnswers(
    _ answers: [Answer], settling: Reservation?, withholding secrets: Set<String>, of claim: Claim
  ) throws(JournalError)

  /// Writes down that a tool is about to be called: checks in one transaction that the claim holds, that nothing is
  /// stopped and, if it hangs on an approval, that this is approved for exactly this call, in time, and not used yet;
  /// and uses it up.
  ///
  /// - Throws: ``JournalError/otherThanBefore(_:step:)`` if the step is there with another call: the run is dead then.
  func intend(
    _ intention: Intention, withholding secrets: Set<String>, of claim: Claim
  ) throws(JournalError) -> Intended

  /// Writes down that an intent is sent off again, under the same effect id. What is blind is refused.
  ///
  /// - Parameter atMost: How often it may be sent off in all.
  func retry(_ step: Int, atMost: Int, of claim: Claim) throws(JournalError) -> ToolCall

  /// Writes down how a call ended, and begins to follow its outcome. It is let through while the run is being stopped:
  /// what happened, happened.
  func conclude(
    _ step: Int, as conclusion: Conclusion, withholding secrets: Set<String>, of claim: Claim
  ) throws(JournalError)

  /// Writes down that a call was not made: the gate or a person said no, and why.
  func skip(
    _ intention: Intention, because reason: String, withholding secrets: Set<String>, of claim: Claim
  ) throws(JournalError)

  /// A person says what became of an uncertain effect; the run goes on from there.
  func resolve(
    _ step: Int, in run: RunID, as resolution: Resolution, by account: AccountID, via: Approval.Channel
  ) throws(JournalError) -> Step

  // MARK: Approvals

  /// Asks for a leave. Asked again for the same step and call, it is the one that there is, whatever became of it.
  func requestApproval(
    _ request: ApprovalRequest, withholding secrets: Set<String>, of claim: Claim
  ) throws(JournalError) -> Approval

  /// Decides, if nobody has and there is time; of several at once one does.
  func decide(
    _ id: ApprovalID, _ verdict: Verdict, by account: AccountID, via: Approval.Channel
  ) throws(JournalError) -> Approval

  func approval(_ id: ApprovalID) throws(JournalError) -> Approval
  /// Those to be decided, the oldest first; those that a person may decide, if one is named.
  func pendingApprovals(for account: AccountID?) throws(JournalError) -> [Approval]
  func approvals(of run: RunID) throws(JournalError) -> [Approval]

  // MARK: Stop

  /// From its return on no process writes down an intent of what it names.
  func stop(_ scope: Stop.Scope, by account: AccountID, because reason: String) throws(JournalError) -> Stop
  /// Lets new runs in again.
  func lift(_ scope: Stop.Scope, by account: AccountID) throws(JournalError)
  /// What stops a run; cheap, for executors to ask while a call is under way.
  func stop(of run: RunID) throws(JournalError) -> Stop?
  /// Those in force for new runs, too.
  func stops() throws(JournalError) -> [Stop]

  // MARK: Money

  /// Holds money and tokens for the next calls of a model, if all of these budgets and limits have them.
  func reserve(
    _ amount: NanoDollars, tokens: Int64, within budgets: [SpendBudget], limits: [TokenLimit], of claim: Claim
  ) throws(JournalError) -> Reservation
  /// The call was not made.
  func release(_ reservation: Reservation, of claim: Claim) throws(JournalError)
  func spend(_ scope: SpendBudget.Scope, since: Instant?) throws(JournalError) -> RunSpend

  // MARK: Outcomes

  /// - Throws: ``JournalError/wrongOutcome(_:_:to:)`` if it is not a state that may follow.
  func change(
    _ outcome: OutcomeID, to state: Outcome.State, evidence: String
  ) throws(JournalError) -> Outcome
  func outcomes(of run: RunID) throws(JournalError) -> [Outcome]
  /// Those that are watched still, the oldest first.
  func openOutcomes() throws(JournalError) -> [Outcome]

  // MARK: Looking

  func run(_ id: RunID) throws(JournalError) -> Run
  /// The newest first.
  func runs(of filter: RunFilter, limit: Int) throws(JournalError) -> [Run]
  func steps(of run: RunID) throws(JournalError) -> [Step]
  /// From one of them on: for whoever knows those before.
  func steps(of run: RunID, from first: Int) throws(JournalError) -> [Step]
  /// The same, and what stops the run, as of one moment: for executors to ask before every step.
  func progress(of run: RunID, from first: Int) throws(JournalError) -> (stop: Stop?, steps: [Step])
  func step(_ number: Int, of run: RunID) throws(JournalError) -> Step
  /// Effects that wait for a person's word, of all runs.
  func uncertain() throws(JournalError) -> [Step]
  func events(of run: RunID) throws(JournalError) -> [JournalEvent]

  // MARK: The chain

  func head() throws(JournalError) -> ChainHead
  /// Goes over the whole chain.
  ///
  /// - Throws: ``JournalError/broken(_:)`` with the first link that is wrong.
  func verify() throws(JournalError) -> ChainCheck

  /// Lets go of content whose time is over.
  ///
  /// - Returns: How many pieces that were.
  func expireContent() throws(JournalError) -> Int
}

/// Which runs.
package struct RunFilter: Hashable, Sendable {
  package var account: AccountID?
  package var agent: String?
  package var statuses: Set<RunStatus>

  package init(
    account: AccountID? = nil, agent: String? = nil, statuses: Set<RunStatus> = Set(RunStatus.allCases)
  ) {
    self.account = account
    self.agent = agent
    self.statuses = statuses
  }
}

extension JournalStore {
  package func recordAnswer(
    _ answer: Answer, settling: Reservation?, withholding secrets: Set<String>, of claim: Claim
  ) throws(JournalError) {
    try recordAnswers([answer], settling: settling, withholding: secrets, of: claim)
  }

  /// Where tokens are not limited.
  package func reserve(
    _ amount: NanoDollars, within budgets: [SpendBudget], of claim: Claim
  ) throws(JournalError) -> Reservation {
    try reserve(amount, tokens: 0, within: budgets, limits: [], of: claim)
  }
}
