import Ledger

@testable import Visibility

/// Somebody who has read everything that was ever published of a week, knows who could have used what, and does exact
/// linear algebra. Shares no code with what it attacks: another prime, other columns, another way of searching.
struct Attacker {
  /// What the attacker found out, in words.
  struct Breach: CustomStringConvertible, Hashable {
    var description: String
  }

  enum Viewer {
    case anybody
    /// Subtracts what they used themself.
    case person(Int)
    /// Subtracts what direct reports used.
    case manager(Set<Int>)
  }

  /// A cell of the matrix before columns are put together: one contributor's use, or non-use, of one tool in one set
  /// of groups in one version.
  private struct Piece {
    struct Place: Hashable {
      var contributor: Contributor
      var groups: Set<Grouping>
      var tool: Tool
      var version: Int

      init(_ one: Contribution) {
        contributor = one.contributor
        groups = one.groups
        tool = one.tool
        version = one.version
      }
    }

    var person: Int
    var isActive: Bool
    var isUse: Bool
    var amount: Double
    var groups: Set<Grouping>
    var tool: Tool
    var version: Int
  }

  struct Column: Sendable {
    var people: Set<Int> = []
    var active: Set<Int> = []
    var isUse = true
    /// Person and amount.
    var amounts: [Int: Double] = [:]
  }

  private static let prime: UInt64 = 1_000_000_007

  private let floors: Floors
  private let managed: [Set<Int>]
  private(set) var columns: [Column] = []
  /// Published sums, and sums that should not be known.
  private(set) var rows: [[UInt64]] = []
  private var wanted: [(cell: Cell, row: [UInt64])] = []

  /// - Parameters:
  ///   - isOfUse: whether anything at all counts, so that who used nothing is known from it too.
  ///   - value: what is added up; `nil` where there is nothing of it.
  ///   - published: the sums that were published, with their versions.
  init(
    _ use: WeekOfUse, isOfUse: Bool = false, value: (Figures) -> Int64?,
    published: [(cell: Cell, version: Int)], wanted: [Cell]
  ) {
    floors = use.floors
    let people = Set(use.contributions.map(\.contributor)).union(use.members.keys).sorted()
    let place = Dictionary(uniqueKeysWithValues: people.enumerated().map { ($1, $0) })
    let pieces = Self.pieces(use, place, value, isOfUse: isOfUse)
    managed =
      use.lines.map { line in Set(([line.manager] + line.reports).compactMap { place[.person($0)] }) }
      + use.managed.map { group, managers in
        Set(pieces.filter { $0.groups.contains(group) }.map(\.person))
          .union(managers.compactMap { place[.person($0)] })
      }
    let sums = published + wanted.map { ($0, 1) }
    var signatures: [[Bool]: Int] = [:]
    for piece in pieces {
      let signature = sums.map { Self.isIn(piece, $0.cell, $0.version) } + [piece.isUse]
      let index = signatures[signature] ?? columns.count
      if index == columns.count {
        signatures[signature] = index
        columns.append(Column(isUse: piece.isUse))
      }
      columns[index].people.insert(piece.person)
      if piece.isActive { columns[index].active.insert(piece.person) }
      columns[index].amounts[piece.person, default: 0] += piece.amount
    }
    let equations = sums.indices.map { sum in
      var equation = [UInt64](repeating: 0, count: columns.count)
      for (signature, index) in signatures where signature[sum] { equation[index] = 1 }
      return equation
    }
    rows = Array(equations.prefix(published.count))
    self.wanted = Array(zip(wanted, equations.dropFirst(published.count)))
  }

  private static func pieces(
    _ use: WeekOfUse, _ place: [Contributor: Int], _ value: (Figures) -> Int64?, isOfUse: Bool
  ) -> [Piece] {
    // Somebody is active in a cell if they asked for any of their use in it, of whatever measure.
    var asked: Set<Piece.Place> = []
    for one in use.contributions where one.isHumanInitiated {
      asked.insert(Piece.Place(one))
    }
    var pieces: [Piece] = []
    for one in use.contributions {
      guard let amount = value(one.figures) else { continue }
      var isPerson = false
      if case .person = one.contributor { isPerson = true }
      pieces.append(
        Piece(
          person: place[one.contributor] ?? -1, isActive: isPerson && asked.contains(Piece.Place(one)),
          isUse: true,
          amount: Double(amount), groups: one.groups, tool: one.tool, version: one.version))
    }
    guard isOfUse else { return pieces }
    let used = Dictionary(grouping: use.contributions.filter { $0.version == 1 }, by: \.contributor)
    for (person, groups) in use.members {
      let theirs = Set((used[person] ?? []).map(\.tool))
      for tool in Set(use.contributions.map(\.tool)).subtracting(theirs) {
        pieces.append(
          Piece(
            person: place[person] ?? -1, isActive: false, isUse: false, amount: 0, groups: groups, tool: tool,
            version: 1))
      }
    }
    return pieces
  }

  private static func isIn(_ piece: Piece, _ cell: Cell, _ version: Int) -> Bool {
    piece.version <= version && (cell.tool == nil || cell.tool == piece.tool)
      && (cell.group == .organisation || piece.groups.contains(cell.group))
  }

  /// Combinations found by elimination in several orders of the columns: one that few people are left in shows up
  /// wherever just one of its columns is among the pivots.
  func residuals(as viewers: [Viewer], orders: Int, seed: UInt64) -> Breach? {
    var random = SeededNumbers(seed)
    // Those with use first, so that what remains of a combination without use is seen too.
    var order = columns.indices.filter { columns[$0].isUse }
    let idle = columns.indices.filter { !columns[$0].isUse }
    order.sort { columns[$0].active.count > columns[$1].active.count }
    for _ in 0..<orders {
      for row in Self.eliminated(rows, order + idle) {
        for viewer in viewers {
          if let breach = breach(in: row, as: viewer) { return breach }
        }
      }
      order.shuffle(using: &random)
    }
    return nil
  }

  func breach(in row: [UInt64], as viewer: Viewer) -> Breach? {
    var (known, allowance): (Set<Int>, Int) = ([], 0)
    switch viewer {
    case .anybody: break
    case .person(let person): (known, allowance) = ([person], 1)
    case .manager(let group): known = group
    }
    var (people, active, idle): (Set<Int>, Set<Int>, Set<Int>) = ([], [], [])
    var amounts: [Int: Double] = [:]
    var (isUse, isUniform) = (false, true)
    var coefficient: UInt64?
    for (index, value) in row.enumerated() where value != 0 {
      guard columns[index].isUse else {
        idle.formUnion(columns[index].people)
        continue
      }
      isUse = true
      if let coefficient, coefficient != value { isUniform = false }
      coefficient = value
      people.formUnion(columns[index].people.subtracting(known))
      active.formUnion(columns[index].active.subtracting(known))
      amounts.merge(columns[index].amounts, uniquingKeysWith: +)
    }
    if !isUse {
      return idle.isEmpty || idle.count >= floors.others ? nil : Breach(description: "no use by \(idle)")
    }
    if people.isEmpty { return nil }
    if active.count < required(allowance == 1 ? people.union(known) : people) - allowance {
      return Breach(description: "a residual of \(people.sorted()), \(active.count) active, to \(viewer)")
    }
    if isUniform, case .anybody = viewer, Self.isDominated(amounts.values) {
      return Breach(description: "a dominated sum over \(people.sorted())")
    }
    return nil
  }

  /// Whether a withheld cell can be worked out that should not be known, or a difference of two published ones, one
  /// in the other, that one or two make.
  func derivations() -> Breach? {
    let uses = columns.indices.filter { columns[$0].isUse }
    let basis = Self.eliminated(rows, uses)
    for (cell, row) in wanted where isUnsafe(row) {
      if uses.contains(where: { row[$0] != 0 }), Self.isSpanned(row, by: basis, on: uses) {
        return Breach(description: "the withheld \(cell)")
      }
    }
    for outer in rows {
      for inner in rows where inner != outer {
        guard columns.indices.allSatisfy({ inner[$0] <= outer[$0] }) else { continue }
        let rest = zip(outer, inner).map { $0 - $1 }
        if let breach = breach(in: rest, as: .anybody) { return breach }
      }
    }
    return nil
  }

  private func isUnsafe(_ row: [UInt64]) -> Bool { breach(in: row, as: .anybody) != nil }

  /// Every way to pick fewer active people than the floor, with all who are not active beside them: whether any
  /// combination is left of those alone. Complete, and so only for very small organisations.
  func exhaustiveBreach() -> Breach? {
    let uses = columns.indices.filter { columns[$0].isUse }
    let everybody = Set(uses.flatMap { columns[$0].active }).sorted()
    let rank = Self.eliminated(rows, uses).filter { row in uses.contains { row[$0] != 0 } }.count
    var open: [(chosen: [Int], next: Int)] = [([], 0)]
    while let (chosen, next) = open.popLast() {
      let allowed = Set(chosen)
      let others = uses.filter { !columns[$0].active.isSubset(of: allowed) }
      let left = Self.eliminated(rows, others).filter { row in others.contains { row[$0] != 0 } }.count
      if left < rank { return Breach(description: "exactly \(chosen)") }
      guard chosen.count < floors.others - 1 else { continue }
      for index in next..<everybody.count { open.append((chosen + [everybody[index]], index + 1)) }
    }
    return nil
  }

  private func required(_ people: Set<Int>) -> Int {
    managed.contains { people.isSubset(of: $0) } ? floors.manager : floors.others
  }

  // MARK: Algebra

  private static func isDominated(_ amounts: some Sequence<Double>) -> Bool {
    let sorted = amounts.map(abs).sorted(by: >)
    let total = sorted.reduce(0, +)
    return sorted.prefix(1).reduce(0, +) * 2 > total || sorted.prefix(2).reduce(0, +) * 4 > total * 3
  }

  /// Gauss and Jordan, with pivots looked for in the given order of columns; the rows that are left.
  private static func eliminated(_ rows: [[UInt64]], _ order: [Int]) -> [[UInt64]] {
    var rows = rows
    var done = 0
    for column in order {
      guard done < rows.count else { break }
      guard let pivot = rows[done...].firstIndex(where: { $0[column] != 0 }) else { continue }
      rows.swapAt(done, pivot)
      let inverse = power(rows[done][column], prime - 2)
      if inverse != 1 { rows[done] = rows[done].map { $0 * inverse % prime } }
      let row = rows[done]
      for other in rows.indices where other != done && rows[other][column] != 0 {
        subtract(rows[other][column], row, from: &rows[other])
      }
      done += 1
    }
    return rows
  }

  private static func isSpanned(_ wanted: [UInt64], by basis: [[UInt64]], on columns: [Int]) -> Bool {
    var rest = wanted
    for row in basis {
      guard let pivot = columns.first(where: { row[$0] != 0 }) else { continue }
      if rest[pivot] != 0 { subtract(rest[pivot], row, from: &rest) }
    }
    return columns.allSatisfy { rest[$0] == 0 }
  }

  private static func subtract(_ factor: UInt64, _ row: [UInt64], from vector: inout [UInt64]) {
    let minus = prime - factor
    row.withUnsafeBufferPointer { row in
      vector.withUnsafeMutableBufferPointer { vector in
        var index = 0
        while index < vector.count {
          if row[index] != 0 { vector[index] = (vector[index] + minus * row[index]) % prime }
          index += 1
        }
      }
    }
  }

  private static func power(_ base: UInt64, _ exponent: UInt64) -> UInt64 {
    var (result, base, exponent) = (UInt64(1), base, exponent)
    while exponent > 0 {
      if exponent & 1 == 1 { result = result * base % prime }
      base = base * base % prime
      exponent >>= 1
    }
    return result
  }
}
