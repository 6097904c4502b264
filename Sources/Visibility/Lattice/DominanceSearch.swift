/// Looks for a combination of published sums, one of them new, in which one person outweighs all others, or two do
/// three times: it would say about what they used.
///
/// Goes through the columns that such a combination may have, as ``ResidualSearch`` does. A branch ends where nobody,
/// with all that the combination could still hold of theirs, can outweigh what it holds of the others already.
/// Coefficients are taken as alike, so that of combinations with very different ones only the support is judged.
struct DominanceSearch {
  private struct State {
    var sums: Combinations
    var taken = Bits()
    /// What the taken columns hold, by person and in all.
    var held: [Double]
    var total = 0.0
  }

  static let mostSteps = 1000

  /// What each person used of a column; empty where there is no use.
  private let amounts: [[(person: Int, amount: Double)]]
  /// What those of a column used who did not use most of it.
  private let rest: [Double]
  private let excluded: [Int]
  private let people: Int

  init(_ space: PublishedSpace, _ atoms: Atoms, _ measure: Measure) {
    people = atoms.people.count
    amounts = space.columns.map { column in
      column.isUse
        ? atoms.amounts(in: column.atoms, measure).map { (person: $0.key, amount: $0.value) } : []
    }
    rest = amounts.map { column in
      column.reduce(0) { $0 + $1.amount } - (column.map(\.amount).max() ?? 0)
    }
    var all = [Double](repeating: 0, count: people)
    for column in amounts { for one in column { all[one.person] += one.amount } }
    let none = State(sums: Combinations(base: [], free: []), held: [Double](repeating: 0, count: people))
    var excluded: [Int] = []
    for index in amounts.indices where rest[index] > 0 {
      var alone = none
      Self.take(amounts[index], &alone)
      if !Self.canBeDominated(alone, reach: all) { excluded.append(index) }
    }
    self.excluded = excluded
  }

  func verdict(on equation: [UInt64], in space: PublishedSpace) -> Verdict {
    let out = Bits(excluded)
    let free = zip(space.rows, space.pivots).filter { !out.contains($1) }.map(\.0)
    guard let start = Combinations(base: equation, free: free).vanishing(at: excluded) else { return .clean }
    var open = [State(sums: start, held: [Double](repeating: 0, count: people))]
    var steps = 0
    while var state = open.popLast() {
      steps += 1
      if steps > Self.mostSteps { return .undecided }
      takeForced(&state)
      let reach = reach(of: state)
      guard Self.canBeDominated(state, reach: reach) else { continue }
      guard let column = columnToBranchOn(state) else {
        if reach.contains(where: { $0 > 0 }), Dominance.holds(reach) { return .discloses }
        continue
      }
      if let without = state.sums.vanishing(at: column) {
        var other = state
        other.sums = without
        open.append(other)
      }
      state.taken.insert(column)
      Self.take(amounts[column], &state)
      open.append(state)
    }
    return .clean
  }

  /// The most that the combinations of a state can hold of each person.
  private func reach(of state: State) -> [Double] {
    var reach = [Double](repeating: 0, count: people)
    for column in amounts.indices where !amounts[column].isEmpty && state.sums.touches(column) {
      for one in amounts[column] { reach[one.person] += one.amount }
    }
    return reach
  }

  /// Whether one person could come to more than the others have, or two to more than three times that.
  private static func canBeDominated(_ state: State, reach: [Double]) -> Bool {
    var single = 0.0
    var (first, second) = (0.0, 0.0)
    var index = 0
    while index < reach.count {
      single = max(single, reach[index] + state.held[index])
      let score = reach[index] + 3 * state.held[index]
      if score > first { (first, second) = (score, first) } else if score > second { second = score }
      index += 1
    }
    return single > state.total || first + second > 3 * state.total
  }

  private static func take(_ column: [(person: Int, amount: Double)], _ state: inout State) {
    for one in column {
      state.held[one.person] += one.amount
      state.total += one.amount
    }
  }

  private func takeForced(_ state: inout State) {
    for column in amounts.indices where !amounts[column].isEmpty && state.sums.base[column] != 0 {
      if state.taken.contains(column) || state.sums.isFree(column) { continue }
      state.taken.insert(column)
      Self.take(amounts[column], &state)
    }
  }

  /// The free column in which most is others'.
  private func columnToBranchOn(_ state: State) -> Int? {
    var best: Int?
    for column in amounts.indices where !amounts[column].isEmpty {
      if state.taken.contains(column) || !state.sums.isFree(column) { continue }
      if let best, rest[best] >= rest[column] { continue }
      best = column
    }
    return best
  }
}
