import Account
import Agents
import Charts
import Journal
import Ledger

/// Runs in a list.
struct RunTable {
  let journal: any JournalStore

  init(_ journal: any JournalStore) { self.journal = journal }

  func table(of runs: [Run]) throws(JournalError) -> DataTable {
    var rows: [DataTable.Row] = []
    for run in runs {
      let spend = try journal.spend(.run(run.id), since: nil)
      let outcomes = try journal.outcomes(of: run.id).map {
        $0.isRepair ? "\($0.kind) \($0.state.title)" : $0.state.title
      }
      rows.append(
        DataTable.Row(
          [
            .text(run.begun.utcMinute), .text(run.agent), .text(run.status.title),
            .text(run.reason ?? ""),
            spend.calls == spend.unpriced && spend.calls > 0 ? .missing : .money(spend.cost),
            .text(outcomes.isEmpty ? "–" : outcomes.joined(separator: ", ")),
          ], link: RunPages.address(of: run.id)))
    }
    return DataTable(
      id: "runs", caption: "The latest first.",
      columns: [
        DataColumn("Begun", .text), DataColumn("Agent", .text), DataColumn("State", .text),
        DataColumn("Why", .words), DataColumn("Cost", .money), DataColumn("What came of it", .text),
      ], rows: rows, empty: "No runs yet.")
  }
}

extension RunStatus {
  var title: String {
    switch self {
    case .queued: "about to begin"
    case .running: "under way"
    case .waiting: "waiting"
    case .done: "done"
    case .failed: "failed"
    case .stopped: "stopped"
    case .dead: "given up"
    }
  }
}

extension Outcome.State {
  var title: String {
    switch self {
    case .open: "begun"
    case .holding: "being watched"
    case .held: "held"
    case .reverted: "reverted"
    case .unconfirmed: "nobody can say"
    }
  }
}
