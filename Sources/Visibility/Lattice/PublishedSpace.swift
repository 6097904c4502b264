/// All that can be worked out from published sums: the row space of their equations, kept in reduced echelon form.
///
/// A column stands for atoms that no published sum tells apart; publishing a further sum may split columns.
struct PublishedSpace: Sendable {
  struct Column: Sendable {
    var atoms: Bits
    /// Everybody with an atom in it.
    var people: Bits
    /// Those with use in it that they asked for.
    var active: Bits
    /// Whether its atoms are use; else they are known to be none.
    var isUse: Bool
  }

  private(set) var columns: [Column] = []
  private(set) var rows: [[UInt64]] = []
  /// The pivot of each row: there the row has 1 and all others have 0.
  private(set) var pivots: [Int] = []

  /// - Parameter isUse: which atoms have anything of the measure.
  init(_ atoms: Atoms, isUse: (Atoms.Atom) -> Bool) {
    for kind in [true, false] {
      let members = Bits(atoms.atoms.indices.filter { isUse(atoms.atoms[$0]) == kind })
      if !members.isEmpty { columns.append(Self.column(members, atoms, isUse: kind)) }
    }
  }

  private static func column(_ members: Bits, _ atoms: Atoms, isUse: Bool) -> Column {
    Column(
      atoms: members, people: atoms.people(in: members), active: atoms.people(in: members, where: \.isActive),
      isUse: isUse)
  }

  /// Tells the atoms of `sum` apart from the others.
  ///
  /// - Returns: the sum's equation over the columns, with all taken off that is known already: all zeros if the sum
  ///   can be worked out from what is published.
  mutating func equation(for sum: Bits, _ atoms: Atoms) -> [UInt64] {
    var equation = [UInt64](repeating: 0, count: columns.count)
    for index in columns.indices {
      let column = columns[index]
      if column.atoms.isDisjoint(with: sum) { continue }
      if column.atoms.isSubset(of: sum) {
        equation[index] = 1
        continue
      }
      let outside = column.atoms.subtracting(sum)
      columns[index] = Self.column(outside, atoms, isUse: column.isUse)
      columns.append(Self.column(column.atoms.subtracting(outside), atoms, isUse: column.isUse))
      for row in rows.indices { rows[row].append(rows[row][index]) }
      equation.append(1)
    }
    reduce(&equation)
    return equation
  }

  /// Whether a sum can be worked out from what is published, by whoever knows who used nothing.
  func yields(_ sum: Bits) -> Bool {
    var equation = [UInt64](repeating: 0, count: columns.count)
    for (index, column) in columns.enumerated() where column.isUse && !column.atoms.isDisjoint(with: sum) {
      guard column.atoms.isSubset(of: sum) else { return false }
      equation[index] = 1
    }
    // Rows with a pivot without use have no use anywhere: pivots are taken where there is use, if at all.
    reduce(&equation)
    return equation.indices.allSatisfy { equation[$0] == 0 || !columns[$0].isUse }
  }

  private func reduce(_ equation: inout [UInt64]) {
    for (row, pivot) in zip(rows, pivots) { Residues.subtract(equation[pivot], times: row, from: &equation) }
  }

  /// Adds a reduced equation. Its pivot is the column with most active people, which no harmful combination can touch.
  mutating func insert(_ equation: [UInt64]) {
    var best: (index: Int, isUse: Int, people: Int)?
    for (index, value) in equation.enumerated() where value != 0 {
      let kind = columns[index].isUse ? 1 : 0
      let people = columns[index].active.count
      if let best, (best.isUse, best.people) >= (kind, people) { continue }
      best = (index, kind, people)
    }
    guard let pivot = best?.index else { return }
    var row = equation
    Residues.scale(&row, by: Residues.inverse(of: row[pivot]))
    for index in rows.indices { Residues.subtract(rows[index][pivot], times: row, from: &rows[index]) }
    rows.append(row)
    pivots.append(pivot)
  }
}
