import AgentFolder
import Effects
import Foundation
package import Journal
package import Ledger
package import Logging
package import Schedules
import ServiceLifecycle

/// Begins runs at the times that agents' folders name, each occurrence once, and writes into the log what became of every
/// other. Between two occurrences it looks at a clock and does nothing else.
package struct ScheduleService: Service {
  /// Whose run it is that a schedule begins; `nil` if nobody answers for the agent.
  package typealias Owner = @Sendable (_ agent: String) throws(AgentProblem) -> AccountID?

  /// Told of all schedules there are whenever folders were read: what they begin is no person's doing.
  package typealias Declaring = @Sendable ([(agent: String, schedule: Schedule)]) -> Void

  let roster: AgentRoster
  let journal: any JournalStore & AgentStateStore
  let log: Logger
  let now: @Sendable () -> Instant
  let owner: Owner
  let declare: Declaring
  /// What agents remember; `nil` where nothing is kept.
  let memory: MemoryDesk?
  /// How often folders are read anew, for schedules that changed.
  let rereading: Duration

  package init(
    roster: AgentRoster, journal: any JournalStore & AgentStateStore, log: Logger,
    rereading: Duration = .minutes(1),
    now: @escaping @Sendable () -> Instant, owner: @escaping Owner, memory: MemoryDesk? = nil,
    declare: @escaping Declaring = { _ in }
  ) {
    self.roster = roster
    self.journal = journal
    self.log = log
    self.rereading = rereading
    self.now = now
    self.owner = owner
    self.declare = declare
    self.memory = memory
  }

  /// One schedule of one agent: under another text it is another.
  struct Entry: Hashable {
    var agent: String
    var schedule: Schedule
    var begins = Begins.work

    enum Begins: String { case work = "schedule", dream }

    var key: String { "\(begins.rawValue)/\(agent)/\(schedule.zone)/\(schedule.text)" }
  }

  package func run() async throws {
    await cancelWhenGracefulShutdown {
      var queue = DueQueue<Entry>()
      var entries: Set<Entry> = []
      var read: ContinuousClock.Instant?
      while !Task.isCancelled {
        if read.map({ ContinuousClock.now - $0 > rereading }) ?? true {
          let found = current()
          declare(found.map { ($0.agent, $0.schedule) })
          for gone in entries.subtracting(found) {
            queue.remove(gone)
            retire(gone)
          }
          // After a start, what was handed out and lost comes again.
          for entry in found.subtracting(entries) { queue.set(entry, to: step(entry, isFirst: true)) }
          (entries, read) = (found, .now)
        }
        while let due = queue.popDue(by: now()) { queue.set(due.name, to: step(due.name, isFirst: false)) }
        try? await Task.sleep(for: .seconds(1))
      }
    }
  }

  private func current() -> Set<Entry> {
    Set(
      roster.all().flatMap { name, folder -> [Entry] in
        guard case .success(let folder) = folder else { return [] }
        let dream = folder.settings.memory.map { Entry(agent: name, schedule: $0.dream, begins: .dream) }
        guard folder.settings.triggers.contains(.schedule) else { return [dream].compactMap(\.self) }
        return folder.settings.schedules.map { Entry(agent: name, schedule: $0) } + [dream].compactMap(\.self)
      })
  }

  /// Looks at one schedule: begins what is due.
  ///
  /// - Returns: When to look again.
  func step(_ entry: Entry, isFirst: Bool) -> Instant? {
    let instant = now()
    do {
      let occurrences = Occurrences(entry.schedule)
      var state = try kept(entry) ?? MissedOccurrences(declared: instant)
      // What was begun already is the same run when it is begun again, by its occurrence's name.
      var found: [Accounted] = []
      if isFirst { found = state.recover(at: instant, of: occurrences, didBegin: false).accounts }
      // One that was handed out and lost is still claimed, and comes again.
      let next = state.poll(at: instant, of: occurrences, hold: try Self.hold(entry.agent, in: journal))
      try keep(state, entry)
      tell(found + next.accounts, entry)
      if let claim = state.claim {
        let accounts: [Accounted]
        do throws(AgentProblem) {
          try begin(entry, claim.occurrence)
          accounts = state.settleBegan()
        } catch {
          accounts = state.settle(refused: "\(error)")
        }
        try keep(state, entry)
        tell(accounts, entry)
      }
      return next.wake
    } catch {
      log.error("a schedule cannot be seen to", metadata: ["agent": "\(entry.agent)", "cause": "\(error)"])
      return instant + .minutes(1)
    }
  }

  private func begin(_ entry: Entry, _ occurrence: Instant) throws(AgentProblem) {
    guard let account = try owner(entry.agent) else {
      throw AgentProblem(
        "Nobody answers for the agent \(entry.agent): assay agent add \(entry.agent) --owner MAIL")
    }
    let folder = try roster.folder(named: entry.agent)
    if entry.begins == .dream { return try dream(folder, entry, occurrence) }
    do throws(JournalError) {
      _ = try journal.begin(
        RunRequest(
          account: account, agent: entry.agent, folder: folder.hash,
          purpose: Passage(
            "Do what your instructions say: it is time (\(entry.schedule.text)).", from: .owner),
          occurrence: "\(entry.key)/\(occurrence.milliseconds)"))
    } catch {
      throw AgentProblem("\(error)")
    }
  }

  /// From the last consolidation that was begun, which the state of the schedule's own does not say: it may have been
  /// under another text.
  private func dream(_ folder: AgentFolder, _ entry: Entry, _ occurrence: Instant) throws(AgentProblem) {
    guard let memory else { throw AgentProblem("Nothing is remembered here.") }
    let key = "dreamt/\(entry.agent)"
    do {
      let kept = try journal.state(of: key)?["until"]
      let last: Instant? = if case .integer(let until)? = kept { Instant(milliseconds: until) } else { nil }
      // Begun already, before a crash: what it began is there.
      guard last.map({ $0 < occurrence }) ?? true else { return }
      try memory.dream(folder, at: occurrence, since: last ?? Instant(milliseconds: 0))
      try journal.keep(["until": .integer(occurrence.milliseconds)], of: key)
    } catch let problem as AgentProblem {
      throw problem
    } catch {
      throw AgentProblem("\(error)")
    }
  }

  /// Why no run of an agent may begin now; `nil` if one may.
  static func hold(_ agent: String, in journal: any JournalStore) throws(JournalError) -> Accounted.Hold? {
    let stopped = try journal.stops().contains {
      $0.lifted == nil && ($0.scope == .agent(agent) || $0.scope == .everything)
    }
    if stopped { return .stopped }
    let open = RunFilter(agent: agent, statuses: [.queued, .running, .waiting])
    let isBusy = try journal.runs(of: open, limit: 1000).contains { run in
      !(PlannedCourse(journalled: run.planned)?.isAside ?? false)
    }
    return isBusy ? .busy : nil
  }

  private func retire(_ entry: Entry) {
    do {
      guard var state = try kept(entry) else { return }
      tell(state.retire(at: now(), of: Occurrences(entry.schedule)), entry)
      try journal.keep(nil, of: entry.key)
    } catch {
      log.error(
        "a schedule that is gone cannot be put away",
        metadata: ["agent": "\(entry.agent)", "cause": "\(error)"])
    }
  }

  private func kept(_ entry: Entry) throws -> MissedOccurrences? {
    try journal.state(of: entry.key).map { json in
      try JSONDecoder().decode(MissedOccurrences.self, from: Data(json.canonical.utf8))
    }
  }

  private func keep(_ state: MissedOccurrences, _ entry: Entry) throws {
    // Of a duration the one part is a number that a JSON value holds rounded, and that is near enough.
    try journal.keep(JSON(bytes: JSONEncoder().encode(state)), of: entry.key)
  }

  private func tell(_ accounts: [Accounted], _ entry: Entry) {
    for account in accounts {
      log.notice(
        "schedule",
        metadata: [
          "agent": "\(entry.agent)", "schedule": "\(entry.schedule.text)",
          "from": "\(account.row.first.date)",
          "to": "\(account.row.last.date)", "fate": "\(account.fate)",
        ])
    }
  }
}
