import Ledger
import Outcomes

/// Decides the states of one session's turns from their links, in the order of DESIGN.md's "States".
struct SessionStates {
  let evidence: SessionEvidence
  let policy: AttributionPolicy
  let now: Instant
  /// Links by turn.
  let links: [TurnID: TurnLinks]
  /// Why evidence is incomplete; `nil` if all that could be seen was.
  let incomplete: String?
  /// Turns that opened a pull request of which no outcome is known.
  let requests: Set<TurnID>

  private struct Observed {
    var turn: TurnFact
    var edits: [EditFact] = []
    /// Hashes of what its calls and edits were aimed at.
    var targets: Set<UInt64> = []
    /// Whether it tested, built, checked or committed.
    var verifies = false

    var isAgent: Bool { turn.trigger == .agent }
  }

  func turns() -> [TurnAttribution] {
    let observed = observe()
    var shares: [[TurnAttribution.Share]?] = observed.map { each in
      links[each.turn.id].flatMap { $0.isEmpty ? nil : $0.shares() }.map(settled(each))
    }
    for place in observed.indices where shares[place] == nil && requests.contains(observed[place].turn.id) {
      shares[place] = [
        .init(state: .open, link: .exact, reasons: ["it opened a pull request whose end is not known"])
      ]
    }
    let delegations = Delegations(observed.map(\.turn))
    for (place, agents) in delegations.agents where shares[place] == nil {
      shares[place] = agents.lazy.compactMap { shares[$0] }.first.map {
        carried($0, because: "an agent that it started did the work")
      }
    }
    carryOver(observed, into: &shares)
    carryBack(observed, into: &shares)
    let mains = observed.indices.filter { !observed[$0].isAgent }
    for (order, place) in mains.enumerated() where shares[place] == nil {
      let next = order + 1 < mains.count ? observed[mains[order + 1]] : nil
      shares[place] = [own(observed[place], next: next)]
    }
    for place in observed.indices where shares[place] == nil {
      shares[place] = delegations.starter(of: place).flatMap { shares[$0] }.map {
        carried($0, because: "it ran for a turn of the session")
      }
    }
    return observed.indices.map { place in
      TurnAttribution(turn: observed[place].turn.id, shares: shares[place] ?? [unlinked(observed[place])])
    }
  }

  private func carried(_ shares: [TurnAttribution.Share], because reason: String) -> [TurnAttribution.Share] {
    shares.map { share in
      var carried = share
      carried.reasons = [reason] + share.reasons
      return carried
    }
  }

  /// A link to a commit that no branch holds any more is no outcome: the turn falls back on a state of its own.
  private func settled(_ each: Observed) -> ([TurnAttribution.Share]) -> [TurnAttribution.Share] {
    { shares in
      shares.map { share in
        guard share.state == .unexplained else { return share }
        var changed = self.unlinked(each)
        changed.commits = share.commits
        changed.link = share.link
        changed.reasons = share.reasons + changed.reasons
        return changed
      }
    }
  }

  private func observe() -> [Observed] {
    var places: [TurnID: Int] = [:]
    var all: [Observed] = []
    for turn in evidence.turns.sorted(by: { ($0.started, $0.id) < ($1.started, $1.id) })
    where places[turn.id] == nil {
      places[turn.id] = all.count
      all.append(Observed(turn: turn))
    }
    for edit in evidence.edits where edit.wasApplied {
      guard let place = places[edit.turn] else { continue }
      all[place].edits.append(edit)
      all[place].targets.insert(edit.path.tail)
    }
    for call in evidence.toolCalls {
      if let place = places[call.turn], let command = call.command, call.exit != .rejected,
        [.test, .build, .lint, .commit].contains(command)
      {
        all[place].verifies = true
      }
      guard let place = places[call.turn], let target = call.target, call.exit != .rejected
      else { continue }
      all[place].targets.insert(target.tail)
    }
    return all
  }

  /// Earlier turns share the fate of an edit that they led to: the nearest later one with something in common.
  private func carryOver(_ observed: [Observed], into shares: inout [[TurnAttribution.Share]?]) {
    let linked = observed.indices.filter { shares[$0] != nil && !observed[$0].edits.isEmpty }
    for place in observed.indices where shares[place] == nil {
      guard !observed[place].targets.isEmpty else { continue }
      for later in linked where later > place {
        let age = Self.workingTime(from: observed[place].turn.ended, to: observed[later].turn.started)
        if age > policy.carryOver { break }
        guard !observed[place].targets.isDisjoint(with: observed[later].targets) else { continue }
        shares[place] = shares[later].map {
          carried($0, because: "it worked on the same file as a later edit of the session")
        }
        break
      }
    }
  }

  /// A turn that tests, builds or commits shares the fate of the edit right before it, and so do further such
  /// turns that follow at once: the work of one edit, not of a day.
  private func carryBack(_ observed: [Observed], into shares: inout [[TurnAttribution.Share]?]) {
    var last: (place: Int, ended: Instant)?
    for place in observed.indices where !observed[place].isAgent {
      let turn = observed[place].turn
      if !observed[place].edits.isEmpty {
        last = shares[place] == nil ? nil : (place, turn.ended)
        continue
      }
      guard let edit = last else { continue }
      guard observed[place].verifies, turn.started <= edit.ended + .hours(1) else {
        last = nil
        continue
      }
      last = (edit.place, turn.ended)
      guard shares[place] == nil else { continue }
      shares[place] = shares[edit.place].map {
        carried($0, because: "it tested, built or committed what the edit before it changed")
      }
    }
  }

  /// The time between two instants without Saturdays and Sundays (UTC), so that Friday leads to Monday.
  static func workingTime(from start: Instant, to end: Instant) -> Duration {
    guard end > start else { return .zero }
    let day: Int64 = 86_400_000
    guard end.milliseconds - start.milliseconds < 14 * day else { return .days(14) }
    var worked: Int64 = 0
    var at = start.milliseconds
    while at < end.milliseconds {
      let midnight = (at >= 0 ? at / day : (at - day + 1) / day) * day + day
      let stop = min(midnight, end.milliseconds)
      // 1970-01-01 was a Thursday.
      let weekday = ((midnight / day - 1 + 4) % 7 + 7) % 7
      if weekday != 0, weekday != 6 { worked += stop - at }
      at = stop
    }
    return .milliseconds(worked)
  }

  private func own(_ each: Observed, next: Observed?) -> TurnAttribution.Share {
    let sign = Exploration.observable(
      of: each.turn, next: next?.turn, edits: each.edits, targets: each.targets,
      nextTargets: next?.targets ?? [])
    // An edit waits for its commit; what was only asked and answered does not.
    if let sign, each.edits.isEmpty || (incomplete == nil && now >= each.turn.ended + policy.grace) {
      return .init(state: .explored, reasons: [sign])
    }
    return unlinked(each)
  }

  private func unlinked(_ each: Observed) -> TurnAttribution.Share {
    if let incomplete { return .init(state: .unknown, reasons: [incomplete]) }
    let end = each.turn.ended + policy.grace
    if now < end {
      return .init(state: .open, reasons: ["no outcome yet; it may still come within grace"], nextChange: end)
    }
    return .init(
      state: .unexplained,
      reasons: [
        each.edits.isEmpty
          ? "no outcome found: it changed no file, and nothing shows that a person worked with it"
          : "no outcome found: its lines are in no commit that is on a branch"
      ])
  }
}
