import AgentFolder
package import Deployments
import Effects
package import Journal
package import Ledger
package import Logging
import ServiceLifecycle

/// Begins runs of agents that a push sets off: looks whether the main line of what they deploy has moved past what runs,
/// and asks no model until it has. Each commit sets an agent off once.
package struct PushService: Service {
  let roster: AgentRoster
  let journal: any JournalStore & AgentStateStore
  let tools: DeploymentTools
  let log: Logger
  let interval: Duration
  let now: @Sendable () -> Instant
  let owner: ScheduleService.Owner

  package init(
    roster: AgentRoster, journal: any JournalStore & AgentStateStore, tools: DeploymentTools, log: Logger,
    interval: Duration = .seconds(15), now: @escaping @Sendable () -> Instant,
    owner: @escaping ScheduleService.Owner
  ) {
    self.roster = roster
    self.journal = journal
    self.tools = tools
    self.log = log
    self.interval = interval
    self.now = now
    self.owner = owner
  }

  package func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        await look()
        try? await Task.sleep(for: interval)
      }
    }
  }

  /// Looks at every target once that an agent wants to hear of.
  func look() async {
    var heads: [String: Head?] = [:]
    for (name, folder) in roster.all() {
      guard case .success(let folder) = folder, folder.settings.triggers.contains(.event(.push)) else {
        continue
      }
      for target in folder.settings.deployments {
        if heads[target] == nil { heads[target] = await head(of: target) }
        guard let head = heads[target] ?? nil else { continue }
        do { try begin(folder, target, head) } catch {
          log.error(
            "a push sets no agent off",
            metadata: ["agent": "\(name)", "target": "\(target)", "cause": "\(error)"]
          )
        }
      }
    }
  }

  /// Where the main line is, and what runs.
  private struct Head {
    var repository: String
    var commit: String
    var runs: String?
  }

  /// `nil` if it cannot be asked; then the next look tells.
  private func head(of target: String) async -> Head? {
    do throws(ToolFailure) {
      let ground = try tools.ground(target)
      return Head(
        repository: ground.target.place.repository,
        commit: try await ground.target.resolve(ground.terms.mainline),
        runs: try await ground.target.current()?.sha)
    } catch {
      log.warning("a target cannot be asked", metadata: ["target": "\(target)", "cause": "\(error)"])
      return nil
    }
  }

  private func begin(_ folder: AgentFolder, _ target: String, _ head: Head) throws {
    let key = "push/\(folder.name)/\(target)"
    guard try journal.state(of: key)?.string != head.commit else { return }
    if head.runs != head.commit {
      // Stopped or still at the commit before: the next look finds whatever is newest then.
      guard try ScheduleService.hold(folder.name, in: journal) == nil, let account = try owner(folder.name)
      else {
        return
      }
      // As it is now: a run that was begun under another would not go on.
      let folder = try roster.folder(named: folder.name)
      let words =
        "The main line of \(head.repository) is at \(head.commit) now; \(target) runs \(head.runs ?? "nothing yet")."
      _ = try journal.begin(
        RunRequest(
          account: account, agent: folder.name, folder: folder.hash,
          purpose: Passage(words, from: .system("deployments")), occurrence: "\(key)/\(head.commit)"))
    }
    try journal.keep(.string(head.commit), of: key)
  }
}
