#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
import Synchronization

/// An open file, closed with its last user. It is written by one thread and may be synchronised by another.
final class SpoolFile: Sendable {
  let path: String
  let descriptor: Int32
  /// Up to where frames were written to it by this process; what its reader may see.
  let written = Atomic<Int64>(0)

  /// - Throws: The number of the system's error.
  init(path: String, flags: Int32) throws(SystemCode) {
    self.path = path
    descriptor = open(path, flags | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SystemCode() }
  }

  deinit {
    // In so many words: a lock ends with the last copy of its descriptor, and a child process that is just being
    // started has a copy of every one until its program is loaded.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  var size: Int64 {
    get throws(SystemCode) {
      var status = stat()
      guard fstat(descriptor, &status) == 0 else { throw SystemCode() }
      return Int64(status.st_size)
    }
  }

  /// Writes all of it at `offset`; when this throws, some of it may have been written.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(SystemCode) {
    var done = 0
    while done < bytes.count {
      // In bounds: `done` is less than the count.
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
      let written = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
      if written > 0 {
        done += written
      } else if written == 0 {
        throw SystemCode(rawValue: ENOSPC)
      } else if errno != EINTR {
        throw SystemCode()
      }
    }
  }

  /// Writes a text at the start.
  func write(_ text: String) throws(SystemCode) {
    var failure: SystemCode?
    Array(text.utf8).withUnsafeBytes { bytes in
      do throws(SystemCode) { try write(bytes, at: 0) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Fills the buffer from `offset` as far as the file goes.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(SystemCode) -> Int {
    var done = 0
    while done < buffer.count {
      // In bounds: `done` is less than the count.
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
      if count > 0 {
        done += count
      } else if count == 0 {
        break
      } else if errno != EINTR {
        throw SystemCode()
      }
    }
    return done
  }

  func truncate(to length: Int64) throws(SystemCode) {
    guard ftruncate(descriptor, off_t(length)) == 0 else { throw SystemCode() }
  }

  /// Makes the file `length` zeros long and takes the room for them, so that writing that far cannot fail for want
  /// of it; does nothing where the file system knows no such thing.
  func takeRoom(_ length: Int64) throws(SystemCode) {
    #if os(Linux)
      let code = posix_fallocate(descriptor, 0, off_t(length))
      if code != 0, code != EOPNOTSUPP, code != EINVAL { throw SystemCode(rawValue: code) }
    #endif
  }

  /// Where the zeros begin that the file ends with.
  var endOfContent: Int64 {
    get throws(SystemCode) {
      var end = try size
      let chunk = 64 * 1024
      var buffer = [UInt8](repeating: 0, count: chunk)
      while end > 0 {
        let start = max(0, end - Int64(chunk))
        var result: Result<Int, SystemCode> = .success(0)
        buffer.withUnsafeMutableBytes { bytes in
          let part = UnsafeMutableRawBufferPointer(rebasing: bytes[..<Int(end - start)])
          do throws(SystemCode) { result = .success(try read(into: part, at: start)) } catch {
            result = .failure(error)
          }
        }
        if let last = try buffer[..<result.get()].lastIndex(where: { $0 != 0 }) {
          return start + Int64(last) + 1
        }
        end = start
      }
      return 0
    }
  }

  /// Returns when what was written survives a power loss.
  func synchronise() throws(SystemCode) {
    #if os(Linux)
      guard fdatasync(descriptor) == 0 else { throw SystemCode() }
    #else
      guard fcntl(descriptor, F_FULLFSYNC) == 0 else { throw SystemCode() }
    #endif
  }

  /// Returns when the names in a directory survive a power loss.
  func synchroniseDirectory() throws(SystemCode) {
    guard fsync(descriptor) == 0 else { throw SystemCode() }
  }

  /// Whether this process alone has the file now.
  func lock() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }
}

/// What the system calls an error.
struct SystemCode: Error {
  var rawValue: Int32
  init(rawValue: Int32) { self.rawValue = rawValue }
  /// The error of the call just made.
  init() { rawValue = errno }
}
