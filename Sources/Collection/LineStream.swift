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
  private var buffer: [UInt8]
  private var start = 0
  private var end = 0
  private var searched = 0
  private var isSkipping = false

  /// - Parameter remainingBytes: About how much there is to read; a small file needs only a small buffer.
  init(offset: Int64, lineNumber: Int64, remainingBytes: Int64) {
    self.offset = offset
    self.lineNumber = lineNumber
    buffer = [UInt8](repeating: 0, count: Int(min(Int64(Self.bufferBytes), max(4096, remainingBytes + 1))))
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
        lineNumber += 1
        let line = start..<lineEnd
        offset += Int64(lineEnd + 1 - start)
        start = lineEnd + 1
        searched = start
        if isSkipping {
          isSkipping = false
          tooLong(lineNumber)
        } else if !line.isEmpty, !body(buffer.span.extracting(line), lineNumber) {
          return (false, .none)
        }
      }
      guard try fill(from: file) else {
        if isSkipping { tooLong(lineNumber + 1) }
        return (true, start < end && !isSkipping ? .unterminated(bytes: end - start) : .none)
      }
    }
  }

  /// The bytes behind the last line break, after ``deliver(from:tooLong:_:)`` reached the end.
  mutating func takeTail(_ body: (_ tail: Span<UInt8>, _ number: Int64) -> Bool) {
    guard body(buffer.span.extracting(start..<end), lineNumber + 1) else { return }
    lineNumber += 1
    offset += Int64(end - start)
    start = end
    searched = end
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
      buffer.append(contentsOf: repeatElement(0, count: buffer.count))
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
