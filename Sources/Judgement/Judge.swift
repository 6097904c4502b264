import Ledger

/// Applies a policy to what was observed of one person's sessions.
///
/// An agent's own session is judged as the one that started it. The score of a session is the sum of the weights of the
/// evidence that is there. It is a finding if that is at least the policy's `findingBits` and besides
/// - all that could be seen of it was seen, and grace is over for all of it;
/// - evidence against a purpose comes from at least two families, one of which is what came of it or the records;
/// - nothing that held, or may yet hold, came of it but commits that exist to exist;
/// - it would be one without the number that it stopped at: adding tokens makes no finding (law 5).
package struct Judge: Sendable {
  package var policy: EvidencePolicy

  package init(policy: EvidencePolicy) { self.policy = policy }

  /// - Parameter sessions: All of one person, by the time at which they began.
  package func judge(_ sessions: [SessionObservations], declared: [DeclaredSchedule] = []) -> [Judgement] {
    look(at: sessions, declared).map { session, principal, signs in
      Judgement(
        session: session.session, isFinding: isFinding(signs, principal), isComplete: principal.isComplete,
        evidence: signs.map { Evidence(kind: $0.kind, bits: policy.weight(of: $0.kind), text: $0.text) })
    }
  }

  /// The same without the words: what sums over many people need.
  package func score(_ sessions: [SessionObservations], declared: [DeclaredSchedule] = []) -> [SessionScore] {
    look(at: sessions, declared).map { _, principal, signs in
      SessionScore(
        bits: EvidencePolicy.sum(signs.lazy.map { policy.weight(of: $0.kind) }),
        isFinding: isFinding(signs, principal), isComplete: principal.isComplete, leading: leading(signs))
    }
  }

  /// Which kinds are there in each session, the prior among them: what weights are fitted on.
  package func present(
    _ sessions: [SessionObservations], declared: [DeclaredSchedule] = []
  ) -> [[EvidenceKind]] {
    look(at: sessions, declared).map { $0.signs.map(\.kind) }
  }

  /// What each session shows, by itself and among the others.
  private func look(
    at sessions: [SessionObservations], _ declared: [DeclaredSchedule]
  ) -> [(session: SessionObservations, principal: SessionObservations, signs: [Sign])] {
    let person = PersonContext(
      sessions, declared: declared + (policy.schedules ?? []), thresholds: policy.thresholds)
    var found = sessions.indices.map { place in
      person.principals[place] == place ? signs(of: sessions[place], at: place, in: person) : []
    }
    addHabits(to: &found, of: sessions)
    return zip(sessions, person.principals).map { ($0, sessions[$1], found[$1]) }
  }

  /// In the order of ``EvidenceKind``, each kind at most once.
  private func signs(of session: SessionObservations, at place: Int, in person: PersonContext) -> [Sign] {
    var signs = SessionSigns(session, thresholds: policy.thresholds, isDeclared: person.isDeclared[place])
      .signs
    signs += person.signs(at: place)
    if !session.isComplete { signs.removeAll { $0.kind.direction == .againstPurpose } }
    signs.sort { $0.kind.rank < $1.kind.rank }
    return signs
  }

  /// Whoever has a machine at work has more than one session of it. How many sessions there are is no evidence, only what
  /// share of the others bears marks.
  private func addHabits(to found: inout [[Sign]], of sessions: [SessionObservations]) {
    let isMarked = found.map { signs in signs.contains { $0.kind.isMark } }
    let marked = isMarked.count { $0 }
    // Those of which not all could be seen bear no marks, and are among all the same: what is missing lowers the share.
    let all = found.count { !$0.isEmpty }
    for place in sessions.indices where sessions[place].isComplete && !found[place].isEmpty {
      let (count, others) = (marked - (isMarked[place] ? 1 : 0), all - 1)
      guard count >= policy.thresholds.fewestMarked, others > 0 else { continue }
      let share = Double(count) / Double(others)
      // Work of which something came, or may, is not of that sort.
      // Commits that exist to exist are nothing that came of it.
      guard found[place].contains(where: { [.outcome, .commits].contains($0.kind.family) }) else { continue }
      let kind: EvidenceKind
      if share >= policy.thresholds.mostlyMarkedShare {
        kind = .mostlyMarkedSessions
      } else if share >= policy.thresholds.manyMarkedShare {
        kind = .manyMarkedSessions
      } else if share >= policy.thresholds.markedShare {
        kind = .markedSessions
      } else {
        continue
      }
      found[place].append(Sign(kind, count, of: others))
      found[place].sort { $0.kind.rank < $1.kind.rank }
    }
  }

  /// The family that speaks most against a purpose.
  private func leading(_ signs: [Sign]) -> EvidenceKind.Family? {
    var sums: [EvidenceKind.Family: Double] = [:]
    for sign in signs where sign.kind.direction == .againstPurpose {
      sums[sign.kind.family, default: 0] += policy.weight(of: sign.kind)
    }
    return EvidenceKind.Family.allCases.filter { (sums[$0] ?? 0) > 0 }.max {
      (sums[$0] ?? 0) < (sums[$1] ?? 0)
    }
  }

  private func isFinding(_ signs: [Sign], _ session: SessionObservations) -> Bool {
    guard session.isComplete, session.states.waiting == 0, !session.hasSoundOutcome else { return false }
    var families: Set<EvidenceKind.Family> = []
    for sign in signs where sign.kind.direction == .againstPurpose && sign.kind != .roundTarget {
      // What other sessions show is no evidence of its own against this one.
      if sign.kind.family == .habit { continue }
      families.insert(sign.kind.family)
    }
    guard families.count >= policy.findingFamilies,
      !families.isDisjoint(with: [.outcome, .commits, .records])
    else { return false }
    return EvidencePolicy.sum(
      signs.lazy.filter { $0.kind != .roundTarget }.map { policy.weight(of: $0.kind) }) >= policy.findingBits
  }
}

/// What is said of a session where nobody reads why.
package struct SessionScore: Hashable, Sendable {
  package var bits: Double
  package var isFinding: Bool
  package var isComplete: Bool
  /// What speaks most against a purpose; `nil` where nothing does.
  package var leading: EvidenceKind.Family?

  package init(bits: Double, isFinding: Bool, isComplete: Bool, leading: EvidenceKind.Family? = nil) {
    self.bits = bits
    self.isFinding = isFinding
    self.isComplete = isComplete
    self.leading = leading
  }

  package var probability: Double { EvidencePolicy.probability(ofBits: bits) }
}

extension EvidenceKind {
  private static let ranks = Dictionary(
    uniqueKeysWithValues: allCases.enumerated().map { ($0.element, $0.offset) })

  /// Its place in the order in which kinds are declared.
  var rank: Int { Self.ranks[self] ?? 0 }
}

extension SessionObservations {
  /// Whether what was not found is not there: turns were recorded, and it is known where their work would be.
  package var isComplete: Bool {
    !flags.contains(.usageOnly) && turns.main > 0 && states.all > 0 && states.unknown == 0
  }

  /// Every turn of it is an agent's.
  var isAgents: Bool { turns.main == 0 && turns.agent > 0 }

  /// Something landed that is not made to be counted.
  package var hasSoundOutcome: Bool {
    states.held + states.fresh > 0
      && (commits.all == 0 || commits.all > commits.hollow + (isUnchecked ? commits.filler : 0))
  }

  /// Nothing shows that anybody looked at what it made: no test, no change by hand, no message that takes an answer up.
  /// Most new files are touched once and are what somebody wanted; those that nobody looked at may be filler.
  var isUnchecked: Bool {
    work.tests + work.failuresFixed + work.editsReworked + work.editsRefused + reading.takenUp == 0
      && states.explored == 0
  }
}
