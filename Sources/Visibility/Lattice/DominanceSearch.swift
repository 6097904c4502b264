/// Looks for a combination of published sums, one of them new, in which one or two heavy users outweigh all others:
/// it would say about what they used.
///
/// Goes through the columns that such a combination may have, as ``ResidualSearch`` does, with what the others used in
/// place of how many they are. Coefficients are taken as alike, so that of combinations with very different ones only
/// the support is judged.
struct DominanceSearch {
  private struct State {
    var sums: Combinations
    var taken = Bits()
    var others = 0.0
  }

  static let mostSteps = 1000

  /// What the heavy users used of each column, and what the others did.
  private var heavy: [Double] = []
  private var others: [Double] = []
  private let isUse: [Bool]
  private let heavyColumns: [Int]
  /// So much more than the others the heavy ones must have used.
  private let factor: Double
  private let most: Double

  /// - Parameter people: one person, or two.
  init(_ space: PublishedSpace, of people: [Int], amounts: [[Int: Double]]) {
    factor = people.count == 1 ? 1 : 3
    isUse = space.columns.map(\.isUse)
    heavyColumns = amounts.indices.filter { index in people.contains { amounts[index][$0] != nil } }
    for column in amounts {
      var theirs = 0.0
      var all = 0.0
      for (person, amount) in column {
        if people.contains(person) { theirs += amount }
        all += amount
      }
      heavy.append(theirs)
      others.append(all - theirs)
    }
    most = heavy.reduce(0, +) / factor
  }

  func verdict(on equation: [UInt64], in space: PublishedSpace) -> Verdict {
    let excluded = isUse.indices.filter { isUse[$0] && others[$0] >= most }
    let free = zip(space.rows, space.pivots).filter { !(isUse[$1] && others[$1] >= most) }.map(\.0)
    guard let start = Combinations(base: equation, free: free).vanishing(at: excluded) else { return .clean }
    var open = [State(sums: start)]
    var steps = 0
    while var state = open.popLast() {
      steps += 1
      if steps > Self.mostSteps { return .undecided }
      guard takeForced(&state) else { continue }
      // What the heavy ones can still have in it, at most.
      let theirs = heavyColumns.reduce(0) { state.sums.touches($1) ? $0 + heavy[$1] : $0 }
      guard theirs > state.others * factor else { continue }
      guard let column = columnToBranchOn(state) else { return .discloses }
      if let without = state.sums.vanishing(at: column) {
        var other = state
        other.sums = without
        open.append(other)
      }
      state.taken.insert(column)
      state.others += others[column]
      if state.others < most { open.append(state) }
    }
    return .clean
  }

  private func takeForced(_ state: inout State) -> Bool {
    for column in isUse.indices where isUse[column] && others[column] > 0 {
      if state.sums.base[column] == 0 || state.taken.contains(column) || state.sums.isFree(column) {
        continue
      }
      state.taken.insert(column)
      state.others += others[column]
      if state.others >= most { return false }
    }
    return true
  }

  private func columnToBranchOn(_ state: State) -> Int? {
    var best: Int?
    for column in isUse.indices where isUse[column] && others[column] > 0 {
      if state.taken.contains(column) || !state.sums.isFree(column) { continue }
      if let best, others[best] >= others[column] { continue }
      best = column
    }
    return best
  }
}
