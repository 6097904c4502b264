import Ledger
/// Looks for a combination of published sums, one of them new, that too few people are left in.
///
/// Exact: what comes out ``Verdict/clean`` has no such combination, whatever its coefficients. The search goes through
/// the people that a combination may touch. A column with enough people cannot be in a harmful one, so that its
/// coefficient must vanish; of any other column either the coefficient vanishes, which takes a dimension away, or its
/// people are in, which leaves fewer places for others. If that takes too many steps it gives up, and what is not
/// known to be clean is not published.
struct ResidualSearch {
  /// What an attacker makes of a column.
  private enum Role {
    /// Knows it anyway: it may be in a combination, and protects nobody.
    case known
    /// A combination with this in it has enough people, or is not what is looked for.
    case excluded
    case counted
  }

  private struct State {
    var sums: Combinations
    var people = Bits()
    var active = Bits()
  }

  static let mostSteps = 4000

  private let atoms: Atoms
  private var roles: [Role] = []
  private var people: [Bits] = []
  private var active: [Bits] = []

  /// Residuals with figures in them, for an attacker who knows all that `known` people used.
  static func forFigures(_ space: PublishedSpace, _ atoms: Atoms, known: Bits = Bits()) -> ResidualSearch {
    var search = ResidualSearch(atoms: atoms)
    for column in space.columns {
      let people = column.people.subtracting(known)
      search.add(
        column.isUse && !people.isEmpty ? .counted : .known, people, column.active.subtracting(known))
    }
    return search
  }

  /// Residuals of people of whom it is then known that they used nothing.
  static func forNone(_ space: PublishedSpace, _ atoms: Atoms) -> ResidualSearch {
    var search = ResidualSearch(atoms: atoms)
    for column in space.columns {
      search.add(column.isUse ? .excluded : .counted, column.people, column.people)
    }
    return search
  }

  /// Whether a combination leaves only people who spent something and of whose spending nothing is of this measure: each
  /// of them then has none, however many they are.
  static func leavesOnlyNone(
    _ equation: [UInt64], in space: PublishedSpace, _ atoms: Atoms
  ) -> Bool {
    var search = ResidualSearch(atoms: atoms)
    for column in space.columns {
      let isSpending = column.atoms.members.contains { atoms.atoms[$0].figures.cost.count != 0 }
      search.roles.append(column.isUse ? .excluded : isSpending ? .counted : .known)
    }
    let free = zip(space.rows, space.pivots).filter { search.roles[$1] != .excluded }.map(\.0)
    let excluded = search.roles.indices.filter { search.roles[$0] == .excluded }
    guard let left = Combinations(base: equation, free: free).vanishing(at: excluded) else { return false }
    return search.roles.indices.contains { search.roles[$0] == .counted && left.touches($0) }
  }

  private init(atoms: Atoms) { self.atoms = atoms }

  private mutating func add(_ role: Role, _ people: Bits, _ active: Bits) {
    let hasEnough = role == .counted && atoms.isEnough(people: people, active: active.count)
    roles.append(hasEnough ? .excluded : role)
    self.people.append(people)
    self.active.append(active)
  }

  /// - Parameter equation: the new sum, reduced by `space`.
  func verdict(on equation: [UInt64], in space: PublishedSpace) -> Verdict {
    // At its pivot a row stands alone: where that must vanish, the row is in no combination.
    let free = zip(space.rows, space.pivots).filter { roles[$1] != .excluded }.map(\.0)
    let excluded = roles.indices.filter { roles[$0] == .excluded }
    guard let start = Combinations(base: equation, free: free).vanishing(at: excluded) else { return .clean }
    var open = [State(sums: start)]
    var steps = 0
    while var state = open.popLast() {
      steps += 1
      if steps > Self.mostSteps { return .undecided }
      guard takeForced(&state) else { continue }
      guard let column = columnToBranchOn(state) else {
        if touchesAnybody(state) { return .discloses }
        continue
      }
      if let without = state.sums.vanishing(at: column) {
        var other = state
        other.sums = without
        open.append(other)
      }
      state.people.formUnion(people[column])
      state.active.formUnion(active[column])
      if !atoms.isEnough(people: state.people, active: state.active.count) { open.append(state) }
    }
    return .clean
  }

  /// Takes in the people whom every combination of the state touches.
  ///
  /// - Returns: whether there are still too few.
  private func takeForced(_ state: inout State) -> Bool {
    for column in roles.indices where roles[column] == .counted && state.sums.base[column] != 0 {
      if state.sums.isFree(column) { continue }
      if people[column].isSubset(of: state.people) && active[column].isSubset(of: state.active) { continue }
      state.people.formUnion(people[column])
      state.active.formUnion(active[column])
      if atoms.isEnough(people: state.people, active: state.active.count) { return false }
    }
    return true
  }

  /// The column that brings in most people who are not in yet, so that a branch ends soon.
  private func columnToBranchOn(_ state: State) -> Int? {
    var best: (column: Int, gain: Int)?
    for column in roles.indices where roles[column] == .counted {
      guard state.sums.isFree(column) else { continue }
      let newcomers = people[column].subtracting(state.people)
      if newcomers.isEmpty && active[column].isSubset(of: state.active) { continue }
      let gain = active[column].subtracting(state.active).count * 64 + newcomers.count
      if let best, best.gain >= gain { continue }
      best = (column, gain)
    }
    return best?.column
  }

  private func touchesAnybody(_ state: State) -> Bool {
    for column in roles.indices where roles[column] == .counted {
      if state.sums.touches(column) { return true }
    }
    return false
  }
}
