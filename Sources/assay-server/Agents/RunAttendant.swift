import ControlSQLite
import Foundation
import Journal
import Ledger
import ServiceLifecycle
import Surroundings

/// Shows a run on a terminal as it goes on, and asks whoever sits there where somebody has to be asked. It ends when the
/// run does, or when it waits for what nobody here can give.
struct RunAttendant: Service {
  let journal: SQLiteJournal
  let run: RunID

  private var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

  func run() async throws {
    try await cancelWhenGracefulShutdown {
      var next = 1
      while !Task.isCancelled {
        let now = try journal.run(run)
        for step in try journal.steps(of: run, from: next) {
          // In their order; what is under way is shown when it is known what became of it.
          guard step.state != .intent || now.status.isOver else { break }
          try StandardOutput.write(step.lines.joined(separator: "\n") + "\n")
          next = step.number + 1
        }
        if now.status.isOver { return }
        if now.status == .waiting {
          guard let approval = try journal.approvals(of: run).first(where: { $0.state == .pending }) else {
            // It waits for a time, or for a word on an uncertain effect.
            if now.wake == nil { return }
            try? await Task.sleep(for: .milliseconds(200))
            continue
          }
          try StandardOutput.write("\n" + approval.lines.joined(separator: "\n") + "\n")
          guard canAsk else {
            return try StandardOutput.write("Answer with: assay agent approve \(approval.id)  (or --no)\n")
          }
          try StandardOutput.write("Approve exactly this, once? [y/N] ")
          let answer = await Self.line()
          _ = try? journal.decide(
            approval.id, answer == "y" || answer == "yes" ? .approved : .denied, by: .local, via: .commandLine
          )
        }
        try? await Task.sleep(for: .milliseconds(100))
      }
    }
  }

  /// What somebody types; nothing if the input ends, or there is nobody to wait for any more.
  private static func line() async -> String {
    var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    // Looked at now and then rather than waited for in a read, which no signal would end.
    while poll(&input, 1, 0) == 0 {
      guard (try? await Task.sleep(for: .milliseconds(100))) != nil else { return "" }
    }
    return readLine()?.lowercased() ?? ""
  }
}
