import Ledger

/// A week's use cut so fine that every cell is a set of whole pieces: what one contributor used in one combination of
/// groups with one tool in one version. Also the pieces in which nobody used anything though they could have.
struct Atoms: Sendable {
  struct Atom: Sendable {
    /// Place in ``Atoms/people``.
    var person: Int
    var groups: Set<Grouping>
    var tool: Tool
    var version: Int
    var figures: Figures
    var isActive: Bool
    /// Whether there is use in it, rather than none.
    var isUse: Bool
  }

  private struct Key: Hashable {
    var contributor: Contributor
    var groups: Set<Grouping>
    var tool: Tool
    var version: Int
  }

  let people: [Contributor]
  let atoms: [Atom]
  /// People of whom a manager knows more than others do, or who are in one managed group: residuals among them alone
  /// need the manager's floor.
  let managed: [Bits]
  /// What each manager knows by themself, if direct reports are visible: their own use and their reports'.
  let known: [Bits]
  let floors: Floors
  let tools: [Tool]
  let groups: [Grouping]

  init(_ week: WeekOfUse) {
    var order: [Key: Int] = [:]
    var people = Set(week.members.keys)
    for one in week.contributions { people.insert(one.contributor) }
    let sorted = people.sorted()
    let place = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, $0) })
    var atoms: [Atom] = []
    for one in week.contributions {
      let key = Key(
        contributor: one.contributor, groups: one.groups, tool: one.tool, version: one.version)
      if let known = order[key] {
        atoms[known].figures += one.figures
        atoms[known].isActive = atoms[known].isActive || one.isActive
      } else {
        order[key] = atoms.count
        atoms.append(
          Atom(
            person: place[one.contributor] ?? 0, groups: one.groups, tool: one.tool, version: one.version,
            figures: one.figures, isActive: one.isActive, isUse: true))
      }
    }
    let tools = Set(week.contributions.map(\.tool)).sorted { $0.rawValue < $1.rawValue }
    self.tools = tools
    var used: [Int: Set<Tool>] = [:]
    for atom in atoms where atom.version == 1 { used[atom.person, default: []].insert(atom.tool) }
    for (index, person) in sorted.enumerated() {
      guard let groups = week.members[person] else { continue }
      for tool in tools where used[index]?.contains(tool) != true {
        atoms.append(
          Atom(
            person: index, groups: groups, tool: tool, version: 1, figures: Figures(records: 0),
            isActive: false, isUse: false))
      }
    }
    self.people = sorted
    self.atoms = atoms
    floors = week.floors
    let lines = week.lines.sorted { $0.manager < $1.manager }.map { line in
      Bits(([line.manager] + line.reports).compactMap { place[.person($0)] })
    }
    var managed = lines
    for (group, managers) in week.managed.sorted(by: { $0.key < $1.key }) {
      var inside = Bits(
        atoms.lazy.filter { group == .organisation || $0.groups.contains(group) }.map(\.person))
      inside.formUnion(Bits(managers.compactMap { place[.person($0)] }))
      managed.append(inside)
    }
    self.managed = managed.filter { !$0.isEmpty }
    known = week.areReportsVisible ? lines : []
    groups = Set(atoms.flatMap(\.groups)).subtracting([.organisation]).sorted()
  }

  /// The atoms of a cell up to a version.
  func members(of cell: Cell, upTo version: Int) -> Bits {
    var members = Bits()
    for (index, atom) in atoms.enumerated() where atom.version <= version {
      if let tool = cell.tool, tool != atom.tool { continue }
      if cell.group == .organisation || atom.groups.contains(cell.group) { members.insert(index) }
    }
    return members
  }

  func people(in members: Bits, where isWanted: (Atom) -> Bool = { _ in true }) -> Bits {
    Bits(members.members.lazy.map { atoms[$0] }.filter(isWanted).map(\.person))
  }

  /// Whether so many active people are enough to say something of exactly these people.
  func isEnough(people: Bits, active: Int) -> Bool {
    if active >= floors.manager { return true }
    if active < floors.others { return false }
    for group in managed where people.isSubset(of: group) { return false }
    return true
  }

  /// How much each of the people in some atoms used.
  func amounts(in members: Bits, _ measure: Measure) -> [Int: Double] {
    var byPerson: [Int: Double] = [:]
    for index in members.members {
      let atom = atoms[index]
      let value = measure.value(of: atom.figures)
      if value != 0 { byPerson[atom.person, default: 0] += abs(Double(value)) }
    }
    return byPerson
  }

  func isDominated(_ members: Bits, _ measure: Measure) -> Bool {
    Dominance.holds(amounts(in: members, measure).values)
  }

  func figures(of members: Bits) -> Figures {
    members.members.reduce(into: Figures(records: 0)) { $0 += atoms[$1].figures }
  }
}
