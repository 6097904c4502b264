import NIOCore
import NIOHTTP1

/// Cuts what an upstream sends into the parts of an answer, however its bytes are split (RFC 9112).
struct AnswerParser {
  enum Part {
    case head(HTTPResponseHead)
    case body(ByteBuffer)
    case end
  }

  private enum State: Equatable {
    /// Nothing was asked, or all of it is answered.
    case idle
    case head
    case length(Int)
    case chunkSize
    case chunk(Int)
    case chunkEnd
    case trailers
    case untilClose
  }

  /// Of a head, and of trailers.
  static let mostHeadBytes = 128 * 1024
  private static let mostSizeLine = 1024

  private var state = State.idle
  private var input = ByteBuffer()
  /// Of a head that is not whole yet, what has been searched for its end.
  private var searched = 0
  private var trailerBytes = 0
  private var isHead = false
  /// Whether another answer can come on the connection; known when the head is.
  private(set) var keepsAlive = true

  /// Whether nothing is left behind the last answer.
  var isClean: Bool { state == .idle && input.readableBytes == 0 }

  /// An answer is to come.
  ///
  /// - Parameter isHead: It is to a request whose answers have no body.
  mutating func begin(isHead: Bool) {
    state = .head
    searched = 0
    trailerBytes = 0
    self.isHead = isHead
  }

  mutating func take(_ bytes: ByteBuffer) {
    if input.readableBytes == 0 {
      input = bytes
    } else {
      input.writeImmutableBuffer(bytes)
    }
  }

  /// - Returns: `nil` until there is more.
  mutating func next() throws(AnswerProblem) -> Part? {
    switch state {
    case .idle: return nil
    case .head: return try head()
    case .length(let left):
      if left == 0 { return end() }
      guard let part = input.readSlice(length: min(left, input.readableBytes)), part.readableBytes > 0 else {
        return nil
      }
      state = .length(left - part.readableBytes)
      return .body(part)
    case .untilClose:
      guard let part = input.readSlice(length: input.readableBytes), part.readableBytes > 0 else {
        return nil
      }
      return .body(part)
    case .chunkSize, .chunk, .chunkEnd, .trailers: return try chunks()
    }
  }

  /// The upstream has nothing more to say.
  ///
  /// - Returns: Whether the answer is whole by that.
  mutating func finish() -> Bool {
    guard state == .untilClose else { return false }
    state = .idle
    return true
  }

  private mutating func end() -> Part {
    state = .idle
    return .end
  }

  // MARK: Heads

  private mutating func head() throws(AnswerProblem) -> Part? {
    while let length = try headLength() {
      let isHead = isHead
      var problem = AnswerProblem.malformed
      let read: AnswerHead? = input.withUnsafeReadableBytes { bytes in
        do throws(AnswerProblem) {
          return try AnswerHead(
            bytes.bindMemory(to: UInt8.self).span.extracting(0..<length), isHead: isHead)
        } catch {
          problem = error
          return nil
        }
      }
      guard let read else { throw problem }
      input.moveReaderIndex(forwardBy: length)
      searched = 0
      // What is said on the way to the answer. Nothing was asked that would change the protocol.
      if read.status < 200 {
        guard read.status != 101 else { throw .malformed }
        continue
      }
      keepsAlive = read.keepsAlive
      state =
        switch read.body {
        case .none: .length(0)
        case .length(let length): .length(length)
        case .chunked: .chunkSize
        case .untilClose: .untilClose
        }
      return .head(
        HTTPResponseHead(
          version: .http1_1, status: HTTPResponseStatus(statusCode: read.status),
          headers: HTTPHeaders(read.fields)))
    }
    return nil
  }

  /// How long the head is that the input begins with, if all of it is there.
  private mutating func headLength() throws(AnswerProblem) -> Int? {
    let from = searched
    let found: Int? = input.withUnsafeReadableBytes { bytes in
      let span = bytes.bindMemory(to: UInt8.self).span
      var at = from
      while at + 3 < span.count {
        // Three bytes can be passed over where the fourth is neither of the two that ends are made of.
        let fourth = span[at + 3]
        if fourth == 0x0A {
          if span[at + 2] == 0x0D, span[at + 1] == 0x0A, span[at] == 0x0D { return at + 4 }
          at += 1
        } else {
          at += fourth == 0x0D ? 1 : 4
        }
      }
      return nil
    }
    if let found {
      guard found <= Self.mostHeadBytes else { throw .tooLarge }
      return found
    }
    guard input.readableBytes <= Self.mostHeadBytes else { throw .tooLarge }
    searched = max(0, input.readableBytes - 3)
    return nil
  }

  // MARK: Chunks

  /// All the chunks that are there, as one part.
  private mutating func chunks() throws(AnswerProblem) -> Part? {
    var body: ByteBuffer?
    while true {
      switch state {
      case .chunkSize:
        guard let line = try line(atMost: Self.mostSizeLine) else { return body.map { .body($0) } }
        let size = try Self.size(line)
        state = size == 0 ? .trailers : .chunk(size)
      case .chunk(let left):
        guard let part = input.readSlice(length: min(left, input.readableBytes)), part.readableBytes > 0
        else {
          return body.map { .body($0) }
        }
        let rest = left - part.readableBytes
        state = rest == 0 ? .chunkEnd : .chunk(rest)
        guard var sum = body.take() else {
          body = part
          continue
        }
        if sum.writableBytes < part.readableBytes {
          // Room for all that can still come of this reading, once.
          var larger = ByteBufferAllocator().buffer(
            capacity: sum.readableBytes + part.readableBytes + input.readableBytes)
          larger.writeBuffer(&sum)
          sum = larger
        }
        sum.writeImmutableBuffer(part)
        body = sum
      case .chunkEnd:
        guard let line = try line(atMost: 2) else { return body.map { .body($0) } }
        guard line.readableBytes == 0 else { throw .malformed }
        state = .chunkSize
      case .trailers:
        // They are nobody's here; only where they end matters.
        if let body { return .body(body) }
        guard let line = try line(atMost: Self.mostHeadBytes) else { return nil }
        if line.readableBytes == 0 { return end() }
        trailerBytes += line.readableBytes
        guard trailerBytes <= Self.mostHeadBytes else { throw .tooLarge }
      case .idle, .head, .length, .untilClose: return body.map { .body($0) }
      }
    }
  }

  /// The next line without its end, if it is whole.
  ///
  /// - Throws: ``AnswerProblem`` if its end is not within so many bytes, that included.
  private mutating func line(atMost limit: Int) throws(AnswerProblem) -> ByteBuffer? {
    let view = input.readableBytesView
    guard let newline = view.prefix(limit).firstIndex(of: 0x0A) else {
      guard view.count < limit else { throw .malformed }
      return nil
    }
    let length = newline - view.startIndex
    guard length > 0, view[newline - 1] == 0x0D else { throw .malformed }
    let line = input.readSlice(length: length - 1)
    input.moveReaderIndex(forwardBy: 2)
    return line
  }

  /// Of a chunk: hexadecimal digits, and perhaps extensions that mean nothing to us.
  private static func size(_ line: ByteBuffer) throws(AnswerProblem) -> Int {
    var size = 0
    var digits = 0
    var isPadded = false
    for byte in line.readableBytesView {
      if byte == UInt8(ascii: ";") { break }
      if byte == 0x20 || byte == 0x09 {
        isPadded = true
        continue
      }
      guard !isPadded else { throw .malformed }
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x41...0x46: digit = byte - 0x37
      case 0x61...0x66: digit = byte - 0x57
      default: throw .malformed
      }
      digits += 1
      guard digits <= 15 else { throw .malformed }
      size = size << 4 | Int(digit)
    }
    guard digits > 0 else { throw .malformed }
    return size
  }
}
