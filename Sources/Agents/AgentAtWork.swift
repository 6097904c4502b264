package import Effects
package import Gate
package import Journal
package import Ledger
package import ModelClient

/// An agent as one run has it: what its folder says, with the tools in this run's hands.
package struct AgentAtWork: Sendable {
  package var name: String
  /// Of all that is in its folder.
  package var folder: String
  /// Its instructions and skills.
  package var instructions: String
  /// In the order in which the model is shown them.
  package var tools: [any AgentTool]
  package var gate: Gate
  package var endpoint: ModelEndpoint
  /// What it may spend, now.
  package var budgets: [SpendBudget]
  package var tokenLimits: [TokenLimit] = []
  /// What makes its runs triages; `nil` where a model decides what is done.
  package var triage: TriageWork?
  package var approvers: Approvers
  /// The accounts of people by their mail addresses.
  package var accounts: @Sendable ([String]) throws(AgentProblem) -> Set<AccountID> = {
    mails throws(AgentProblem) in
    throw AgentProblem("\(mails.joined(separator: ", ")) cannot be looked up.")
  }
  /// Who is named as asking for a leave.
  package var person: String
  /// Credentials that its tools hold: none of them is ever written down.
  package var secrets: Set<String>
  package var limits: Course.Limits
  /// How long somebody has to decide on a call.
  package var answerWithin: Duration

  package init(
    name: String, folder: String, instructions: String, tools: [any AgentTool], gate: Gate,
    endpoint: ModelEndpoint, budgets: [SpendBudget], approvers: Approvers, person: String,
    secrets: Set<String> = [], limits: Course.Limits = Course.Limits(), answerWithin: Duration = .hours(8)
  ) {
    self.name = name
    self.folder = folder
    self.instructions = instructions
    self.tools = tools
    self.gate = gate
    self.endpoint = endpoint
    self.budgets = budgets
    self.approvers = approvers
    self.person = person
    self.secrets = secrets
    self.limits = limits
    self.answerWithin = answerWithin
  }

  /// Those whom the organisation names; that somebody else than whoever began the run has to approve stays as it is.
  func approvers(_ mails: [String]) throws(AgentProblem) -> Approvers {
    Approvers(try accounts(mails), isSeparate: approvers.isSeparate)
  }

  func tool(named name: String) -> (any AgentTool)? { tools.first { $0.declaration.name == name } }

  /// What an approval hangs on beside the call itself: other rules or another folder, and it has to be asked again.
  var policyVersion: String { "\(gate.policy.version) \(folder)" }
}
