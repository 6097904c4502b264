/// An index with what follows from its refs: which commits landed on the default branch, when and by which
/// commit, and which are reachable at all. Rewritten history shows here: what no ref reaches any more neither
/// landed nor is open.
package struct RepositoryHistory: Sendable {
  package let index: RepositoryIndex
  /// Per commit its place in the order of landing; ``RepositoryIndex/none`` if it has not landed.
  package private(set) var landingOrder: [UInt32]
  /// Per commit, milliseconds: its own commit time if it is on the default branch's first-parent line, else that
  /// of the merge that brought it in. 0 if it has not landed.
  package private(set) var landedAt: [Int64]
  /// Per commit the commit of the first-parent line that brought it in (itself, if it is on that line).
  package private(set) var landedBy: [UInt32]
  package private(set) var isReachable: [Bool]
  /// Whether it shares history with the default branch. A branch with a root of its own (published pages, a
  /// tool's metadata) holds copies of work, not work that could land.
  package private(set) var isRelated: [Bool]
  /// Commits sorted by name, to find abbreviations.
  private let byName: [UInt32]

  package init(_ index: RepositoryIndex) {
    self.index = index
    let count = index.commits.count
    landingOrder = Array(repeating: RepositoryIndex.none, count: count)
    landedAt = Array(repeating: 0, count: count)
    landedBy = Array(repeating: RepositoryIndex.none, count: count)
    isReachable = Array(repeating: false, count: count)
    isRelated = Array(repeating: false, count: count)
    byName = (0..<UInt32(truncatingIfNeeded: count)).sorted {
      index.commits[Int($0)].hash.words < index.commits[Int($1)].hash.words
    }
    land()
    reach()
    relate()
  }

  private mutating func land() {
    var next: UInt32 = 0
    for tip in index.tips where tip.isDefault == 1 {
      var line: [UInt32] = []
      var row = tip.commit
      while row != RepositoryIndex.none, landingOrder[Int(row)] == RepositoryIndex.none {
        line.append(row)
        row = index.parents[index.commits[Int(row)].parents].first ?? RepositoryIndex.none
      }
      for bringing in line.reversed() {
        var group: [UInt32] = []
        var pending = [bringing]
        while let row = pending.popLast() {
          guard landedBy[Int(row)] == RepositoryIndex.none else { continue }
          landedBy[Int(row)] = bringing
          landedAt[Int(row)] = index.commits[Int(bringing)].committed
          group.append(row)
          for parent in index.parents[index.commits[Int(row)].parents] where parent != RepositoryIndex.none {
            pending.append(parent)
          }
        }
        for row in group.sorted() {
          landingOrder[Int(row)] = next
          next += 1
        }
      }
    }
  }

  private mutating func reach() {
    var pending = index.tips.map(\.commit)
    while let row = pending.popLast() {
      guard !isReachable[Int(row)] else { continue }
      isReachable[Int(row)] = true
      for parent in index.parents[index.commits[Int(row)].parents] where parent != RepositoryIndex.none {
        pending.append(parent)
      }
    }
  }

  private mutating func relate() {
    let isUnborn = !index.tips.contains { $0.isDefault == 1 }
    for row in index.commits.indices {
      isRelated[row] =
        isUnborn || hasLanded(row)
        || index.parents[index.commits[row].parents].contains {
          $0 != RepositoryIndex.none && isRelated[Int($0)]
        }
    }
  }

  package func hasLanded(_ row: Int) -> Bool { landingOrder[row] != RepositoryIndex.none }

  /// Whether a pull or merge request brought it to the default branch, by the messages of the commits.
  package func wasReviewed(_ row: Int) -> Bool {
    guard hasLanded(row) else { return false }
    return index.commits[Int(landedBy[row])].flags.contains(.throughRequest)
  }

  /// The commit that a full or abbreviated name means; `nil` if there is none or more than one.
  package func commit(named name: CommitHash) -> Int? {
    var low = 0
    var high = byName.count
    while low < high {
      let middle = (low + high) / 2
      if index.commits[Int(byName[middle])].hash.words < name.words {
        low = middle + 1
      } else {
        high = middle
      }
    }
    guard low < byName.count, name.abbreviates(index.commits[Int(byName[low])].hash) else { return nil }
    if low + 1 < byName.count, name.abbreviates(index.commits[Int(byName[low + 1])].hash) { return nil }
    return Int(byName[low])
  }
}
