import Agents
import ArgumentParser
import Charts
import ControlSQLite
import Effects
import Foundation
import Journal
import Ledger
import Surroundings

/// `assay agent approve` and `deny`: the word that a call waits for.
struct AgentApproveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "approve",
    abstract: "Approve exactly one call, once; without a number, list what waits.",
    discussion: """
      EXAMPLES
        assay agent approve                what waits, with where each argument comes from
        assay agent approve 12
        assay agent approve 12 --no
      """)

  @Argument(help: "The approval’s number.") var number: Int64?
  @Flag(help: "Say no.") var no = false
  @OptionGroup var options: AgentOptions

  func run() throws {
    let journal = try options.journal()
    guard let number else {
      let pending = try journal.pendingApprovals(for: nil)
      return try StandardOutput.write(
        pending.isEmpty
          ? "Nothing waits.\n"
          : pending.map { $0.lines.joined(separator: "\n") + "\n" }.joined(separator: "\n"))
    }
    let decided = try journal.decide(
      ApprovalID(rawValue: number), no ? .denied : .approved, by: .local, via: .commandLine)
    try StandardOutput.write("Approval \(decided.id) is \(decided.state.rawValue).\n")
  }
}

/// `assay agent stop`: nothing more happens, from now on.
struct AgentStopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop",
    abstract: "STOP a run, an agent or all of them, before their next effect.",
    discussion: """
      It is in force in every process when the command returns. An agent that was stopped begins no runs until \
      --lift.

      EXAMPLES
        assay agent stop 3f9c2a71b0de      one run
        assay agent stop release-captain   every run of an agent
        assay agent stop --all
        assay agent stop --all --lift
      """)

  @Argument(help: "A run, or an agent.") var what: String?
  @Flag(help: "All agents.") var all = false
  @Flag(help: "Let runs begin again.") var lift = false
  @Option(help: ArgumentHelp("Why; everybody who looks at the run reads it.", valueName: "text"))
  var reason = "Stopped on the command line."
  @OptionGroup var options: AgentOptions

  func validate() throws {
    guard all != (what != nil) else { throw ValidationError("Name a run or an agent, or give --all.") }
  }

  func run() throws {
    let journal = try options.journal()
    let scope = try scope(journal)
    if lift {
      try journal.lift(scope, by: .local)
      return try StandardOutput.write("Runs of \(scope) may begin again.\n")
    }
    _ = try journal.stop(scope, by: .local, because: reason)
    try StandardOutput.write("Stopped: \(scope).\n")
  }

  private func scope(_ journal: SQLiteJournal) throws -> Stop.Scope {
    guard let what else { return .everything }
    if try !journal.runs(of: RunFilter(agent: what), limit: 1).isEmpty { return .agent(what) }
    if options.roster.all().contains(where: { $0.name == what }) { return .agent(what) }
    return .run(try RunArgument(text: what).find(in: journal).id)
  }
}

/// `assay agent undo`: takes back what a step of a run did.
struct AgentUndoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo",
    abstract: "Take back what a run did, or one step of it, as far as its tools can.",
    discussion: """
      An undo is a run of its own, which assay serve or assay agent run carries out.

      EXAMPLES
        assay agent undo 3f9c2a71b0de
        assay agent undo 3f9c2a71b0de --step 4
      """)

  @Argument(help: ArgumentHelp("The run, or the end of its name.", valueName: "run")) var name: String
  @Option(help: ArgumentHelp("Only this step.", valueName: "number")) var step: Int?
  @OptionGroup var options: AgentOptions

  func run() throws {
    let journal = try options.journal()
    let run = try RunArgument(text: name).find(in: journal)
    let undoable = try journal.steps(of: run.id).filter { $0.state == .done && $0.result.shown?.undo != nil }
    let chosen = undoable.map(\.number).filter { step == nil || $0 == step }
    guard !chosen.isEmpty else {
      throw ValidationError(
        "Nothing in run \(run.id.short)\(step.map { ", step \($0)," } ?? "") can be undone.")
    }
    let undoing = try Undoing.begin(steps: chosen, of: run, by: run.account, in: journal)
    let steps = chosen.sorted(by: >).map(String.init).joined(separator: ", ")
    try StandardOutput.write(
      "\(chosen.count == 1 ? "Step" : "Steps") \(steps): undone by run \(undoing.id.short), \(undoing.status.rawValue).\n"
    )
  }
}
