package import AgentFolder
import Effects
package import Gate
package import Journal
package import Ledger
import Memory
package import ModelClient
import SlackClient

/// Makes of an agent's folder, the organisation's settings and a run what carries the run out: the tools that the folder
/// lists and no others, the gate over them, the model's endpoint, and what may be spent.
package struct AgentWorkshop: Sendable {
  /// Where a model is asked for, and as whom.
  package typealias Endpoint =
    @Sendable (AgentSettings.Model, Run) async throws(AgentProblem) -> ModelEndpoint

  package var roster: AgentRoster
  package var policy: Policy
  package var bench: AgentWorkbench
  /// The accounts of people by their mail addresses; `nil` for nobody here.
  package var account: @Sendable (_ mail: String) throws(AgentProblem) -> AccountID?
  /// What people call whoever has an account.
  package var name: @Sendable (AccountID) -> String
  package var endpoint: Endpoint
  package var journal: any JournalStore
  package var now: @Sendable () -> Instant

  package init(
    roster: AgentRoster, policy: Policy, bench: AgentWorkbench, journal: any JournalStore,
    account: @escaping @Sendable (String) throws(AgentProblem) -> AccountID?,
    name: @escaping @Sendable (AccountID) -> String, endpoint: @escaping Endpoint,
    now: @escaping @Sendable () -> Instant
  ) {
    self.roster = roster
    self.policy = policy
    self.bench = bench
    self.journal = journal
    self.account = account
    self.name = name
    self.endpoint = endpoint
    self.now = now
  }

  /// - Throws: ``AgentProblem`` with what is in the way: a folder that cannot be used, a tool that there is not.
  package func prepare(_ run: Run) async throws(AgentProblem) -> AgentAtWork {
    let folder = try roster.folder(named: run.agent)
    let settings = folder.settings
    if let span = DreamSpan(occurrence: run.occurrence) {
      return try await dreaming(run, of: folder, over: span)
    }
    let mailbox = try bench.mail.mailbox(of: folder, for: run, account: account)
    var tools: [any AgentTool]
    var grants = settings.allGrants
    let planned = PlannedCourse(journalled: run.planned)
    if let parent = run.parent, planned?.isUndoing ?? false {
      // What it takes back lies in the folder of the run that did it.
      let (done, steps) = try past(parent)
      // Nothing that a tool server did can be taken back; none is started for it.
      tools = try await bench.tools(of: folder, for: done, over: mailbox, remote: false)
      tools.append(UndoTool(steps: steps, tools: tools))
      // Whoever asks for an undo has said all that there is to be asked.
      grants.append(Grant(UndoTool.name, withoutAsking: true))
    } else {
      tools = try await bench.tools(of: folder, for: run, over: mailbox)
      grants = ToolServerBench.expanded(grants, over: tools.map(\.declaration.name))
    }
    if planned == nil {
      // What may be put back unasked is what the watch saw fall ill. That a model wants it proves nothing: it has read
      // texts by others.
      for index in grants.indices where grants[index].tool == "rollback" {
        grants[index].withoutAsking = false
      }
    }
    var agent = AgentAtWork(
      name: folder.name, folder: folder.hash, instructions: folder.told, tools: tools,
      gate: Gate(policy: policy, grants: grants), endpoint: try await endpoint(settings.model, run),
      budgets: budgets(settings.budget, run), approvers: try approvers(settings.approvers, run),
      person: name(run.account), secrets: bench.secrets)
    agent.tokenLimits = tokenLimits(settings.budget, run)
    agent.accounts = accounts(of:)
    if let mailbox, let triage = bench.mail.triage(of: folder, over: mailbox, for: run) {
      agent.triage = triage
      if run.occurrence?.hasPrefix(MailService.occurrence) ?? false { agent.triage?.digestsFrom = 5 }
      agent.triage?.tells = tools.contains { $0.declaration.name == SlackTellTool.name }
      agent.gate.policy = triage.limited(policy)
    }
    return agent
  }

  /// A run that consolidates what was learned. It has one tool, over the memory, and Assay's own instructions: whatever
  /// the agent may do otherwise, it cannot do asleep.
  private func dreaming(
    _ run: Run, of folder: AgentFolder, over span: DreamSpan
  ) async throws(AgentProblem) -> AgentAtWork {
    guard let memory = bench.memory else { throw AgentProblem("Nothing is remembered here.") }
    let settings = folder.settings
    let tool = try memory.proposing(for: run, over: span, isApplied: settings.memory?.isUnasked ?? false)
    var agent = AgentAtWork(
      name: folder.name, folder: folder.hash, instructions: ProposeMemoryTool.instructions, tools: [tool],
      gate: Gate(policy: policy, grants: [Grant(ProposeMemoryTool.name)]),
      endpoint: try await endpoint(settings.model, run), budgets: budgets(settings.budget, run),
      approvers: Approvers([run.account]), person: name(run.account), secrets: bench.secrets)
    agent.tokenLimits = tokenLimits(settings.budget, run)
    return agent
  }

  private func past(_ run: RunID) throws(AgentProblem) -> (Run, [Step]) {
    do throws(JournalError) { return (try journal.run(run), try journal.steps(of: run)) } catch {
      throw AgentProblem("\(error)")
    }
  }

  private var day: Instant { Instant(milliseconds: now().milliseconds / 86_400_000 * 86_400_000) }

  private func tokenLimits(_ budget: AgentSettings.Budget, _ run: Run) -> [TokenLimit] {
    [
      budget.run.tokens.map { TokenLimit(.run(run.id), since: run.begun, tokens: Int64($0)) },
      budget.day.tokens.map { TokenLimit(.agent(run.agent), since: day, tokens: Int64($0)) },
    ].compactMap(\.self)
  }

  private func budgets(_ budget: AgentSettings.Budget, _ run: Run) -> [SpendBudget] {
    var budgets: [SpendBudget] = []
    if let money = budget.run.money {
      budgets.append(SpendBudget(.run(run.id), since: run.begun, amount: money))
    }
    if let money = budget.day.money {
      budgets.append(SpendBudget(.agent(run.agent), since: day, amount: money))
    }
    return budgets
  }

  private func approvers(_ approvers: AgentSettings.Approvers, _ run: Run) throws(AgentProblem) -> Approvers {
    guard !approvers.people.isEmpty else {
      return Approvers([run.account], isSeparate: approvers.mustBeAnother)
    }
    return Approvers(try accounts(of: approvers.people), isSeparate: approvers.mustBeAnother)
  }

  private func accounts(of mails: [String]) throws(AgentProblem) -> Set<AccountID> {
    var accounts: Set<AccountID> = []
    for mail in mails {
      guard let account = try account(mail) else {
        throw AgentProblem("\(mail), who has to approve, is not in the directory.")
      }
      accounts.insert(account)
    }
    return accounts
  }
}

extension AgentFolder {
  /// What the model is told: the instructions, and which skills there are.
  fileprivate var told: String {
    guard !skills.isEmpty else { return instructions }
    return instructions + "\n\n# Skills\n"
      + skills.map { "\n## \($0.name)\n\($0.description)\n\n\($0.instructions)\n" }.joined()
  }
}
