import Foundation
import Ledger

/// What the files say that change whenever a ref moves, by their size and time only: as long as it is the same,
/// no git process is needed.
struct RefFingerprint: Hashable, Sendable {
  var value: UInt64

  /// - Parameter gitDirectory: The common git directory.
  init(gitDirectory: String) {
    var hash = SipHash24(key: .names)
    for name in ["HEAD", "packed-refs", "FETCH_HEAD", "shallow", "config"] {
      Self.add(gitDirectory + "/" + name, to: &hash)
    }
    for directory in ["refs", "reftable", "worktrees"] {
      Self.addTree(gitDirectory + "/" + directory, isWorktrees: directory == "worktrees", to: &hash)
    }
    if let traces = RecordReader.tracePath(gitDirectory) { Self.add(traces, to: &hash) }
    value = hash.finalize64()
  }

  private static func addTree(_ root: String, isWorktrees: Bool, to hash: inout SipHash24) {
    var pending = [(root, 0)]
    var seen = 0
    while let (directory, depth) = pending.popLast(), seen < 200_000 {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
      for name in names.sorted() {
        // Of a worktree only what its HEAD points to matters; its index changes with every `git status`.
        if isWorktrees, depth == 1, name != "HEAD" { continue }
        seen += 1
        let path = directory + "/" + name
        if add(path, to: &hash), depth < 64 { pending.append((path, depth + 1)) }
      }
    }
  }

  /// - Returns: Whether it is a directory.
  @discardableResult
  private static func add(_ path: String, to hash: inout SipHash24) -> Bool {
    var status = stat()
    for byte in path.utf8 { hash.append(byte) }
    guard lstat(path, &status) == 0 else {
      hash.append(0)
      return false
    }
    let isDirectory = status.st_mode & S_IFMT == S_IFDIR
    append(UInt64(status.st_ino), to: &hash)
    if !isDirectory {
      append(UInt64(bitPattern: Int64(status.st_size)), to: &hash)
      #if canImport(Darwin)
        append(UInt64(bitPattern: Int64(status.st_mtimespec.tv_sec)), to: &hash)
        append(UInt64(bitPattern: Int64(status.st_mtimespec.tv_nsec)), to: &hash)
      #else
        append(UInt64(bitPattern: Int64(status.st_mtim.tv_sec)), to: &hash)
        append(UInt64(bitPattern: Int64(status.st_mtim.tv_nsec)), to: &hash)
      #endif
    }
    return isDirectory
  }

  private static func append(_ word: UInt64, to hash: inout SipHash24) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      hash.append(UInt8(truncatingIfNeeded: word >> shift))
    }
  }
}
