/// A set of small numbers: people, or atoms, by their place in a list.
struct Bits: Hashable, Sendable {
  private(set) var words: [UInt64]

  init() { words = [] }

  init(_ members: some Sequence<Int>) {
    words = []
    for member in members { insert(member) }
  }

  /// Negative numbers are no places and are left out.
  mutating func insert(_ member: Int) {
    guard member >= 0 else { return }
    let word = member >> 6
    while words.count <= word { words.append(0) }
    words[word] |= 1 << UInt64(member & 63)
  }

  func contains(_ member: Int) -> Bool {
    let word = member >> 6
    return member >= 0 && word < words.count && words[word] & (1 << UInt64(member & 63)) != 0
  }

  var count: Int {
    var count = 0
    for word in words { count += word.nonzeroBitCount }
    return count
  }

  var isEmpty: Bool {
    for word in words where word != 0 { return false }
    return true
  }

  mutating func formUnion(_ other: Bits) {
    while words.count < other.words.count { words.append(0) }
    var index = 0
    while index < other.words.count {
      words[index] |= other.words[index]
      index += 1
    }
  }

  func union(_ other: Bits) -> Bits {
    var union = self
    union.formUnion(other)
    return union
  }

  func subtracting(_ other: Bits) -> Bits {
    var rest = self
    var index = 0
    while index < min(words.count, other.words.count) {
      rest.words[index] &= ~other.words[index]
      index += 1
    }
    return rest
  }

  func isSubset(of other: Bits) -> Bool {
    var index = 0
    while index < words.count {
      let theirs = index < other.words.count ? other.words[index] : 0
      if words[index] & ~theirs != 0 { return false }
      index += 1
    }
    return true
  }

  func isDisjoint(with other: Bits) -> Bool {
    var index = 0
    while index < min(words.count, other.words.count) {
      if words[index] & other.words[index] != 0 { return false }
      index += 1
    }
    return true
  }

  var members: [Int] {
    var members: [Int] = []
    for (index, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        members.append(index << 6 + rest.trailingZeroBitCount)
        rest &= rest &- 1
      }
    }
    return members
  }
}
