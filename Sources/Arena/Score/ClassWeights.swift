/// How much a session counts for, so that purposeless sessions are as common as `prior` says and each kind is as common
/// as any other of its class: what an arena holds is nobody's population.
package struct ClassWeights: Sendable {
  private var weights: [Key: Double] = [:]

  private struct Key: Hashable {
    var kind: PersonKind
    var isPerformed: Bool
  }

  package init(_ people: [JudgedPerson], prior: Double) {
    var counts: [Key: Int] = [:]
    for person in people {
      for session in person.sessions {
        counts[Key(kind: person.kind, isPerformed: session.isPerformed), default: 0] += 1
      }
    }
    let groups = Dictionary(grouping: counts.keys, by: \.isPerformed).mapValues(\.count)
    for (key, count) in counts {
      let share = key.isPerformed ? prior : 1 - prior
      weights[key] = share / Double(groups[key.isPerformed] ?? 1) / Double(count)
    }
  }

  package func weight(of session: JudgedSession, _ kind: PersonKind) -> Double {
    weights[Key(kind: kind, isPerformed: session.isPerformed)] ?? 0
  }

  package func calibrationCase(_ session: JudgedSession, of kind: PersonKind) -> Calibration.Case {
    Calibration.Case(
      probability: session.probability, isPositive: session.isPerformed, weight: weight(of: session, kind))
  }
}
