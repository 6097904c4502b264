/// A one-permutation MinHash sketch of a text: how alike two texts are can be estimated from their sketches,
/// and nothing of the texts can be read from them (Li, Owen and Zhang, "One Permutation Hashing", 2012).
///
/// Shingles are three consecutive words under a keyed hash; 32 bins of 16 bits, 64 bytes in all.
package struct Sketch: Hashable, Sendable, Codable {
  package static let binCount = 32
  package static let emptyBin: UInt16 = .max

  /// The smallest hash of each bin, ``emptyBin`` where no shingle fell into it.
  package var bins: [UInt16]

  package init(bins: [UInt16]) {
    precondition(bins.count == Self.binCount)
    self.bins = bins
  }

  /// The estimated Jaccard similarity of the two texts' shingle sets, in 0…1; `nil` if both are empty.
  package func similarity(to other: Sketch) -> Double? {
    var equal = 0
    var used = 0
    for (a, b) in zip(bins, other.bins) where !(a == Self.emptyBin && b == Self.emptyBin) {
      used += 1
      if a == b { equal += 1 }
    }
    return used == 0 ? nil : Double(equal) / Double(used)
  }
}

/// Takes a ``Sketch`` of text that arrives in pieces.
package struct Sketcher: Sendable, Codable, Hashable {
  private let seed: UInt64
  private var bins: [UInt16]
  private var word: UInt64 = 0
  private var inWord = false
  private var previous: UInt64 = 0
  private var beforePrevious: UInt64 = 0
  /// Bytes seen, as a measure of the text's length.
  package private(set) var byteCount: Int64 = 0

  package init(key: SipHash24.Key) {
    seed = key.k0 ^ key.k1
    bins = Array(repeating: Sketch.emptyBin, count: Sketch.binCount)
  }

  package var isEmpty: Bool { byteCount == 0 }

  /// The sketch of all text so far. A text shorter than three words has its one shingle of what there is.
  package func sketch() -> Sketch {
    var copy = self
    copy.endWord()
    return Sketch(bins: copy.bins)
  }

  @inline(__always)
  package mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    byteCount &+= Int64(bytes.count)
    var word = word
    var inWord = inWord
    for byte in bytes {
      let lower = byte | 0x20
      let isWordByte = lower &- 0x61 < 26 || byte &- 0x30 < 10 || byte >= 0x80 || byte == 0x5F
      if isWordByte {
        // FNV-1a over the folded byte; mixed with the key once per word, below.
        word = (word ^ UInt64(byte >= 0x80 ? byte : lower)) &* 0x0000_0100_0000_01b3
        inWord = true
      } else if inWord {
        self.word = word
        endWord()
        word = self.word
        inWord = false
      }
    }
    self.word = word
    self.inWord = inWord
  }

  private mutating func endWord() {
    guard word != 0 else { return }
    let current = Self.mix(word ^ seed)
    word = 0
    inWord = false
    let shingle = Self.mix(current &+ Self.mix(previous &+ Self.mix(beforePrevious)))
    beforePrevious = previous
    previous = current
    let bin = Int(shingle & 31)
    let value = UInt16(truncatingIfNeeded: shingle &>> 48)
    if value < bins[bin] { bins[bin] = value }
  }

  /// The finaliser of MurmurHash3: a bijection in which every input bit reaches every output bit.
  @inline(__always)
  private static func mix(_ value: UInt64) -> UInt64 {
    var x = value
    x ^= x &>> 33
    x &*= 0xff51_afd7_ed55_8ccd
    x ^= x &>> 33
    x &*= 0xc4ce_b9fe_1a85_ec53
    x ^= x &>> 33
    return x
  }
}
