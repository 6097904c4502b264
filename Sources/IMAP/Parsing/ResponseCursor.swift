/// Walks over one whole response in place. What all grammar is made of (RFC 3501, section 9): numbers, atoms, strings.
///
/// Every access is checked against the response's own bytes; a literal that announces more than there is ends in an error, as
/// does one after which the grammar does not go on.
struct ResponseCursor: ~Escapable {
  let bytes: Span<UInt8>
  let limits: ResponseLimits
  var at = 0
  /// What `bytes` are of, for strings to be slices of it; `nil` where envelopes and structures are only looked through.
  var whole: [UInt8]?

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, limits: ResponseLimits) {
    self.bytes = bytes
    self.limits = limits
  }

  /// The byte that comes next; 0 at the end, which no grammar expects.
  @inline(__always)
  var peek: UInt8 { at < bytes.count ? bytes[at] : 0 }

  func expected(_ what: String) -> ResponseError { .malformed(what, offset: at) }

  @inline(__always) @_lifetime(self: copy self)
  mutating func skip(_ byte: UInt8) -> Bool {
    guard at < bytes.count, bytes[at] == byte else { return false }
    at += 1
    return true
  }

  @inline(__always) @_lifetime(self: copy self)
  mutating func take(_ byte: UInt8) throws(ResponseError) {
    guard skip(byte) else { throw expected("“\(Unicode.Scalar(byte))”") }
  }

  @inline(__always) @_lifetime(self: copy self)
  mutating func space() throws(ResponseError) {
    guard skip(0x20) else { throw expected("a space") }
  }

  /// The end of the response.
  @_lifetime(self: copy self)
  mutating func end() throws(ResponseError) {
    // Some servers leave a space there.
    while skip(0x20) {}
    guard skip(0x0D), skip(0x0A), at == bytes.count else { throw expected("the end of the line") }
  }

  /// A word in whatever case, followed by something that does not go on with it.
  @inline(__always) @_lifetime(self: copy self)
  mutating func word(_ word: StaticString) -> Bool {
    guard ByteScan.equals(bytes, at: at, word) else { return false }
    let next = at + word.utf8CodeUnitCount
    if next < bytes.count, Keyword.isAtom(bytes[next]), bytes[next] != UInt8(ascii: "[") { return false }
    at = next
    return true
  }

  @inline(__always) @_lifetime(self: copy self)
  mutating func number(upTo most: UInt64 = UInt64(UInt32.max)) throws(ResponseError) -> UInt64 {
    let first = at
    var value: UInt64 = 0
    while at < bytes.count {
      let digit = bytes[at] &- 0x30
      guard digit <= 9 else { break }
      // Nineteen digits fit; the bound is looked at below.
      guard at - first < 19 else { throw expected("a number of at most \(most)") }
      value = value * 10 + UInt64(digit)
      at += 1
    }
    guard at > first, value <= most else { throw expected("a number of at most \(most)") }
    return value
  }

  @_lifetime(self: copy self)
  mutating func uid() throws(ResponseError) -> UID {
    guard let uid = UID(UInt32(try number())) else { throw expected("a UID, which is never 0") }
    return uid
  }

  @_lifetime(self: copy self)
  mutating func modSeq() throws(ResponseError) -> ModSeq {
    ModSeq(rawValue: try number(upTo: UInt64(Int64.max)))
  }

  /// UIDs or sequence numbers as ranges, in the order given.
  @_lifetime(self: copy self)
  mutating func ranges() throws(ResponseError) -> [ClosedRange<UID>] {
    var found: [ClosedRange<UID>] = []
    repeat {
      let first = try uid()
      let last = skip(UInt8(ascii: ":")) ? try uid() : first
      found.append(min(first, last)...max(first, last))
      try bound(found.count)
    } while skip(UInt8(ascii: ","))
    return found
  }

  func bound(_ count: Int) throws(ResponseError) {
    if count > limits.elements { throw .tooManyElements(limit: limits.elements) }
  }

  func bound(depth: Int) throws(ResponseError) {
    if depth > limits.nesting { throw .nestedTooDeep(limit: limits.nesting) }
  }

  /// The range of an atom's bytes, `\` of a flag included; at least one.
  @inline(__always) @_lifetime(self: copy self)
  mutating func atom(_ what: StaticString = "an atom") throws(ResponseError) -> Range<Int> {
    let first = at
    while at < bytes.count, Keyword.isAtom(bytes[at]) || (at == first && bytes[at] == UInt8(ascii: "\\")) {
      at += 1
    }
    guard at > first else { throw expected("\(what)") }
    return first..<at
  }

  /// Any value that nobody asked for, passed over.
  @_lifetime(self: copy self)
  mutating func skipValue(depth: Int = 0) throws(ResponseError) {
    try bound(depth: depth)
    guard skip(UInt8(ascii: "(")) else {
      _ = try astring()
      return
    }
    while skip(0x20) {}
    while !skip(UInt8(ascii: ")")) {
      try skipValue(depth: depth + 1)
      while skip(0x20) {}
    }
  }
}
