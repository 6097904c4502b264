import Crypto
import Foundation

/// SHA-256 over files: for each, in order of its path's bytes, the lengths of path and content and then both, so that no
/// two folders have the same bytes.
enum ContentHash {
  /// - Returns: 64 lower-case hexadecimal digits.
  static func of(_ files: [String: String]) -> String {
    var hash = SHA256()
    for (path, text) in files.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      for part in [path, text] {
        withUnsafeBytes(of: UInt64(part.utf8.count).bigEndian) { hash.update(bufferPointer: $0) }
        hash.update(data: Data(part.utf8))
      }
    }
    return hash.finalize().map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }.joined()
  }
}
