package import Journal
import Ledger
package import Logging
import ServiceLifecycle
package import ToolServers

/// Carries out whatever runs there are to be carried out, as many at once as it may, for as long as the process lives.
/// Idle, it asks the journal four times a second whether there is anything, and nothing else.
package struct AgentService: Service {
  /// What the runtime needs to know of a run's agent; the roster has it.
  package typealias Preparing = @Sendable (Run) async throws(AgentProblem) -> AgentAtWork

  let journal: any JournalStore
  let executor: RunExecutor
  let name: String
  let prepare: Preparing
  let log: Logger
  let mostAtOnce: Int
  let only: RunID?
  let servers: ToolServerHub?
  let lease: Duration
  let interval: Duration

  /// - Parameters:
  ///   - name: Of this process, for whoever looks for the one that has a run.
  ///   - only: The one run that it sees to; `nil` for all.
  ///   - servers: That of the bench, which is kept going here, so that servers live as long as the runs that use them.
  package init(
    journal: any JournalStore, executor: RunExecutor, name: String, log: Logger, mostAtOnce: Int = 8,
    only: RunID? = nil, servers: ToolServerHub? = nil,
    lease: Duration = .seconds(30), interval: Duration = .milliseconds(250), prepare: @escaping Preparing
  ) {
    self.journal = journal
    self.executor = executor
    self.name = name
    self.log = log
    self.mostAtOnce = mostAtOnce
    self.only = only
    self.servers = servers
    self.lease = lease
    self.interval = interval
    self.prepare = prepare
  }

  package func run() async throws {
    await withTaskGroup(of: Void.self) { group in
      if let servers { group.addTask { await servers.run() } }
      await carryOutAll()
      group.cancelAll()
    }
  }

  private func carryOutAll() async {
    await withDiscardingTaskGroup { group in
      let places = Places(mostAtOnce)
      // Asked to end, it takes up nothing more, and what is under way ends its step.
      while !Task.isCancelled, !Task.isShuttingDownGracefully {
        let free = await places.free
        for run in free > 0 ? claimable(free) : [] {
          await places.take()
          group.addTask {
            await carryOut(run)
            await places.leave()
          }
        }
        try? await Task.sleep(for: interval)
      }
    }
  }

  private func claimable(_ limit: Int) -> [RunID] {
    do throws(JournalError) {
      guard let only else { return try journal.claimable(limit: limit) }
      return try journal.claimable(limit: 1000).filter { $0 == only }
    } catch {
      log.error("the journal cannot be read; no run goes on", metadata: ["cause": "\(error)"])
      return []
    }
  }

  /// Claims a run and takes it as far as it goes now.
  func carryOut(_ id: RunID) async {
    do throws(JournalError) {
      let claim = try journal.claim(id, by: name, lease: lease)
      let run = try journal.run(id)
      let watch = RunWatch(journal: journal, claim: claim, lease: lease)
      let left = await watch.over { () async -> Result<RunExecutor.Left, JournalError> in
        do throws(JournalError) {
          let agent: AgentAtWork
          do throws(AgentProblem) { agent = try await prepare(run) } catch {
            if Task.isShuttingDownGracefully || Task.isCancelled {
              // Not the folder's fault; whoever comes next has it at once.
              try journal.release(
                claim, awaiting: .until(Instant(milliseconds: 0)), because: "Its process was asked to end.")
              return .success(.waiting)
            }
            try journal.finish(claim, as: .failed, because: "\(error)")
            return .success(.ended(.failed))
          }
          return .success(try await executor.carryOut(claim, by: agent))
        } catch {
          return .failure(error)
        }
      }
      await servers?.close(for: id.rawValue)
      switch try left.get() {
      case .ended(let ending):
        log.info(
          "run ended", metadata: ["run": "\(id)", "agent": "\(run.agent)", "as": "\(ending.rawValue)"])
      case .waiting: log.info("run waits", metadata: ["run": "\(id)", "agent": "\(run.agent)"])
      case .superseded:
        // Stopped by a person, it has to be brought to its end; taken by another, that is turned away.
        if let stop = try journal.stop(of: id) {
          try journal.finish(claim, as: .stopped, because: stop.reason)
        }
      }
    } catch {
      switch error {
      // Another was quicker, or it is over.
      case .taken, .superseded, .over, .stopped, .givenUp: break
      default: log.error("a run cannot go on", metadata: ["run": "\(id)", "cause": "\(error)"])
      }
    }
  }

  /// How many runs are under way.
  private actor Places {
    private(set) var free: Int
    init(_ count: Int) { free = count }
    func take() { free -= 1 }
    func leave() { free += 1 }
  }
}

/// Why an agent cannot be set to work; said in the run, to its person.
package struct AgentProblem: Error, Hashable, Sendable, CustomStringConvertible {
  package var description: String
  package init(_ description: String) { self.description = description }
}
