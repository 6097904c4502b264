/// Which message of one mailbox became which of another: what COPYUID says (RFC 4315, section 3). In runs, so that a server
/// that claims to have copied four billion messages costs a few bytes.
package struct UIDMap: Hashable, Sendable, Codable {
  /// `count` messages from `source` on became as many from `destination` on.
  package struct Run: Hashable, Sendable, Codable {
    package var source: UID
    package var destination: UID
    package var count: Int
  }

  package private(set) var runs: [Run] = []

  package init() {}

  /// - Parameters:
  ///   - sources: In the order that the server gave, as are `destinations`: the first belongs to the first.
  /// - Returns: `nil` where there are more of one than of the other.
  package init?(from sources: [ClosedRange<UID>], to destinations: [ClosedRange<UID>]) {
    var from = Cursor(sources)
    var to = Cursor(destinations)
    while let source = from.next, let destination = to.next {
      let count = min(from.left, to.left)
      append(source: source, destination: destination, count: count)
      from.advance(count)
      to.advance(count)
    }
    guard from.next == nil, to.next == nil else { return nil }
  }

  package mutating func append(source: UID, destination: UID, count: Int = 1) {
    if let last = runs.last, Int(last.source.rawValue) + last.count == Int(source.rawValue),
      Int(last.destination.rawValue) + last.count == Int(destination.rawValue)
    {
      runs[runs.count - 1].count += count
    } else {
      runs.append(Run(source: source, destination: destination, count: count))
    }
  }

  package var isEmpty: Bool { runs.isEmpty }
  package var count: Int { runs.reduce(0) { $0 + $1.count } }
  package var sources: UIDSet { UIDSet(unordered: runs.map { Self.range($0.source, $0.count) }) }
  package var destinations: UIDSet { UIDSet(unordered: runs.map { Self.range($0.destination, $0.count) }) }

  package subscript(source: UID) -> UID? {
    for run in runs where source >= run.source {
      let offset = Int(source.rawValue - run.source.rawValue)
      if offset < run.count { return UID(known: run.destination.rawValue + UInt32(offset)) }
    }
    return nil
  }

  /// One after the other, in the order of `runs`; made as they are asked for.
  package var pairs: some Sequence<(source: UID, destination: UID)> {
    runs.lazy.flatMap { run in
      (0..<UInt32(run.count)).lazy.map {
        (source: UID(known: run.source.rawValue + $0), destination: UID(known: run.destination.rawValue + $0))
      }
    }
  }

  private static func range(_ first: UID, _ count: Int) -> ClosedRange<UID> {
    first...UID(known: first.rawValue + UInt32(count - 1))
  }

  private struct Cursor {
    private var rest: ArraySlice<ClosedRange<UID>>
    private var used = 0

    init(_ ranges: [ClosedRange<UID>]) { rest = ranges[...] }

    var next: UID? { rest.first.map { UID(known: $0.lowerBound.rawValue + UInt32(used)) } }

    var left: Int {
      rest.first.map { Int($0.upperBound.rawValue - $0.lowerBound.rawValue) + 1 - used } ?? 0
    }

    mutating func advance(_ count: Int) {
      if count == left {
        rest.removeFirst()
        used = 0
      } else {
        used += count
      }
    }
  }
}
