import Ledger

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file open for reading, closed when it goes out of scope.
struct InputFile: ~Copyable {
  private let descriptor: Int32
  let path: String

  init(path: String) throws(UnreadableFile) {
    // A pipe that nobody writes to would be waited for without end.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw UnreadableFile(path: path, code: errno) }
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  func identity() throws(UnreadableFile) -> FileIdentity {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw UnreadableFile(path: path, code: errno) }
    return FileIdentity(status)
  }

  /// Reads at most `buffer.count` bytes from `offset`; 0 at the end.
  func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws(UnreadableFile) -> Int {
    while true {
      let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
      if count >= 0 { return count }
      if errno != EINTR { throw UnreadableFile(path: path, code: errno) }
    }
  }

  /// Whether `offset` stands behind something else than a line break or the file's start.
  func isInsideLine(at offset: Int64) throws(UnreadableFile) -> Bool {
    guard offset > 0 else { return false }
    var byte: [UInt8] = [0x0A]
    var failure: UnreadableFile?
    byte.withUnsafeMutableBytes { buffer in
      do throws(UnreadableFile) { _ = try read(at: offset - 1, into: buffer) } catch { failure = error }
    }
    if let failure { throw failure }
    return byte[0] != 0x0A
  }

  /// A hash of what stands at the file's start and just before `offset`: if it changes, what was read up to
  /// there was rewritten since.
  func fingerprint(upTo offset: Int64) throws(UnreadableFile) -> UInt64 {
    var hash = SipHash24(key: .names)
    var bytes = [UInt8](repeating: 0, count: 512)
    let length = min(offset, 512)
    for start in [0, offset - length] {
      var failure: UnreadableFile?
      let count = bytes.withUnsafeMutableBytes { buffer -> Int in
        do throws(UnreadableFile) {
          return try read(at: start, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(length)]))
        } catch {
          failure = error
          return 0
        }
      }
      if let failure { throw failure }
      for byte in bytes[..<count] { hash.append(byte) }
    }
    return hash.finalize64()
  }
}

/// A file that the system would not let us read.
struct UnreadableFile: Error, CustomStringConvertible {
  var path: String
  var code: Int32

  var description: String { String(cString: strerror(code)) }
}
