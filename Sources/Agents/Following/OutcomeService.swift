package import Journal
package import Ledger
package import Logging
import ServiceLifecycle

/// Follows what runs began until it held or did not, and writes what it saw into journal and ledger.
package struct OutcomeService: Service {
  /// Takes events into the ledger; told again, an event is the same one.
  package typealias Reporting = @Sendable ([OutcomeEvent]) async throws -> Void

  let journal: any JournalStore
  let states: any AgentStateStore
  let followers: [String: any OutcomeFollower]
  let log: Logger
  let interval: Duration
  let now: @Sendable () -> Instant
  let report: Reporting

  package init(
    journal: any JournalStore, states: any AgentStateStore, followers: [any OutcomeFollower], log: Logger,
    interval: Duration = .milliseconds(500), now: @escaping @Sendable () -> Instant,
    report: @escaping Reporting
  ) {
    self.journal = journal
    self.states = states
    self.followers = Dictionary(
      followers.flatMap { follower in follower.kinds.map { ($0, follower) } }
    ) { first, _ in first }
    self.log = log
    self.interval = interval
    self.now = now
    self.report = report
  }

  package func run() async throws {
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { group in
        let looks = Looks()
        while !Task.isCancelled {
          for outcome in await looks.take(open(), at: now()) {
            group.addTask { await looks.end(outcome, next: await look(at: outcome)) }
          }
          try? await Task.sleep(for: interval)
        }
      }
    }
  }

  /// Which outcomes are being looked at, and when the others are next. Of one place one at a time; a place that is slow to
  /// answer keeps nobody from the others.
  private actor Looks {
    private var due: [OutcomeID: Instant] = [:]
    private var busy: Set<Substring> = []

    func take(_ open: [Outcome], at now: Instant) -> [Outcome] {
      let known = Set(open.map(\.id))
      due = due.filter { known.contains($0.key) }
      return open.filter { outcome in
        due[outcome.id].map { $0 <= now } ?? true && busy.insert(Self.place(of: outcome)).inserted
      }
    }

    func end(_ outcome: Outcome, next: Instant) {
      due[outcome.id] = next
      busy.remove(Self.place(of: outcome))
    }

    private static func place(of outcome: Outcome) -> Substring { outcome.subject.prefix { $0 != "/" } }
  }

  private func open() -> [Outcome] {
    do throws(JournalError) {
      return try journal.openOutcomes().filter { followers[$0.kind] != nil }
    } catch {
      log.error("what runs did cannot be followed", metadata: ["cause": "\(error)"])
      return []
    }
  }

  /// Looks once; says when to look again.
  private func look(at outcome: Outcome) async -> Instant {
    guard let follower = followers[outcome.kind] else { return now() + .minutes(60) }
    do throws(JournalError) {
      return try await look(at: outcome, follower)
    } catch {
      // It is not asked again at once.
      log.error(
        "what a run did cannot be followed", metadata: ["outcome": "\(outcome.id)", "cause": "\(error)"])
      return now() + .seconds(30)
    }
  }

  private func look(
    at outcome: Outcome, _ follower: any OutcomeFollower
  ) async throws(JournalError) -> Instant {
    let key = "outcome/\(outcome.id)"
    let look = await follower.look(at: outcome, kept: try states.state(of: key))
    // Events first: told twice they are the same, and not told they would be missing.
    if !look.events.isEmpty {
      do { try await report(look.events) } catch {
        log.error("what became of a run cannot be written to the ledger", metadata: ["cause": "\(error)"])
        return now() + .seconds(30)
      }
    }
    try states.keep(look.kept, of: key)
    if let remedy = look.remedy {
      do throws(JournalError) { _ = try journal.begin(remedy) } catch {
        // Somebody said STOP: what it did is theirs to put right, and is said to be what it is all the same.
        guard case .stopped = error else { throw error }
        log.warning("nothing is put back, for the agent is stopped", metadata: ["outcome": "\(outcome.id)"])
      }
    }
    if let (state, evidence) = look.seen { try move(outcome, to: state, evidence) }
    if look.next == nil { try states.keep(nil, of: key) }
    return look.next ?? now() + .minutes(60)
  }

  /// Through the states that lie between.
  private func move(_ outcome: Outcome, to state: Outcome.State, _ evidence: String) throws(JournalError) {
    var current = outcome.state
    if current == .open, state == .held {
      current = try journal.change(outcome.id, to: .holding, evidence: evidence).state
    }
    if state.mayFollow(current) { _ = try journal.change(outcome.id, to: state, evidence: evidence) }
  }
}
