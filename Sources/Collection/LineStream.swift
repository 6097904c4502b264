#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Cuts a file into lines through one buffer, however large the file is.
///
/// The buffer grows only for a line longer than it, up to ``maximumLineBytes``; a longer line is skipped.
struct LineStream {
  static let bufferBytes = 1 << 20
  /// Room for a base64 attachment of the largest size that the tools accept, several times over.
  static let maximumLineBytes = 128 << 20

  /// What was found at the end of the file behind the last line break.
  enum Tail: Equatable { case none, unterminated(bytes: Int) }

  /// The offset behind the last line that was delivered.
  private(set) var offset: Int64
  private(set) var lineNumber: Int64
  private let initialBytes: Int
  private var buffer: [UInt8]
  private var start = 0
  private var end = 0
  private var searched = 0
  private var isSkipping = false
  /// Whether what comes first is the rest of a line whose beginning was delivered, as a whole record, or skipped
  /// already. Mostly it is only the line break.
  private var isInsideLine: Bool

  /// - Parameters:
  ///   - lineNumber: How many lines end before `offset`, one that `offset` stands inside of included.
  ///   - size: Of the file, as far as is known: a small file does not need the whole buffer.
  init(offset: Int64, lineNumber: Int64, isInsideLine: Bool = false, size: Int64 = .max) {
    self.offset = offset
    self.lineNumber = lineNumber
    self.isInsideLine = isInsideLine
    // One more byte than is left, so that the end is seen without growing.
    let rest = max(0, size - offset)
    initialBytes = rest < Int64(Self.bufferBytes) ? Int(rest) + 4096 : Self.bufferBytes
    buffer = [UInt8](repeating: 0, count: initialBytes)
  }

  /// Delivers lines until `body` returns `false` or the file ends; a line is delivered without its line break.
  ///
  /// - Parameters:
  ///   - tooLong: Called with the number of a line that was skipped for its length.
  /// - Returns: Whether the file's end was reached, and the bytes that stand behind the last line break.
  mutating func deliver(
    from file: borrowing InputFile, tooLong: (Int64) -> Void,
    _ body: (_ line: Span<UInt8>, _ number: Int64) -> Bool
  ) throws(UnreadableFile) -> (isAtEnd: Bool, tail: Tail) {
    while true {
      while let lineEnd = nextLineBreak() {
        let line = start..<lineEnd
        offset += Int64(lineEnd + 1 - start)
        start = lineEnd + 1
        searched = start
        let isRest = isInsideLine
        isInsideLine = false
        if isRest, isBlank(line) { continue }
        if !isRest { lineNumber += 1 }
        if isSkipping {
          isSkipping = false
          tooLong(lineNumber)
        } else if !line.isEmpty, !body(buffer.span.extracting(line), lineNumber) {
          return (false, .none)
        }
      }
      guard try fill(from: file) else {
        if isSkipping {
          if !isInsideLine { lineNumber += 1 }
          tooLong(lineNumber)
        } else if isInsideLine, isBlank(start..<end) {
          offset += Int64(end - start)
          start = end
        }
        return (true, start < end ? .unterminated(bytes: end - start) : .none)
      }
    }
  }

  /// The bytes behind the last line break, after ``deliver(from:tooLong:_:)`` reached the end.
  mutating func takeTail(_ body: (_ tail: Span<UInt8>, _ number: Int64) -> Bool) {
    let number = isInsideLine ? lineNumber : lineNumber + 1
    guard body(buffer.span.extracting(start..<end), number) else { return }
    lineNumber = number
    offset += Int64(end - start)
    start = end
    searched = end
  }

  private func isBlank(_ range: Range<Int>) -> Bool {
    buffer[range].allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
  }

  private mutating func nextLineBreak() -> Int? {
    let found: Int? = buffer.withUnsafeBufferPointer { bytes in
      guard searched < end, let base = bytes.baseAddress,
        // In bounds: searched < end <= buffer.count.
        let hit = memchr(base + searched, 0x0A, end - searched)
      else { return nil }
      return UnsafeRawPointer(base).distance(to: hit)
    }
    if found == nil { searched = end }
    return found
  }

  /// Reads more; `false` at the end of the file.
  private mutating func fill(from file: borrowing InputFile) throws(UnreadableFile) -> Bool {
    if isSkipping || end - start > Self.maximumLineBytes {
      isSkipping = true
      offset += Int64(end - start)
      start = end
    }
    if start > 0 {
      let length = end - start
      buffer.withUnsafeMutableBufferPointer { bytes in
        if length > 0, let base = bytes.baseAddress { memmove(base, base + start, length) }
      }
      start = 0
      end = length
      searched = length
      if length == 0, buffer.count > Self.bufferBytes {
        buffer = [UInt8](repeating: 0, count: Self.bufferBytes)
      }
    }
    if end == buffer.count {
      // Doubled, but not beyond the longest line that is taken and a little more.
      let size = min(buffer.count * 2, max(buffer.count, Self.maximumLineBytes) + Self.bufferBytes)
      let held = end
      buffer = [UInt8](unsafeUninitializedCapacity: size) { bytes, count in
        bytes.initialize(repeating: 0)
        buffer.withUnsafeBufferPointer { _ = bytes.update(fromContentsOf: $0[..<held]) }
        count = size
      }
    }
    let position = offset + Int64(end)
    var failure: UnreadableFile?
    let count = buffer.withUnsafeMutableBytes { bytes -> Int in
      do throws(UnreadableFile) {
        return try file.read(at: position, into: UnsafeMutableRawBufferPointer(rebasing: bytes[end...]))
      } catch {
        failure = error
        return 0
      }
    }
    if let failure { throw failure }
    end += count
    return count > 0
  }
}
