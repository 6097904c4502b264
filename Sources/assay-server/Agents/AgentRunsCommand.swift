import Account
import ArgumentParser
import Charts
import ControlSQLite
import Foundation
import Gate
import Journal
import Ledger
import Server
import Surroundings

/// `assay agent runs`: what agents did, the latest first.
struct AgentRunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "List the runs of agents, and what came of them.",
    discussion: """
      EXAMPLES
        assay agent runs
        assay agent runs release-captain --json
      """)

  @Argument(help: "Only of this agent.") var name: String?
  @Option(help: ArgumentHelp("At most so many.", valueName: "count")) var last = 30
  @Flag(help: "Print JSON.") var json = false
  @OptionGroup var options: AgentOptions

  func run() throws {
    guard (1...10_000).contains(last) else { throw ValidationError("--last takes a number from 1 to 10000.") }
    let journal = try options.journal()
    let runs = try journal.runs(of: RunFilter(agent: name), limit: last)
    let waiting = try Dictionary(grouping: journal.pendingApprovals(for: nil), by: \.run)
    guard !json else {
      let items = try runs.map { run in try RunDocument(run, in: journal).summary }
      return try StandardOutput.write(JSONValue.object([("runs", .array(items))]).document)
    }
    var table = ListTable(headings: ["BEGUN", "AGENT", "RUN", "STATE", "COST", "OUTCOMES", "WHY"])
    table.rows = try runs.map { run in
      let spend = try journal.spend(.run(run.id), since: nil)
      let outcomes = try journal.outcomes(of: run.id).map(\.state.rawValue)
      let asks = waiting[run.id]?.first.map { "approve \($0.id): \($0.card.shown?.tool ?? "a call")" }
      return [
        run.begun.local, run.agent, run.id.short, run.status.rawValue, spend.cost.text,
        outcomes.isEmpty ? "–" : RunTable.counted(outcomes), asks ?? run.reason ?? "",
      ]
    }
    try StandardOutput.write(table.text(empty: "No agent has run yet. Begin one with assay agent run NAME."))
  }
}
