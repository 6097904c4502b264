import Ledger

/// What the lattice does to protect people. All of it, always; tests take one away to show that it is needed.
struct Safeguards: OptionSet, Sendable {
  let rawValue: Int
  /// No combination of sums leaves too few people, or a dominated cell.
  static let complementary = Safeguards(rawValue: 1)
  /// No sum that one or two people make.
  static let dominance = Safeguards(rawValue: 2)
  /// What was published before counts.
  static let freezing = Safeguards(rawValue: 4)
  /// What managers can see of direct reports counts.
  static let knowledge = Safeguards(rawValue: 8)
  static let all: Safeguards = [.complementary, .dominance, .freezing, .knowledge]
}

/// Takes sums one by one and admits each that is safe together with all that were admitted before.
struct Publisher: Sendable {
  struct Sum: Sendable {
    var cell: Cell
    var members: Bits
  }

  enum Refusal: Error, Hashable, Sendable {
    case tooFewPeople
    case dominated
    /// Together with other sums it would leave too few people, or a sum that few make.
    case wouldDisclose
    /// It could not be shown in time that it does not.
    case undecided
  }

  let atoms: Atoms
  let safeguards: Safeguards
  /// All sums that may be asked for, from the widest to the narrowest.
  let candidates: [Sum]
  private var spaces: [Measure: PublishedSpace] = [:]
  private var admitted: [Measure: [Sum]] = [:]
  private var dominated: [Measure: [Bits]] = [:]

  init(_ atoms: Atoms, safeguards: Safeguards) {
    self.atoms = atoms
    self.safeguards = safeguards
    let groups = [Grouping.organisation] + atoms.groups
    let cells = groups.flatMap { group in
      [Cell(group)] + atoms.tools.map { Cell(group, tool: $0) }
    }
    let sums = cells.map { cell in
      let members = atoms.members(of: cell, upTo: 1)
      return (sum: Sum(cell: cell, members: members), size: atoms.people(in: members).count)
    }
    // All tools before single ones, the organisation before groups, teams before what crosses them, many before few.
    candidates = sums.sorted { a, b in
      let (first, second) = (a.sum.cell, b.sum.cell)
      if (first.tool == nil) != (second.tool == nil) { return first.tool == nil }
      if first.group.dimension != second.group.dimension {
        return first.group.dimension < second.group.dimension
      }
      if a.size != b.size { return a.size > b.size }
      if first.group != second.group { return first.group < second.group }
      return (first.tool?.rawValue ?? "") < (second.tool?.rawValue ?? "")
    }.map(\.sum)
  }

  /// Admits a sum in all `measures`, or in none.
  mutating func admit(_ sum: Sum, as measures: [Measure]) throws(Refusal) {
    var next = self
    for measure in measures { try next.admit(sum, measure) }
    self = next
  }

  /// Takes in a sum that is published already.
  mutating func assume(_ sum: Sum, as measures: [Measure]) {
    for measure in measures {
      var space = space(of: measure)
      let equation = space.equation(for: sum.members, atoms)
      space.insert(equation)
      spaces[measure] = space
      admitted[measure, default: []].append(sum)
    }
  }

  /// Admits that nobody in a group used anything: a figure of all its people.
  mutating func admitNone(_ sum: Sum) throws(Refusal) {
    let people = atoms.people(in: sum.members)
    guard atoms.isEnough(people: people, active: people.count) else { throw .tooFewPeople }
    try admitCombinations(sum, .cost)
  }

  private mutating func admit(_ sum: Sum, _ measure: Measure) throws(Refusal) {
    let used = Bits(sum.members.members.filter { Self.isUse(atoms.atoms[$0], measure) })
    let active = atoms.people(in: used, where: \.isActive).count
    guard atoms.isEnough(people: atoms.people(in: used), active: active) else { throw .tooFewPeople }
    if safeguards.contains(.dominance), atoms.isDominated(sum.members, measure) { throw .dominated }
    try admitCombinations(sum, measure)
  }

  private mutating func admitCombinations(_ sum: Sum, _ measure: Measure) throws(Refusal) {
    guard safeguards.contains(.complementary) else { return }
    var space = space(of: measure)
    let equation = space.equation(for: sum.members, atoms)
    if equation.contains(where: { $0 != 0 }) {
      var searches = [ResidualSearch.forFigures(space, atoms)]
      if measure == .cost { searches.append(.forNone(space, atoms)) }
      if safeguards.contains(.knowledge) {
        for known in atoms.known { searches.append(.forFigures(space, atoms, known: known)) }
      }
      for search in searches { try Self.require(search.verdict(on: equation, in: space)) }
      if measure.isOfOutcomes, ResidualSearch.leavesOnlyNone(equation, in: space, atoms) {
        throw .wouldDisclose
      }
      if safeguards.contains(.dominance) {
        let search = DominanceSearch(space, atoms, measure)
        try Self.require(search.verdict(on: equation, in: space))
      }
      space.insert(equation)
      if safeguards.contains(.dominance) {
        if leavesDominated(sum, measure) { throw .wouldDisclose }
        for target in dominatedCandidates(measure) where space.yields(target) { throw .wouldDisclose }
      }
    }
    spaces[measure] = space
    admitted[measure, default: []].append(sum)
  }

  private static func require(_ verdict: Verdict) throws(Refusal) {
    switch verdict {
    case .clean: return
    case .discloses: throw .wouldDisclose
    case .undecided: throw .undecided
    }
  }

  /// Whether what is left of a wider sum is few people's, once this one is taken off it, alone or with its like.
  private func leavesDominated(_ sum: Sum, _ measure: Measure) -> Bool {
    let others = admitted[measure] ?? []
    for other in others {
      if sum.members.isSubset(of: other.members) {
        if atoms.isDominated(other.members.subtracting(sum.members), measure) { return true }
        for isLike in [Self.isOtherGroup, Self.isOtherTool] {
          var covered = sum.members
          for part in others where isLike(part.cell, sum.cell) {
            if part.members.isSubset(of: other.members), part.members.isDisjoint(with: covered) {
              covered.formUnion(part.members)
            }
          }
          if atoms.isDominated(other.members.subtracting(covered), measure) { return true }
        }
      } else if other.members.isSubset(of: sum.members),
        atoms.isDominated(sum.members.subtracting(other.members), measure)
      {
        return true
      }
    }
    return false
  }

  private static func isOtherGroup(_ a: Cell, _ b: Cell) -> Bool {
    a.tool == b.tool && a.group.dimension == b.group.dimension
  }

  private static func isOtherTool(_ a: Cell, _ b: Cell) -> Bool {
    a.group == b.group && a.tool != nil && b.tool != nil
  }

  private func space(of measure: Measure) -> PublishedSpace {
    spaces[measure] ?? PublishedSpace(atoms) { Self.isUse($0, measure) }
  }

  private mutating func dominatedCandidates(_ measure: Measure) -> [Bits] {
    if let known = dominated[measure] { return known }
    let found = candidates.map(\.members).filter { atoms.isDominated($0, measure) }
    dominated[measure] = found
    return found
  }

  /// Cost stands for use of any kind: even what has no price shows that somebody was there.
  private static func isUse(_ atom: Atoms.Atom, _ measure: Measure) -> Bool {
    measure == .cost ? atom.isUse : measure.value(of: atom.figures) != 0
  }
}
