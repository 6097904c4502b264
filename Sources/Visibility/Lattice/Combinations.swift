/// What a search for harmful combinations found.
enum Verdict: Sendable {
  case clean, discloses
  /// Not found out within the steps allowed; taken as a disclosure.
  case undecided
}

/// A combination of sums, and others that can be added to it in any multiple.
struct Combinations: Sendable {
  var base: [UInt64]
  var free: [[UInt64]]

  func isFree(_ column: Int) -> Bool {
    for row in free where row[column] != 0 { return true }
    return false
  }

  /// Whether any of the combinations has the column in it.
  func touches(_ column: Int) -> Bool { base[column] != 0 || isFree(column) }

  /// Those that have zero at a column; `nil` if none has.
  func vanishing(at column: Int) -> Combinations? { vanishing(at: [column]) }

  func vanishing(at columns: [Int]) -> Combinations? {
    var rest = self
    for column in columns {
      guard let index = rest.free.firstIndex(where: { $0[column] != 0 }) else {
        if rest.base[column] != 0 { return nil }
        continue
      }
      var row = rest.free.remove(at: index)
      Residues.scale(&row, by: Residues.inverse(of: row[column]))
      Residues.subtract(rest.base[column], times: row, from: &rest.base)
      for other in rest.free.indices {
        Residues.subtract(rest.free[other][column], times: row, from: &rest.free[other])
      }
    }
    return rest
  }
}
