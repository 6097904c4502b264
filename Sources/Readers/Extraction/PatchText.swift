import Ledger

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What one patch changes in one file, as line hashes.
struct FilePatch: Sendable {
  /// As the patch names it; where the lines are afterwards, if the file was moved.
  var path: String
  var added: [LineHash] = []
  var removed: [LineHash] = []
}

/// Reads the two patch formats in which coding tools state their edits. Lines are hashed where they lie.
enum PatchText {
  /// The files of a patch in the `apply_patch` format (`*** Begin Patch` … `*** End Patch`), which may stand
  /// within other text such as a shell command. Empty if there is none.
  ///
  /// A deleted file's lines are not in the patch, so it has no hashes. Context lines are not work.
  static func applyPatch(_ text: UnsafeBufferPointer<UInt8>, key: SipHash24.Key) -> [FilePatch] {
    var files: [FilePatch] = []
    var current: FilePatch?
    var inside = false
    func close() {
      if let done = current, files.count < maximumFiles { files.append(done) }
      current = nil
    }
    TextLines.forEach(text) { line in
      let line = withoutCarriageReturn(line)
      if line.first == 0x2A {
        if starts(line, "*** Begin Patch") {
          inside = true
        } else if starts(line, "*** End Patch") {
          close()
          inside = false
        } else if inside,
          let path = rest(line, after: "*** Add File: ") ?? rest(line, after: "*** Update File: ")
            ?? rest(line, after: "*** Delete File: ")
        {
          close()
          current = FilePatch(path: path)
        } else if inside, let path = rest(line, after: "*** Move to: ") {
          current?.path = path
        }
      } else if current != nil {
        take(line, into: &current, key: key)
      } else if !inside, contains(line, "*** Begin Patch") {
        // The first line of a command: `apply_patch "*** Begin Patch`.
        inside = true
      }
    }
    close()
    return files
  }

  /// The lines that a unified diff of one file adds and removes; its headers (`---`, `+++`) and what stands
  /// before the first `@@` are not lines of the file.
  static func unifiedDiff(
    _ text: UnsafeBufferPointer<UInt8>, key: SipHash24.Key
  ) -> (added: [LineHash], removed: [LineHash]) {
    var file: FilePatch? = FilePatch(path: "")
    var inHunk = false
    TextLines.forEach(text) { line in
      let line = withoutCarriageReturn(line)
      if starts(line, "@@") {
        inHunk = true
      } else if starts(line, "diff --git ") {
        inHunk = false
      } else if inHunk {
        take(line, into: &file, key: key)
      }
    }
    return (file?.added ?? [], file?.removed ?? [])
  }

  // MARK: Inside

  /// A patch that touches more files than this is a generated one; the rest is not taken.
  private static let maximumFiles = 2000

  @inline(__always)
  private static func take(
    _ line: UnsafeBufferPointer<UInt8>, into file: inout FilePatch?, key: SipHash24.Key
  ) {
    guard let mark = line.first, mark == 0x2B || mark == 0x2D,
      let hash = LineHash(UnsafeBufferPointer(rebasing: line.dropFirst()), key: key)
    else { return }
    if mark == 0x2B { file?.added.append(hash) } else { file?.removed.append(hash) }
  }

  private static func withoutCarriageReturn(
    _ line: UnsafeBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8> {
    line.last == 0x0D ? UnsafeBufferPointer(rebasing: line.dropLast()) : line
  }

  private static func starts(_ line: UnsafeBufferPointer<UInt8>, _ prefix: StaticString) -> Bool {
    guard line.count >= prefix.utf8CodeUnitCount else { return false }
    for index in 0..<prefix.utf8CodeUnitCount where line[index] != prefix.utf8Start[index] { return false }
    return true
  }

  private static func rest(_ line: UnsafeBufferPointer<UInt8>, after prefix: StaticString) -> String? {
    guard starts(line, prefix), line.count > prefix.utf8CodeUnitCount else { return nil }
    return String(decoding: line[prefix.utf8CodeUnitCount...], as: UTF8.self)
  }

  /// Whether `wanted` stands anywhere in `text`.
  static func contains(_ text: UnsafeBufferPointer<UInt8>, _ wanted: StaticString) -> Bool {
    let count = wanted.utf8CodeUnitCount
    guard text.count >= count, let base = text.baseAddress else { return false }
    let first = wanted.utf8Start[0]
    let end = text.count - count + 1
    var start = 0
    // In bounds: `start` stays below `end`, and a match of `count` bytes from there ends within the text.
    while start < end, let hit = memchr(base + start, Int32(first), end - start) {
      start = UnsafeRawPointer(base).distance(to: hit)
      if memcmp(base + start, wanted.utf8Start, count) == 0 { return true }
      start += 1
    }
    return false
  }
}

extension String {
  /// The path as a tool named it, made absolute by the directory it ran in. Windows paths are known too.
  func absolute(in directory: String?) -> String {
    guard let directory, !hasPrefix("/"), !hasPrefix("\\"), !dropFirst().hasPrefix(":") else { return self }
    return "\(directory)/\(self)"
  }
}
