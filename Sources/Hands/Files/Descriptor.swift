import Glibc

/// An open file or folder, closed when nobody has it any more. Every step is taken from the folder before it (openat(2))
/// and follows no link, so that whoever moves things about meanwhile cannot lead it elsewhere.
struct Descriptor: ~Copyable {
  private let number: Int32

  private init(_ number: Int32) { self.number = number }

  deinit { close(number) }

  init(folder path: String) throws(FolderProblem) {
    let number = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard number >= 0 else { throw Self.problem(".") }
    self.init(number)
  }

  func folder(_ name: String, of path: FolderPath, making: Bool = false) throws(FolderProblem) -> Descriptor {
    if making, mkdirat(number, name, 0o700) != 0, errno != EEXIST { throw Self.problem("\(path)") }
    let found = openat(number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard found >= 0 else {
      // Linux says ENOTDIR of a link that it was not to follow.
      if errno == ENOTDIR || errno == ELOOP {
        throw isLink(name) ? .link("\(path)") : .notAFolder("\(path)")
      }
      throw Self.problem("\(path)")
    }
    return Descriptor(found)
  }

  /// For reading. Does not wait at a pipe.
  func file(_ name: String, of path: FolderPath) throws(FolderProblem) -> Descriptor {
    let found = openat(number, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard found >= 0 else {
      if errno == ELOOP { throw .link("\(path)") }
      if errno == ENXIO { throw .notAFile("\(path)") }
      throw Self.problem("\(path)")
    }
    let file = Descriptor(found)
    guard file.kind == S_IFREG else { throw .notAFile("\(path)") }
    return file
  }

  /// All of it.
  func bytes(of path: FolderPath, limit: Int) throws(FolderProblem) -> [UInt8] {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(number, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Self.problem("\(path)") }
      guard count > 0 else { return all }
      guard all.count + count <= limit else { throw .tooLarge("\(path)", limit: limit) }
      all += buffer[..<count]
    }
  }

  /// Puts a whole file in the place of what has that name, or of nothing.
  func replace(_ name: String, with bytes: [UInt8], of path: FolderPath) throws(FolderProblem) {
    var entry = stat()
    let isThere = fstatat(number, name, &entry, AT_SYMLINK_NOFOLLOW) == 0
    if isThere {
      guard entry.st_mode & S_IFMT != S_IFLNK else { throw .link("\(path)") }
      guard entry.st_mode & S_IFMT == S_IFREG else { throw .notAFile("\(path)") }
    }
    let partial = ".assay-\(UInt64.random(in: .min ... .max))"
    let mode = isThere ? entry.st_mode & 0o755 : 0o600
    let new = openat(number, partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    guard new >= 0 else { throw Self.problem("\(path)") }
    let file = Descriptor(new)
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(new, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let problem = Self.problem("\(path)")
        unlinkat(number, partial, 0)
        throw problem
      }
      rest = rest.dropFirst(count)
    }
    _ = consume file
    guard renameat(number, partial, number, name) == 0 else {
      let problem = Self.problem("\(path)")
      unlinkat(number, partial, 0)
      throw problem
    }
  }

  func remove(_ name: String, of path: FolderPath) throws(FolderProblem) {
    guard unlinkat(number, name, 0) == 0 else { throw Self.problem("\(path)") }
  }

  /// What is in a folder, in order of names.
  func entries(of path: FolderPath) throws(FolderProblem) -> [(name: String, kind: mode_t)] {
    let again = openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard again >= 0, let stream = fdopendir(again) else { throw Self.problem("\(path)") }
    defer { closedir(stream) }
    var found: [(name: String, kind: mode_t)] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard name != ".", name != ".." else { continue }
      var status = stat()
      guard fstatat(number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
      found.append((name, status.st_mode & S_IFMT))
    }
    return found.sorted { $0.name < $1.name }
  }

  private var kind: mode_t {
    var status = stat()
    return fstat(number, &status) == 0 ? status.st_mode & S_IFMT : 0
  }

  private func isLink(_ name: String) -> Bool {
    var status = stat()
    return fstatat(number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  private static func problem(_ path: String) -> FolderProblem {
    errno == ENOENT ? .missing(path) : .system(path, cause: String(cString: strerror(errno)))
  }
}
