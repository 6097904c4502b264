#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A path as its bytes: two names that Unicode holds equal are two files.
///
/// They are hashed and compared all at once. Byte by byte, as arrays and views are, the paths of a long history
/// took a tenth of a report with nothing new.
struct ExactPath: Hashable {
  private var path: String

  init(_ path: String) {
    self.path = path
    self.path.makeContiguousUTF8()
  }

  static func == (a: ExactPath, b: ExactPath) -> Bool {
    var (a, b) = (a.path, b.path)
    return a.withUTF8 { a in
      b.withUTF8 { b in
        guard a.count == b.count else { return false }
        guard let left = a.baseAddress, let right = b.baseAddress else { return true }
        // In bounds: both have `a.count` bytes.
        return memcmp(left, right, a.count) == 0
      }
    }
  }

  func hash(into hasher: inout Hasher) {
    var path = path
    path.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
