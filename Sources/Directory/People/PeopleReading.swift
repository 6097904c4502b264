package import Ledger

/// What pages on people need beyond a ``DirectorySnapshot``: read when such a page is asked for, never for a call.
package struct PeopleReading: Sendable {
  /// The snapshot of the same moment.
  package var snapshot: DirectorySnapshot
  /// By the person's identifier; of people that a directory service or a list named.
  package var users: [Int64: ProvisionedUser] = [:]
  package var groups: [ProvisionedGroup] = []
  /// People and whom they report to.
  package var reporting: [Tenure] = []
  package var costCentres: [CostCentre] = []
  /// People and the cost centre they are charged to.
  package var charging: [Tenure] = []
  package var repositories: [Repository] = []
  package var identities: [SpendIdentity] = []
  package var rule: TeamRule = .groups
  /// People in more than one group that is a team: the groups' names, the one that counts first.
  package var ambiguous: [Int64: [String]] = [:]
  /// People whose manager is named and is nobody here; as it was given.
  package var managersUnknown: [Int64: String] = [:]

  package init(snapshot: DirectorySnapshot) { self.snapshot = snapshot }

  package func manager(of person: Int64, at instant: Instant) -> Int64? {
    reporting.first { $0.member == person && $0.holds(at: instant) }?.of
  }

  /// Those who report to a person directly.
  package func reports(of person: Int64, at instant: Instant) -> [Int64] {
    reporting.filter { $0.of == person && $0.holds(at: instant) }.map(\.member)
  }

  /// The managers above a person, the nearest first; a line that runs in a circle ends where it would begin again.
  package func managers(above person: Int64, at instant: Instant) -> [Int64] {
    let lines = Dictionary(
      reporting.filter { $0.holds(at: instant) }.map { ($0.member, $0.of) }
    ) { first, _ in first }
    var seen: Set = [person]
    var above: [Int64] = []
    var next = lines[person]
    while let one = next, seen.insert(one).inserted {
      above.append(one)
      next = lines[one]
    }
    return above
  }

  /// Everybody below a person, near or far; not the person.
  package func everybody(below person: Int64, at instant: Instant) -> Set<Int64> {
    let lines = Dictionary(grouping: reporting.filter { $0.holds(at: instant) }, by: \.of)
    var below: Set<Int64> = []
    var open = [person]
    while let one = open.popLast() {
      for line in lines[one] ?? [] where line.member != person && below.insert(line.member).inserted {
        open.append(line.member)
      }
    }
    return below
  }

  package func costCentre(of person: Int64, at instant: Instant) -> Int64? {
    charging.first { $0.member == person && $0.holds(at: instant) }?.of
  }
}

/// What finance charges people's costs to.
package struct CostCentre: Hashable, Sendable, Identifiable {
  package var id: Int64
  package var name: String
  package var created: Instant
  package init(id: Int64, name: String, created: Instant) {
    self.id = id
    self.name = name
    self.created = created
  }
}
