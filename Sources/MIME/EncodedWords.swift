/// Encoded words (RFC 2047), as they are sent and not only as they should be: in the middle of words, with blanks in them,
/// with characters cut in two between them.
enum EncodedWords {
  /// One of them, taken apart.
  struct Word {
    var charset: String
    var bytes: [UInt8]
    /// Where what follows it begins.
    var end: Int
  }

  /// Finds them from the front to the back of a value. It remembers where the next `?=` stands, so that many beginnings
  /// without an end cost no more than one.
  struct Finder {
    private let bytes: [UInt8]
    private let longest: Int
    private let allowBlanks: Bool
    private var nextEnd = 0

    /// - Parameter allowBlanks: Whether a blank may stand in a word, and a word may be longer than RFC 2047 §2 allows by far.
    init(_ bytes: [UInt8], allowBlanks: Bool = true) {
      self.bytes = bytes
      self.allowBlanks = allowBlanks
      longest = allowBlanks ? 4_000 : 400
    }

    /// - Parameter start: Not before that of the last call.
    mutating func word(at start: Int) -> Word? {
      guard start + 7 < bytes.count, bytes[start] == 0x3D, bytes[start + 1] == 0x3F else { return nil }
      var index = start + 2
      while index < bytes.count, bytes[index] != 0x3F {
        guard bytes[index] > 0x20, bytes[index] < 0x7F, index - start < 80 else { return nil }
        index += 1
      }
      let charset = bytes[start + 2..<index].prefix { $0 != 0x2A }
      guard !charset.isEmpty, index + 2 < bytes.count, bytes[index + 2] == 0x3F else { return nil }
      let encoding = bytes[index + 1].lowercased
      guard encoding == 0x62 || encoding == 0x71 else { return nil }
      let text = index + 3
      guard let end = end(from: text), end - start <= longest else { return nil }
      let content = bytes[text..<end]
      guard allowBlanks || !content.contains(where: \.isSpaceOrLineEnd) else { return nil }
      let decoded =
        encoding == 0x62 ? Base64Decoding.decoded(content).bytes : QuotedPrintable.decodedWord(content)
      return Word(charset: charset.text, bytes: decoded, end: end + 2)
    }

    private mutating func end(from start: Int) -> Int? {
      if nextEnd < start {
        nextEnd = start
        while nextEnd + 1 < bytes.count, bytes[nextEnd] != 0x3F || bytes[nextEnd + 1] != 0x3D { nextEnd += 1 }
      }
      return nextEnd + 1 < bytes.count ? nextEnd : nil
    }
  }

  /// Text with its encoded words decoded. Blanks between two of them go (RFC 2047 §6.2); bytes of neighbours in one
  /// character set are decoded together, so that a character cut in two is whole again.
  static func decoded(_ bytes: [UInt8]) -> String {
    guard bytes.contains(0x3D) else { return withoutControls(bytes.text) }
    var result = ""
    var plain: [UInt8] = []
    var pending: (charset: String, bytes: [UInt8])?
    var index = 0
    var finder = Finder(bytes)

    func flushWords() {
      guard let words = pending else { return }
      result += Charset.decoded(words.bytes, as: words.charset).text
      pending = nil
    }

    while index < bytes.count {
      guard bytes[index] == 0x3D, let word = finder.word(at: index) else {
        plain.append(bytes[index])
        index += 1
        continue
      }
      if pending != nil, plain.allSatisfy(\.isSpaceOrLineEnd) {
        plain = []
      }
      if !plain.isEmpty {
        flushWords()
        result += plain.text
        plain = []
      }
      if pending?.charset.lowercased() == word.charset.lowercased() {
        pending?.bytes += word.bytes
      } else {
        flushWords()
        pending = (word.charset, word.bytes)
      }
      index = word.end
    }
    flushWords()
    result += plain.text
    return withoutControls(result)
  }

  /// With a space for each control character but tab, so that a decoded value is one line wherever it goes.
  static func withoutControls(_ text: String) -> String {
    let isControl = { (scalar: Unicode.Scalar) in
      (scalar.value < 0x20 && scalar.value != 0x09) || (0x7F...0x9F).contains(scalar.value)
        || scalar.value == 0x2028 || scalar.value == 0x2029
    }
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var clean = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { clean.append(isControl(scalar) ? " " : scalar) }
    return String(clean)
  }
}
