import NIOHTTP1

/// The head of an upstream's answer, read strictly: what could be understood in two ways is not understood.
struct AnswerHead {
  /// How the end of the body is known (RFC 9112, 6.3).
  enum Body: Equatable {
    case none
    case length(Int)
    case chunked
    case untilClose
  }

  private(set) var status = 0
  private(set) var fields: [(String, String)] = []
  private(set) var body = Body.none
  private(set) var keepsAlive = true

  private var length: Int?
  private var encodings = 0
  private var isChunked = false
  private var isClosing = false

  static let mostFields = 256

  /// - Parameter text: From the status line to the empty line, that included.
  init(_ text: Span<UInt8>, isHead: Bool) throws(AnswerProblem) {
    fields.reserveCapacity(16)
    let first = try Self.line(in: text, from: 0)
    let isOld = try readStatus(text.extracting(0..<first))
    var start = first + 2
    while start < text.count {
      let end = try Self.line(in: text, from: start)
      if end == start { break }
      try readField(text.extracting(start..<end))
      start = end + 2
    }
    try settleBody(isHead: isHead)
    keepsAlive = !isOld && !isClosing && body != .untilClose
  }

  /// - Returns: Where the line ends that begins at `start`.
  private static func line(in text: Span<UInt8>, from start: Int) throws(AnswerProblem) -> Int {
    var at = start
    while at + 1 < text.count {
      let byte = text[at]
      if byte == 0x0D, text[at + 1] == 0x0A { return at }
      // Tabs are white space; no other control stands in a head, and an end of line never alone.
      if byte < 0x20 && byte != 0x09 || byte == 0x7F { throw .malformed }
      at += 1
    }
    throw .malformed
  }

  /// - Returns: Whether it is an answer of HTTP/1.0, after which nothing is certain.
  private mutating func readStatus(_ line: Span<UInt8>) throws(AnswerProblem) -> Bool {
    guard line.count >= 12, line.starts("HTTP/1."), line[7] == 0x30 || line[7] == 0x31, line[8] == 0x20,
      line.count == 12 || line[12] == 0x20
    else { throw .malformed }
    for at in 9..<12 {
      guard (0x30...0x39).contains(line[at]) else { throw .malformed }
      status = status * 10 + Int(line[at] - 0x30)
    }
    guard status >= 100 else { throw .malformed }
    return line[7] == 0x30
  }

  private mutating func readField(_ line: Span<UInt8>) throws(AnswerProblem) {
    guard fields.count < Self.mostFields else { throw .tooLarge }
    var colon = 0
    while colon < line.count, line[colon] != UInt8(ascii: ":") {
      // A line that goes on the one before begins with white space, which is in no name.
      guard Self.isOfNames(line[colon]) else { throw .malformed }
      colon += 1
    }
    guard colon > 0, colon < line.count else { throw .malformed }
    var start = colon + 1
    var end = line.count
    while start < end, line[start] == 0x20 || line[start] == 0x09 { start += 1 }
    while end > start, line[end - 1] == 0x20 || line[end - 1] == 0x09 { end -= 1 }
    let name = line.extracting(0..<colon)
    let value = line.extracting(start..<end)
    try note(name, value)
    fields.append((name.text, value.text))
  }

  private static func isOfNames(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "_"): true
    case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
      UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "^"),
      UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
      true
    default: false
    }
  }

  /// Keeps what says where the body ends, and whether another answer can follow it.
  private mutating func note(_ name: Span<UInt8>, _ value: Span<UInt8>) throws(AnswerProblem) {
    switch name.count {
    case 14 where name.equals("content-length"):
      guard length == nil, (1...18).contains(value.count) else { throw .malformed }
      var number = 0
      for at in 0..<value.count {
        guard (0x30...0x39).contains(value[at]) else { throw .malformed }
        number = number * 10 + Int(value[at] - 0x30)
      }
      length = number
    case 17 where name.equals("transfer-encoding"):
      encodings += 1
      isChunked = value.equals("chunked")
    case 10 where name.equals("connection"): isClosing = isClosing || value.lists("close")
    default: break
    }
  }

  private mutating func settleBody(isHead: Bool) throws(AnswerProblem) {
    // Two ideas of where the body ends.
    guard encodings <= 1, encodings == 0 || length == nil else { throw .malformed }
    if isHead || status < 200 || status == 204 || status == 304 {
      body = .none
    } else if encodings == 1 {
      // Nothing was asked for but what can be cut up; what is packed in another way cannot be metered either.
      guard isChunked else { throw .malformed }
      body = .chunked
    } else if let length {
      body = .length(length)
    } else {
      body = .untilClose
    }
  }
}

/// Why an upstream's bytes are no answer.
enum AnswerProblem: Error, Equatable {
  case malformed
  case tooLarge
}

extension Span<UInt8> {
  fileprivate var text: String {
    withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether it begins with a text, of the same case.
  fileprivate func starts(_ text: StaticString) -> Bool {
    guard count >= text.utf8CodeUnitCount else { return false }
    // In bounds: a StaticString has so many bytes, and this one has as many.
    for at in 0..<text.utf8CodeUnitCount where self[at] != text.utf8Start[at] { return false }
    return true
  }

  /// Whether it is a text of small letters and signs, whatever its own case.
  fileprivate func equals(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    // In bounds: both have as many bytes.
    for at in 0..<count where self[at].small != text.utf8Start[at] { return false }
    return true
  }

  /// Whether a list with commas has a word in it.
  fileprivate func lists(_ word: StaticString) -> Bool {
    var start = 0
    for at in 0...count where at == count || self[at] == UInt8(ascii: ",") {
      var from = start
      var to = at
      while from < to, self[from] == 0x20 || self[from] == 0x09 { from += 1 }
      while to > from, self[to - 1] == 0x20 || self[to - 1] == 0x09 { to -= 1 }
      if extracting(from..<to).equals(word) { return true }
      start = at + 1
    }
    return false
  }
}

extension UInt8 {
  /// A capital letter as a small one.
  fileprivate var small: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}
