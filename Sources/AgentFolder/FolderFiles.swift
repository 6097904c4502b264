import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The files of a folder as they were when it was read: everything after this looks at these bytes alone.
struct FolderFiles {
  /// By their path below the folder, `/` between its parts.
  private(set) var texts: [String: String] = [:]

  static let mostFiles = 200
  static let mostBytes = 256 << 10
  static let mostBytesInAll = 4 << 20
  static let mostDepth = 6

  private let root: String
  private let problems: Problems
  private var bytes = 0

  init(at root: String, _ problems: Problems) {
    self.root = root
    self.problems = problems
    walk("", depth: 0)
  }

  private mutating func walk(_ folder: String, depth: Int) {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? root : "\(root)/\(folder)")
        .sorted()
    } catch {
      problems.add(
        folder.isEmpty ? "." : folder, nil,
        "It cannot be listed. Check that it is a folder, and its permissions.")
      return
    }
    for name in names {
      let path = folder.isEmpty ? name : "\(folder)/\(name)"
      // What git needs to keep the folder is not the agent's.
      if folder.isEmpty, name == ".git" || name == ".gitignore" { continue }
      guard texts.count < Self.mostFiles else {
        problems.add(
          path, nil, "There are more than \(Self.mostFiles) files. Keep only what the agent needs.")
        return
      }
      guard name.utf8.allSatisfy(Self.isPlain), name.first != "." else {
        problems.add(
          quotedPath(path), nil,
          "Names are letters, digits, “-”, “_” and “.” within. Rename it, or take it away.")
        continue
      }
      var status = stat()
      guard lstat("\(root)/\(path)", &status) == 0 else {
        problems.add(path, nil, "It cannot be looked at. Check its permissions.")
        continue
      }
      switch status.st_mode & S_IFMT {
      case S_IFDIR where depth < Self.mostDepth: walk(path, depth: depth + 1)
      case S_IFDIR:
        problems.add(path, nil, "Folders are more than \(Self.mostDepth) deep. Put its files further up.")
      case S_IFREG: read(path)
      case S_IFLNK:
        problems.add(
          path, nil, "It is a symbolic link: what it leads to is not pinned. Put the file itself here.")
      default: problems.add(path, nil, "It is neither file nor folder. Take it away.")
      }
    }
  }

  /// Opened without following links and looked at once open, so that what was checked is what is read.
  private mutating func read(_ path: String) {
    let descriptor = open("\(root)/\(path)", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      problems.add(path, nil, "It cannot be opened. Check its permissions.")
      return
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      problems.add(path, nil, "It is no file any more. Read the folder when nobody changes it.")
      return
    }
    if status.st_mode & 0o111 != 0 {
      problems.add(path, nil, "It can be executed; nothing in an agent's folder is. Run: chmod a-x \(path)")
    }
    guard status.st_size <= Self.mostBytes, bytes + Int(status.st_size) <= Self.mostBytesInAll else {
      problems.add(
        path, nil,
        "It is too long: a file has at most \(Self.mostBytes >> 10) KiB, the folder \(Self.mostBytesInAll >> 20) MiB."
      )
      return
    }
    guard let content = Self.content(of: descriptor), let text = String(validating: content, as: UTF8.self),
      !text.contains("\0")
    else {
      problems.add(path, nil, "It is no text in UTF-8. An agent's folder holds texts only.")
      return
    }
    bytes += content.count
    texts[path] = text
  }

  private static func content(of descriptor: Int32) -> [UInt8]? {
    var content: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 64 << 10)
    while content.count <= mostBytes {
      #if canImport(Glibc)
        let count = Glibc.read(descriptor, &block, block.count)
      #elseif canImport(Musl)
        let count = Musl.read(descriptor, &block, block.count)
      #else
        let count = Darwin.read(descriptor, &block, block.count)
      #endif
      if count == 0 { return content }
      guard count > 0 else { return nil }
      content += block[..<count]
    }
    return nil
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte)
      || [45, 46, 95].contains(byte)
  }

  private func quotedPath(_ path: String) -> String { quoted(path).dropFirst().dropLast().description }
}
