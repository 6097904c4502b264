/// UIDs as ranges, ascending, apart from each other: a mailbox of a hundred thousand messages is a few of them, and a server
/// that says `1:4294967295` gets one. In text as the protocol has it: `1:3,7`.
package struct UIDSet: Hashable, Sendable {
  package private(set) var ranges: [ClosedRange<UID>] = []

  package init() {}

  package init(_ range: ClosedRange<UID>) { ranges = [range] }

  package init(_ uid: UID) { ranges = [uid...uid] }

  package init(_ uids: some Sequence<UID>) { self.init(unordered: uids.map { $0...$0 }) }

  package init(unordered: [ClosedRange<UID>]) {
    var sorted = unordered
    if !zip(sorted, sorted.dropFirst()).allSatisfy({ $0.lowerBound <= $1.lowerBound }) {
      sorted.sort { $0.lowerBound < $1.lowerBound }
    }
    for range in sorted { append(range) }
  }

  /// - Parameter text: `1:3,7`; empty for none. `nil` for anything else, `*` included.
  package init?(_ text: String) {
    var found: [ClosedRange<UID>] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) where !text.isEmpty {
      let ends = part.split(separator: ":", omittingEmptySubsequences: false).map { end in
        end.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt32(end).flatMap { UID($0) } : nil
      }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else {
        return nil
      }
      found.append(min(first, last)...max(first, last))
    }
    self.init(unordered: found)
  }

  /// At the end, where `range` begins nowhere before the last one.
  private mutating func append(_ range: ClosedRange<UID>) {
    guard let last = ranges.last else {
      ranges.append(range)
      return
    }
    if UInt64(range.lowerBound.rawValue) <= UInt64(last.upperBound.rawValue) + 1 {
      if range.upperBound > last.upperBound { ranges[ranges.count - 1] = last.lowerBound...range.upperBound }
    } else {
      ranges.append(range)
    }
  }

  package var isEmpty: Bool { ranges.isEmpty }

  package var count: Int {
    ranges.reduce(0) { $0 + Int($1.upperBound.rawValue - $1.lowerBound.rawValue) + 1 }
  }

  package var first: UID? { ranges.first?.lowerBound }
  package var last: UID? { ranges.last?.upperBound }

  /// One after the other, ascending. Made as they are asked for: a set may hold billions.
  package var uids: some Sequence<UID> & Sendable {
    ranges.lazy.flatMap { ($0.lowerBound.rawValue...$0.upperBound.rawValue).lazy.map { UID(known: $0) } }
  }

  /// The first so many, without any of the others being made.
  package func prefix(_ most: Int) -> UIDSet {
    var result = UIDSet()
    var room = most
    for range in ranges where room > 0 {
      let count = min(room, Int(range.upperBound.rawValue - range.lowerBound.rawValue) + 1)
      result.append(range.lowerBound...UID(known: range.lowerBound.rawValue + UInt32(count - 1)))
      room -= count
    }
    return result
  }

  /// The last so many.
  package func suffix(_ most: Int) -> UIDSet {
    var found: [ClosedRange<UID>] = []
    var room = most
    for range in ranges.reversed() where room > 0 {
      let count = min(room, Int(range.upperBound.rawValue - range.lowerBound.rawValue) + 1)
      found.append(UID(known: range.upperBound.rawValue - UInt32(count - 1))...range.upperBound)
      room -= count
    }
    return UIDSet(unordered: found.reversed())
  }

  package func contains(_ uid: UID) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < uid { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(uid)
  }

  package mutating func insert(_ uid: UID) { insert(uid...uid) }

  package mutating func insert(_ range: ClosedRange<UID>) {
    if ranges.last.map({ $0.lowerBound <= range.lowerBound }) ?? true {
      append(range)
    } else {
      self = union(UIDSet(range))
    }
  }

  package func union(_ other: UIDSet) -> UIDSet {
    var result = UIDSet()
    result.ranges.reserveCapacity(ranges.count + other.ranges.count)
    var mine = ranges[...]
    var theirs = other.ranges[...]
    while let a = mine.first, let b = theirs.first {
      result.append(a.lowerBound <= b.lowerBound ? mine.removeFirst() : theirs.removeFirst())
    }
    for range in mine { result.append(range) }
    for range in theirs { result.append(range) }
    return result
  }

  package func intersection(_ other: UIDSet) -> UIDSet {
    var result = UIDSet()
    var mine = 0
    var theirs = 0
    while mine < ranges.count, theirs < other.ranges.count {
      let a = ranges[mine]
      let b = other.ranges[theirs]
      let low = max(a.lowerBound, b.lowerBound)
      let high = min(a.upperBound, b.upperBound)
      if low <= high { result.append(low...high) }
      if a.upperBound < b.upperBound { mine += 1 } else { theirs += 1 }
    }
    return result
  }

  package func subtracting(_ other: UIDSet) -> UIDSet {
    var result = UIDSet()
    var theirs = 0
    for range in ranges {
      var low = UInt64(range.lowerBound.rawValue)
      let high = UInt64(range.upperBound.rawValue)
      while theirs < other.ranges.count, other.ranges[theirs].upperBound < range.lowerBound { theirs += 1 }
      var index = theirs
      while index < other.ranges.count, low <= high {
        let gap = other.ranges[index]
        guard UInt64(gap.lowerBound.rawValue) <= high else { break }
        if UInt64(gap.lowerBound.rawValue) > low {
          result.append(UID(known: UInt32(low))...UID(known: gap.lowerBound.rawValue - 1))
        }
        low = UInt64(gap.upperBound.rawValue) + 1
        index += 1
      }
      if low <= high { result.append(UID(known: UInt32(low))...range.upperBound) }
    }
    return result
  }
}

extension UIDSet: ExpressibleByArrayLiteral {
  package init(arrayLiteral elements: UID...) { self.init(elements) }
}

extension UIDSet: CustomStringConvertible {
  /// As the protocol has it; empty for none.
  package var description: String {
    ranges.map { $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : "\($0.lowerBound):\($0.upperBound)" }
      .joined(separator: ",")
  }
}

extension UIDSet: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let set = UIDSet(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "A set of UIDs is written as 1:3,7.")
    }
    self = set
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
