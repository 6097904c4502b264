/// A string where it stands in a response: without its quotes, with the backslashes that are no part of it.
struct StringPlace {
  var range: Range<Int>
  var isEscaped = false

  func copy(of response: Span<UInt8>) -> [UInt8] {
    guard isEscaped else { return ByteScan.copy(response, range) }
    var value: [UInt8] = []
    value.reserveCapacity(range.count)
    var at = range.lowerBound
    while at < range.upperBound {
      // Never the last: it would have taken the quote after it into the string.
      if response[at] == UInt8(ascii: "\\") { at += 1 }
      value.append(response[at])
      at += 1
    }
    return value
  }

  /// Whether it is this word, which is given in upper case, in whatever case.
  func spells(_ word: StaticString, in response: Span<UInt8>) -> Bool {
    guard isEscaped else {
      return range.count == word.utf8CodeUnitCount && ByteScan.equals(response, at: range.lowerBound, word)
    }
    let value = copy(of: response)
    return value.count == word.utf8CodeUnitCount && ByteScan.equals(value.span, at: 0, word)
  }

  /// As text, ASCII letters in lower case.
  func lowered(in response: Span<UInt8>) -> String {
    guard isEscaped else { return ByteScan.lowered(response, range) }
    let value = copy(of: response)
    return ByteScan.lowered(value.span, 0..<value.count)
  }
}

extension ResponseCursor {
  /// A string or NIL.
  @_lifetime(self: copy self)
  mutating func nstring() throws(ResponseError) -> StringPlace? {
    if word("NIL") { return nil }
    return try string()
  }

  @_lifetime(self: copy self)
  mutating func string() throws(ResponseError) -> StringPlace {
    switch peek {
    case UInt8(ascii: "\""): return try quoted()
    case UInt8(ascii: "{"), UInt8(ascii: "~"): return StringPlace(range: try literal())
    default: throw expected("a string")
    }
  }

  /// A string, or an atom in its place.
  @_lifetime(self: copy self)
  mutating func astring() throws(ResponseError) -> StringPlace {
    switch peek {
    case UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "~"): return try string()
    default:
      let first = at
      // `]` may stand in it; what else servers put into names without quotes is let be, but for what ends an atom.
      while at < bytes.count,
        Keyword.isAtom(bytes[at]) || bytes[at] == UInt8(ascii: "]") || bytes[at] >= 0x80
          || bytes[at] == UInt8(ascii: "\\") || bytes[at] == UInt8(ascii: "%")
          || bytes[at] == UInt8(ascii: "*")
      {
        at += 1
      }
      guard at > first else { throw expected("a string or an atom") }
      return StringPlace(range: first..<at)
    }
  }

  @_lifetime(self: copy self)
  private mutating func quoted() throws(ResponseError) -> StringPlace {
    at += 1
    let first = at
    guard let end = ByteScan.index(of: UInt8(ascii: "\""), in: bytes, from: at, to: bytes.count) else {
      throw expected("the end of a quoted string")
    }
    if ByteScan.index(of: UInt8(ascii: "\\"), in: bytes, from: at, to: end) == nil {
      guard ByteScan.index(of: 0x0D, in: bytes, from: at, to: end) == nil else {
        throw expected("a quoted string without a line break")
      }
      at = end + 1
      return StringPlace(range: first..<end)
    }
    while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
      if bytes[at] == UInt8(ascii: "\\"), at + 1 < bytes.count { at += 1 }
      guard bytes[at] != 0x0D, bytes[at] != 0x0A else {
        throw expected("a quoted string without a line break")
      }
      at += 1
    }
    let last = at
    guard skip(UInt8(ascii: "\"")) else { throw expected("the end of a quoted string") }
    return StringPlace(range: first..<last, isEscaped: true)
  }

  /// The range of a literal's own bytes.
  @_lifetime(self: copy self)
  mutating func literal() throws(ResponseError) -> Range<Int> {
    _ = skip(UInt8(ascii: "~"))
    try take(UInt8(ascii: "{"))
    let size = Int(try number(upTo: UInt64(limits.literalBytes)))
    _ = skip(UInt8(ascii: "+"))
    try take(UInt8(ascii: "}"))
    guard skip(0x0D), skip(0x0A) else { throw expected("a line break after the size of a literal") }
    guard size <= bytes.count - at else { throw expected("a literal as long as was announced") }
    defer { at += size }
    return at..<(at + size)
  }

  /// A string or NIL, as a slice of what is read; `nil` too where it is only looked through.
  @_lifetime(self: copy self)
  mutating func text() throws(ResponseError) -> WireText? {
    guard let string = try nstring(), let whole else { return nil }
    return string.isEscaped ? string.copy(of: bytes)[...] : whole[string.range]
  }
}
