/// How often each kind of evidence is there in sessions of either label, each kind of person counting the same.
package struct EvidenceRates: Sendable, Hashable {
  package private(set) var performed: [String: Double] = [:]
  package private(set) var other: [String: Double] = [:]

  package init(_ people: [JudgedPerson]) {
    let weights = ClassWeights(people, prior: 0.5)
    for person in people {
      for session in person.sessions {
        // Of either label the weights add up to one half.
        let share = 2 * weights.weight(of: session, person.kind)
        for name in session.evidence {
          if session.isPerformed {
            performed[name, default: 0] += share
          } else {
            other[name, default: 0] += share
          }
        }
      }
    }
  }
}
