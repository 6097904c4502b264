import AgentFolder
package import Effects
package import Journal
package import Ledger
package import Memory

/// What agents remember, as runs have to do with it: the tools over it, and the material of a night's consolidation.
package struct MemoryDesk: Sendable {
  package var store: any MemoryStore
  package var journal: any JournalStore
  package var limits: MemoryLimits
  package var now: @Sendable () -> Instant

  package init(
    _ store: any MemoryStore, journal: any JournalStore, limits: MemoryLimits = MemoryLimits(),
    now: @escaping @Sendable () -> Instant
  ) {
    self.store = store
    self.journal = journal
    self.limits = limits
    self.now = now
  }

  /// `remember` and `recall`, over what the agent remembers for the person whose run it is.
  package func tools(for run: Run) -> [any AgentTool] {
    let keeper = MemoryKeeper(agent: run.agent, account: run.account)
    let journal = journal
    return [
      RecallTool(store, of: keeper),
      RememberTool(
        store, of: keeper, in: run.id, limits: limits,
        seen: { () throws(ToolFailure) in try Self.seen(in: run.id, journal) }, now: now),
    ]
  }

  /// The one tool of a consolidation.
  package func proposing(
    for run: Run, over span: DreamSpan, isApplied: Bool
  ) throws(AgentProblem) -> ProposeMemoryTool {
    let keeper = MemoryKeeper(agent: run.agent, account: run.account)
    return ProposeMemoryTool(
      store, of: keeper, in: run.id, from: try material(of: keeper, over: span), isApplied: isApplied,
      limits: limits, now: now)
  }

  /// Everything that a run's model has been shown, with where it was from. What is not kept any more could have been
  /// anybody's.
  private static func seen(in run: RunID, _ journal: any JournalStore) throws(ToolFailure) -> [Passage] {
    do throws(JournalError) {
      var seen = [try journal.run(run).purpose.shown ?? Self.unknown]
      for step in try journal.steps(of: run) where step.state == .done {
        guard case .effect = step.kind else { continue }
        seen += step.result.shown?.passages ?? [unknown]
      }
      return seen
    } catch {
      throw .unavailable("\(error)")
    }
  }

  private static let unknown = Passage("", from: .untrusted("what is not kept any more"))

  // MARK: Dreams

  /// Begins the consolidation of what there is to learn from since the last one, for everybody for whom there is
  /// something. Where there is nothing, no run begins and no model is asked.
  ///
  /// - Parameter occurrence: The night's moment.
  func dream(_ folder: AgentFolder, at occurrence: Instant, since last: Instant) throws(AgentProblem) {
    let span = DreamSpan(from: last, to: occurrence)
    do throws(JournalError) {
      let runs = try runs(of: folder.name, over: span)
      for account in Set(runs.map(\.account)).sorted() {
        let keeper = MemoryKeeper(agent: folder.name, account: account)
        let material = try material(of: keeper, over: span, runs)
        guard !material.candidates.isEmpty else { continue }
        _ = try journal.begin(
          RunRequest(
            account: account, agent: folder.name, folder: folder.hash,
            purpose: Passage(
              material.text, from: .system("memory"),
              labels: material.candidates.reduce(into: []) { $0.formUnion($1.labels) }),
            occurrence: span.occurrence(for: account)))
      }
    } catch {
      throw AgentProblem("\(error)")
    }
  }

  package func material(of keeper: MemoryKeeper, over span: DreamSpan) throws(AgentProblem) -> DreamMaterial {
    do throws(JournalError) {
      return try material(of: keeper, over: span, try runs(of: keeper.agent, over: span))
    } catch {
      throw AgentProblem("\(error)")
    }
  }

  private func material(
    of keeper: MemoryKeeper, over span: DreamSpan, _ runs: [Run]
  ) throws(JournalError) -> DreamMaterial {
    let entries: [MemoryEntry]
    do { entries = try store.entries(of: keeper) } catch { throw .storage("\(error)") }
    let past = try runs.filter { $0.account == keeper.account }.map { run throws(JournalError) in
      DreamMaterial.PastRun(run, recalled: try recalled(in: run.id))
    }
    return DreamMaterial(runs: past, entries: entries)
  }

  /// Interactive runs that ended in the span, the oldest first.
  private func runs(of agent: String, over span: DreamSpan) throws(JournalError) -> [Run] {
    let over: Set<RunStatus> = [.done, .failed, .stopped, .dead]
    return try journal.runs(of: RunFilter(agent: agent, statuses: over), limit: Self.mostRuns)
      .filter { run in
        run.isInteractive && run.ended.map { span.from <= $0 && $0 < span.to } ?? false
      }.reversed()
  }

  private static let mostRuns = 2_000

  private func recalled(in run: RunID) throws(JournalError) -> [String] {
    try journal.steps(of: run).flatMap { step -> [String] in
      guard case .effect(RecallTool.name, _) = step.kind else { return [] }
      return step.result.shown?.passages.map(\.text) ?? []
    }
  }
}
