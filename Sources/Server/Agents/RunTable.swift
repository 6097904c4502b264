import Account
import Agents
import Charts
import Journal
import Ledger

/// Runs in a list.
package struct RunTable {
  let journal: any JournalStore

  init(_ journal: any JournalStore) { self.journal = journal }

  func table(of runs: [Run]) throws(JournalError) -> DataTable {
    var rows: [DataTable.Row] = []
    for run in runs {
      let spend = try journal.spend(.run(run.id), since: nil)
      let outcomes = Self.counted(
        try journal.outcomes(of: run.id).map {
          $0.isRepair ? "\($0.kind) \($0.state.title)" : $0.state.title
        })
      rows.append(
        DataTable.Row(
          [
            .text(run.begun.utcMinute), .text(run.agent), .text(run.status.title),
            .text(run.reason ?? ""),
            spend.calls == spend.unpriced && spend.calls > 0 ? .missing : .money(spend.cost),
            .text(outcomes.isEmpty ? "–" : outcomes),
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

extension RunTable {
  /// Each word once, in the order in which they came, with how often it is there if that is more than once.
  package static func counted(_ words: [String]) -> String {
    var order: [String] = []
    var counts: [String: Int] = [:]
    for word in words {
      if counts[word] == nil { order.append(word) }
      counts[word, default: 0] += 1
    }
    return order.map { word in
      let count = counts[word] ?? 1
      return count > 1 ? "\(count) × \(word)" : word
    }.joined(separator: ", ")
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
