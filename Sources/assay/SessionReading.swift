import Account
import Attribution
import Ledger

/// Turns what is known of one session into the document that `assay explain` prints.
struct SessionReading {
  var account: SessionAccount
  var attribution: SessionAttribution
  var facts: SessionFactSet
  var records: [UsageRecord]
  var prices: PriceCatalogue

  func explanation() -> SessionExplanation {
    let session = account.session.id
    let turns = facts.turns.filter { $0.session == session }
    let shares = Dictionary(
      attribution.turns.map { ($0.turn, $0.shares) }, uniquingKeysWith: { first, _ in first })
    let calls = Dictionary(grouping: facts.toolCalls, by: \.turn)
    let edits = Dictionary(grouping: facts.edits, by: \.turn)
    let usage = Dictionary(grouping: records, by: \.turn)
    var pricer = Pricer(prices)
    let explained = turns.enumerated().map { index, turn in
      explain(
        turn, number: index + 1, shares: shares[turn.id] ?? [attribution.rest], calls: calls[turn.id] ?? [],
        edits: edits[turn.id] ?? [], records: usage[turn.id] ?? [], &pricer)
    }
    return SessionExplanation(
      session: account.session, totals: account.totals, states: account.states, turns: explained,
      outcomes: outcomes(), lines: attribution.lines, notes: notes(turns))
  }

  private func explain(
    _ turn: TurnFact, number: Int, shares: [TurnAttribution.Share], calls: [ToolCallFact], edits: [EditFact],
    records: [UsageRecord], _ pricer: inout Pricer
  ) -> TurnExplanation {
    var totals = Totals()
    for record in records {
      var cost: NanoDollars?
      if case .priced(let amount) = pricer.cost(of: record) { cost = amount }
      totals += Totals(of: record, cost: cost)
    }
    let states = zip(shares, totals.divided(by: shares.map(\.weight))).map { share, part in
      StateTotals(
        state: share.state, totals: part, tiers: share.tier.map { [TierTotals(tier: $0, totals: part)] } ?? []
      )
    }
    return TurnExplanation(
      number: number, started: turn.started, ended: turn.ended, trigger: turn.trigger, totals: totals,
      toolCalls: calls.count, edits: edits.count, linesAdded: edits.reduce(0) { $0 + $1.added.count },
      linesRemoved: edits.reduce(0) { $0 + $1.removed.count }, states: states,
      link: shares.compactMap(\.link).first, commits: shares.flatMap(\.commits).uniqued(),
      reasons: shares.flatMap(\.reasons).uniqued())
  }

  private func outcomes() -> [OutcomeExplanation] {
    var seen: Set<String> = []
    var outcomes: [OutcomeExplanation] = []
    for share in attribution.turns.flatMap(\.shares) {
      guard let link = share.link else { continue }
      for commit in share.commits where seen.insert(commit).inserted {
        outcomes.append(
          OutcomeExplanation(
            commit: commit, repository: account.session.project, state: share.state, tier: share.tier,
            link: link))
      }
    }
    return outcomes
  }

  private func notes(_ turns: [TurnFact]) -> [String] {
    var notes: [String] = []
    let flags = account.session.flags
    if flags.contains(.outputUnderRecorded) {
      notes.append("This version of the tool writes fewer output tokens into its log than were billed.")
    }
    if flags.contains(.totalsMissing) {
      notes.append("The records end before the session's totals were written: some of its input is unknown.")
    }
    if flags.contains(.usageOnly) { notes.append("The source holds usage only, nothing of what was done.") }
    let known = Set(turns.map(\.id))
    let loose = records.count { record in record.turn.map { !known.contains($0) } ?? true }
    if loose > 0 { notes.append("\(loose) records do not say to which turn they belong.") }
    if account.totals.unitemisedRecords > 0 {
      notes.append(
        "The tool's own totals exceed what it itemised, as after a compaction or a cut stream; the difference "
          + "is divided like the rest of the session.")
    }
    return notes
  }
}

extension Sequence where Element: Hashable {
  /// Each element once, in order of first appearance.
  func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
