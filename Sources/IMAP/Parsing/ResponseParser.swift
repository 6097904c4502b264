/// Bytes of an IMAP4rev1 server in, responses out (RFC 3501, section 7, and the extensions that ``Response`` names), however
/// the bytes are cut. Pure: no input or output of its own.
///
/// It works in two steps. First the end of a response is looked for, by line ends and announced literals alone; what was
/// looked at is not looked at again when more bytes come. Then the response is read in place, whole. So where the bytes are
/// cut cannot matter, no state is kept between a response's parts, and literals are passed over without a look at them.
///
/// Holds at most one unfinished response and what was appended after it, each within ``ResponseLimits``.
package struct ResponseParser: Sendable {
  package let limits: ResponseLimits
  private var buffer: [UInt8] = []
  /// Where the response begins that is looked for.
  private var start = 0
  /// Where its present line begins.
  private var line = 0
  /// From where on no line end was looked for yet; past the end of `buffer` within a literal.
  private var scanned = 0
  /// Bytes of the response so far outside literals, up to `line`.
  private var lineBytes = 0
  private var failure: ResponseError?
  private var flagLists = FlagListCache()

  package init(limits: ResponseLimits = ResponseLimits()) {
    self.limits = limits
  }

  /// Bytes held that no response was made of yet.
  package var pendingBytes: Int { buffer.count - start }

  package mutating func append(_ bytes: some Sequence<UInt8>) {
    guard failure == nil else { return }
    // What is used up goes when it is the larger part, so that each byte is moved once at most on average.
    if start > 0, start >= buffer.count - start {
      buffer.removeSubrange(0..<start)
      line -= start
      scanned -= start
      start = 0
    }
    buffer.append(contentsOf: bytes)
  }

  /// The next whole response; `nil` until more bytes come.
  ///
  /// - Throws: What is wrong, and the same ever after.
  package mutating func next() throws(ResponseError) -> Response? {
    if let failure { throw failure }
    do throws(ResponseError) {
      guard let end = try endOfResponse() else { return nil }
      // By another name, because the lists of flags change meanwhile.
      let bytes = buffer
      var cursor = ResponseCursor(bytes.span.extracting(start..<end), limits: limits)
      let response = try cursor.response(&flagLists)
      start = end
      line = end
      scanned = end
      lineBytes = 0
      return response
    } catch {
      failure = error
      buffer = []
      (start, line, scanned) = (0, 0, 0)
      throw error
    }
  }

  /// One past the line end that ends the response.
  private mutating func endOfResponse() throws(ResponseError) -> Int? {
    while scanned < buffer.count {
      guard let newline = ByteScan.index(of: 0x0A, in: buffer.span, from: scanned, to: buffer.count) else {
        scanned = buffer.count
        try check(lineBytes + buffer.count - line, limits.lineBytes)
        return nil
      }
      try check(lineBytes + newline + 1 - line, limits.lineBytes)
      guard newline > line, buffer[newline - 1] == 0x0D else {
        throw .malformed("a carriage return before the line feed", offset: newline - start)
      }
      guard let size = try announcedLiteral(before: newline - 1) else { return newline + 1 }
      lineBytes += newline + 1 - line
      line = newline + 1 + size
      scanned = line
      guard line - start <= limits.responseBytes else { throw .responseTooLong(limit: limits.responseBytes) }
    }
    return nil
  }

  private func check(_ count: Int, _ limit: Int) throws(ResponseError) {
    if count > limit { throw .lineTooLong(limit: limit) }
  }

  /// The size of the literal that the line announces which ends at `end`: `{12}`, `{12+}` or `~{12}` (RFC 3501, 7888, 3516).
  private func announcedLiteral(before end: Int) throws(ResponseError) -> Int? {
    guard end > line, buffer[end - 1] == UInt8(ascii: "}"), mayHaveLiterals else { return nil }
    var at = end - 2
    if at >= line, buffer[at] == UInt8(ascii: "+") { at -= 1 }
    let last = at
    while at >= line, (0x30...0x39).contains(buffer[at]) { at -= 1 }
    guard at >= line, at < last, buffer[at] == UInt8(ascii: "{") else { return nil }
    var size: UInt64 = 0
    for index in (at + 1)...last {
      let (tens, over) = size.multipliedReportingOverflow(by: 10)
      let (sum, more) = tens.addingReportingOverflow(UInt64(buffer[index] - 0x30))
      size = over || more ? .max : sum
      if size == .max { break }
    }
    guard size <= UInt64(limits.literalBytes) else {
      throw .literalTooLong(declared: size, limit: limits.literalBytes)
    }
    return Int(size)
  }

  /// Whether a brace at the end of a line is more than text: in all but status responses and continuations, whose ends are
  /// words for people.
  private var mayHaveLiterals: Bool {
    guard buffer.count - start >= 4, buffer[start] == UInt8(ascii: "*"), buffer[start + 1] == 0x20 else {
      return false
    }
    for word in Self.statusWords {
      let count = word.utf8CodeUnitCount
      guard buffer.count - start > 2 + count else { continue }
      let after = buffer[start + 2 + count]
      if after == 0x20 || after == 0x0D, ByteScan.equals(buffer.span, at: start + 2, word) { return false }
    }
    return true
  }

  private static let statusWords: [StaticString] = ["OK", "NO", "BAD", "BYE", "PREAUTH"]
}
