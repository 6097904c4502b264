import Ledger

/// Reads what `git diff-tree --stdin -p -U0` prints, in pieces of any size, into rows of a ``RepositoryIndex``
/// fragment. Lines are hashed as they pass and never kept.
///
/// The body of a hunk is as long as its header says, so that a line of a file that looks like a header is not
/// taken for one.
struct PatchParser {
  /// What one run produced: the tables of an index whose rows count from 0.
  struct Fragment: Sendable {
    /// Commits in the order in which they came.
    var commits: [(hash: CommitHash, firstFile: UInt32, fileCount: UInt32)] = []
    var files: [RepositoryIndex.FileChange] = []
    var hunks: [RepositoryIndex.Hunk] = []
    var lines: [UInt64] = []
    var paths: [RepositoryIndex.Path] = []
    var skippedFiles: Int64 = 0
  }

  /// A file that adds more hashed lines than this in one commit is an import or generated.
  static let maximumLinesPerFile = 20_000
  /// Longer lines are cut: no header is as long, and no longer line has a hash.
  static let maximumLineBytes = 1 << 16

  private(set) var fragment = Fragment()
  private let key: SipHash24.Key
  private var carry: [UInt8] = []
  private var oldLeft = 0
  private var newLeft = 0
  private var inFile = false
  private var file = RepositoryIndex.FileChange(
    path: 0, previousPath: RepositoryIndex.none, commit: 0, firstHunk: 0, hunkCount: 0, flags: [])
  private var hasPath = false
  private var linesBeforeFile = 0
  private var hunk: RepositoryIndex.Hunk?
  private var removedInHunk: [UInt64] = []
  private var pathRows: [UInt64: UInt32] = [:]

  init(key: SipHash24.Key) { self.key = key }

  mutating func consume(_ bytes: UnsafeRawBufferPointer) {
    bytes.withMemoryRebound(to: UInt8.self) { buffer in
      var start = 0
      while start < buffer.count {
        guard let end = buffer[start...].firstIndex(of: 0x0A) else {
          let room = max(0, Self.maximumLineBytes - carry.count)
          carry.append(contentsOf: buffer[start...].prefix(room))
          return
        }
        if carry.isEmpty {
          line(UnsafeBufferPointer(rebasing: buffer[start..<end]))
        } else {
          let room = max(0, Self.maximumLineBytes - carry.count)
          carry.append(contentsOf: buffer[start..<end].prefix(room))
          let whole = carry
          carry.removeAll(keepingCapacity: true)
          whole.withUnsafeBufferPointer { line($0) }
        }
        start = end + 1
      }
    }
  }

  mutating func finish() -> Fragment {
    if !carry.isEmpty {
      let whole = carry
      carry.removeAll()
      whole.withUnsafeBufferPointer { line($0) }
    }
    endFile()
    return fragment
  }

  private mutating func line(_ line: UnsafeBufferPointer<UInt8>) {
    if oldLeft > 0 || newLeft > 0 {
      body(line)
      return
    }
    guard let first = line.first else { return }
    switch first {
    case 0x40 where line.starts(with: "@@ ".utf8): beginHunk(line)
    case 0x64 where line.starts(with: "diff --git ".utf8): beginFile()
    case 0x2D where inFile && line.starts(with: "--- ".utf8): setPath(line.dropFirst(4), side: .old)
    case 0x2B where inFile && line.starts(with: "+++ ".utf8): setPath(line.dropFirst(4), side: .new)
    case 0x72 where inFile && line.starts(with: "rename from ".utf8):
      setPath(line.dropFirst(12), side: .renamedFrom)
    case 0x72 where inFile && line.starts(with: "rename to ".utf8):
      setPath(line.dropFirst(10), side: .renamedTo)
    case 0x6E where inFile && line.starts(with: "new file".utf8): file.flags.insert(.isNew)
    case 0x64 where inFile && line.starts(with: "deleted file".utf8): file.flags.insert(.isDeleted)
    case 0x42 where inFile && line.starts(with: "Binary files ".utf8): file.flags.insert(.skipped)
    default:
      if line.count == 40 || line.count == 64, let hash = CommitHash(hexadecimal: line) { beginCommit(hash) }
    }
  }

  private mutating func beginCommit(_ hash: CommitHash) {
    endFile()
    fragment.commits.append((hash, UInt32(truncatingIfNeeded: fragment.files.count), 0))
  }

  private mutating func beginFile() {
    endFile()
    inFile = true
    hasPath = false
    file = .init(
      path: 0, previousPath: RepositoryIndex.none, commit: 0,
      firstHunk: UInt32(truncatingIfNeeded: fragment.hunks.count), hunkCount: 0, flags: [])
    linesBeforeFile = fragment.lines.count
  }

  private mutating func endFile() {
    endHunk()
    guard inFile else { return }
    inFile = false
    oldLeft = 0
    newLeft = 0
    if file.flags.contains(.skipped) {
      fragment.skippedFiles += 1
      fragment.hunks.removeLast(fragment.hunks.count - Int(file.firstHunk))
      fragment.lines.removeLast(fragment.lines.count - linesBeforeFile)
      file.hunkCount = 0
    }
    guard hasPath, !fragment.commits.isEmpty else { return }
    fragment.files.append(file)
    fragment.commits[fragment.commits.count - 1].fileCount += 1
  }

  // MARK: Hunks

  private mutating func beginHunk(_ line: UnsafeBufferPointer<UInt8>) {
    endHunk()
    guard inFile else { return }
    // "@@ -a[,b] +c[,d] @@": the counts default to 1.
    var counts = (1, 1)
    let parts = line.dropFirst(3).split(separator: 0x20, maxSplits: 2)
    guard parts.count >= 2, parts[0].first == 0x2D, parts[1].first == 0x2B else { return }
    func count(_ part: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
      guard let comma = part.firstIndex(of: 0x2C) else { return 1 }
      var value = 0
      for byte in part[part.index(after: comma)...] where byte &- 0x30 < 10 {
        value = min(value * 10 + Int(byte - 0x30), 1 << 40)
      }
      return value
    }
    counts = (count(parts[0]), count(parts[1]))
    (oldLeft, newLeft) = counts
    hunk = .init(
      firstLine: UInt32(truncatingIfNeeded: fragment.lines.count), addedCount: 0, removedCount: 0,
      addedAll: UInt32(clamping: newLeft), removedAll: UInt32(clamping: oldLeft))
  }

  private mutating func body(_ line: UnsafeBufferPointer<UInt8>) {
    let text = UnsafeBufferPointer(rebasing: line.dropFirst())
    switch line.first {
    case 0x2B:
      newLeft -= 1
      guard !file.flags.contains(.skipped), let hash = LineHash(text, key: key) else { return }
      fragment.lines.append(hash.rawValue)
      hunk?.addedCount += 1
      if fragment.lines.count - linesBeforeFile > Self.maximumLinesPerFile { file.flags.insert(.skipped) }
    case 0x2D:
      oldLeft -= 1
      guard !file.flags.contains(.skipped), let hash = LineHash(text, key: key) else { return }
      removedInHunk.append(hash.rawValue)
    case 0x5C:
      break  // "\ No newline at end of file"
    default:
      // Not what -U0 prints: the stream is damaged, and the counts with it.
      oldLeft = 0
      newLeft = 0
    }
  }

  /// Added lines are stored before removed ones, whatever order git prints them in.
  private mutating func endHunk() {
    guard var ended = hunk else { return }
    hunk = nil
    if !file.flags.contains(.skipped) {
      ended.removedCount = UInt32(truncatingIfNeeded: removedInHunk.count)
      fragment.lines.append(contentsOf: removedInHunk)
      fragment.hunks.append(ended)
      file.hunkCount += 1
    }
    removedInHunk.removeAll(keepingCapacity: true)
  }

  // MARK: Paths

  private enum Side { case old, new, renamedFrom, renamedTo }

  private mutating func setPath(_ raw: Slice<UnsafeBufferPointer<UInt8>>, side: Side) {
    var bytes = Array(raw)
    // Git ends a name that has spaces with a tab, and quotes one that has control characters.
    if bytes.last == 0x09 { bytes.removeLast() }
    if bytes.first == 0x22 { bytes = GitQuoting.unquoted(bytes) }
    switch side {
    case .old, .new:
      if bytes.elementsEqual("/dev/null".utf8) { return }
      if bytes.starts(with: side == .old ? "a/".utf8 : "b/".utf8) { bytes.removeFirst(2) }
    case .renamedFrom, .renamedTo: break
    }
    let row = path(bytes)
    if side == .renamedFrom { file.previousPath = row } else { file.path = row }
    hasPath = true
  }

  private mutating func path(_ bytes: [UInt8]) -> UInt32 {
    var hash = SipHash24(key: key)
    for byte in bytes { hash.append(byte) }
    let full = hash.finalize64()
    if let row = pathRows[full] { return row }
    let short = PathHash(String(decoding: bytes, as: UTF8.self), key: key)
    let row = UInt32(truncatingIfNeeded: fragment.paths.count)
    fragment.paths.append(.init(full: full, name: short.name, tail: short.tail))
    pathRows[full] = row
    return row
  }
}

/// The C-style quoting that git gives to paths with quotes, backslashes or control characters.
enum GitQuoting {
  static func unquoted(_ quoted: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var index = 1
    while index < quoted.count, quoted[index] != 0x22 {
      guard quoted[index] == 0x5C, index + 1 < quoted.count else {
        result.append(quoted[index])
        index += 1
        continue
      }
      let escaped = quoted[index + 1]
      index += 2
      switch escaped {
      case 0x30...0x37:
        var value = Int(escaped - 0x30)
        var digits = 1
        while digits < 3, index < quoted.count, quoted[index] &- 0x30 < 8 {
          value = value * 8 + Int(quoted[index] - 0x30)
          index += 1
          digits += 1
        }
        result.append(UInt8(truncatingIfNeeded: value))
      case 0x61: result.append(0x07)
      case 0x62: result.append(0x08)
      case 0x66: result.append(0x0C)
      case 0x6E: result.append(0x0A)
      case 0x72: result.append(0x0D)
      case 0x74: result.append(0x09)
      case 0x76: result.append(0x0B)
      default: result.append(escaped)
      }
    }
    return result
  }
}
