import Ledger

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Lists files below a directory without following symbolic links to directories, so that it always ends.
enum DirectoryWalk {
  enum EntryKind { case file, directory }

  /// The files below `root`.
  ///
  /// - Parameter body: Called with each file's path relative to `root`; says nothing of order.
  /// - Returns: Directories that could not be opened, other than a missing `root`.
  static func files(
    below root: String, maximumDepth: Int, _ body: (_ relativePath: String, _ path: String) -> Void
  ) -> [String] {
    entries(below: root, maximumDepth: maximumDepth) { kind, relative in
      if kind == .file { body(relative, root + "/" + relative) }
      return true
    }
  }

  /// - Parameter body: Called with each file and directory; a directory is entered if it returns `true`.
  /// - Returns: Directories that could not be opened, other than a missing `root`.
  static func entries(
    below root: String, maximumDepth: Int, _ body: (_ kind: EntryKind, _ relativePath: String) -> Bool
  ) -> [String] {
    var unreadable: [String] = []
    var stack: [(relative: String, depth: Int)] = [("", 0)]
    while let directory = stack.popLast() {
      let path = directory.relative.isEmpty ? root : root + "/" + directory.relative
      guard let handle = opendir(path) else {
        if errno != ENOENT && errno != ENOTDIR { unreadable.append(path) }
        continue
      }
      defer { closedir(handle) }
      while let entry = readdir(handle) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
          String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name == "." || name == ".." { continue }
        let relative = directory.relative.isEmpty ? name : directory.relative + "/" + name
        switch kind(entry.pointee.d_type, path: root + "/" + relative) {
        case .directory:
          let isEntered = body(.directory, relative)
          if isEntered, directory.depth < maximumDepth { stack.append((relative, directory.depth + 1)) }
        case .file: _ = body(.file, relative)
        case nil: break
        }
      }
    }
    return unreadable
  }

  private static func kind(_ type: UInt8, path: String) -> EntryKind? {
    switch Int(type) {
    case Int(DT_REG): return .file
    case Int(DT_DIR): return .directory
    case Int(DT_LNK):
      var status = stat()
      // One that leads nowhere is listed, so that it is said not to be readable.
      guard stat(path, &status) == 0 else { return .file }
      return status.st_mode & S_IFMT == S_IFREG ? .file : nil
    case Int(DT_UNKNOWN):
      var status = stat()
      guard lstat(path, &status) == 0 else { return nil }
      return switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .directory
      default: nil
      }
    default: return nil
    }
  }
}

extension FileIdentity {
  /// What the file system says of `path` now; `nil` if there is no such file.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// What the file system says of a source of this shape: of a directory's documents all together, and of a
  /// database with its write-ahead log, in which the newest changes stand.
  init?(path: String, shape: SourceShape) {
    switch shape {
    case .lines, .document: self.init(path: path)
    case .database:
      self.init(path: path)
      if let log = FileIdentity(path: path + "-wal") { add(log) }
    case .documents:
      self.init(path: path)
      size = 0
      _ = DirectoryWalk.files(below: path, maximumDepth: 6) { _, path in
        if let document = FileIdentity(path: path) { add(document) }
      }
    }
  }

  private mutating func add(_ part: FileIdentity) {
    size &+= part.size
    modifiedNanoseconds = max(modifiedNanoseconds, part.modifiedNanoseconds)
  }

  /// - Parameter status: Of an open file or a path.
  init(_ status: stat) {
    #if os(Linux)
      let modified = status.st_mtim
    #else
      let modified = status.st_mtimespec
    #endif
    self.init(
      device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(truncatingIfNeeded: status.st_ino),
      size: Int64(status.st_size),
      modifiedNanoseconds: Int64(modified.tv_sec) &* 1_000_000_000 &+ Int64(modified.tv_nsec))
  }
}
