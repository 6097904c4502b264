import Crypto
package import Effects
import Foundation
import Glibc

/// The folder of one run: what its tools read and write, what its sandbox mounts, and nothing beside it.
///
/// Whose word a file is: nobody's but anybody's, unless it is one that the owner put there and it still has, byte for byte,
/// what it had then. A file of a repository may have been written by whoever wrote to that repository; one that the agent
/// wrote may say what a mail told it to.
package struct WorkFolder: Sendable {
  package let path: String
  /// Where earlier contents are kept for undoing: not in the folder, so that no tool and no command reaches it.
  package let store: String
  /// SHA-256 of the owner's files as they were at the beginning.
  private let owners: [FolderPath: String]

  static let largest = 8 << 20

  /// - Parameters:
  ///   - path: An existing folder, from the root.
  ///   - store: A folder outside `path`; made when needed.
  ///   - owners: Files that the owner answers for, as they are now.
  package init(path: String, store: String, owners: [String] = []) throws(FolderProblem) {
    let inside = path.hasSuffix("/") ? path : path + "/"
    guard path.hasPrefix("/"), store.hasPrefix("/"), !(store + "/").hasPrefix(inside) else {
      throw .outside(store)
    }
    self.path = path
    self.store = store
    var hashes: [FolderPath: String] = [:]
    for text in owners {
      let file = try FolderPath(text)
      hashes[file] = Self.hash(try Self.read(file, in: path))
    }
    self.owners = hashes
  }

  package func bytes(of file: FolderPath) throws(FolderProblem) -> [UInt8] { try Self.read(file, in: path) }

  private static func read(_ file: FolderPath, in root: String) throws(FolderProblem) -> [UInt8] {
    guard let name = file.names.last else { throw .notAFile(".") }
    var folder = try Descriptor(folder: root)
    for step in file.names.dropLast() { folder = try folder.folder(step, of: file) }
    let opened = try folder.file(name, of: file)
    return try opened.bytes(of: file, limit: largest)
  }

  /// Who could have written what the file has now.
  package func origin(of file: FolderPath, holding bytes: [UInt8]) -> Origin {
    owners[file] == Self.hash(bytes) ? .owner : .untrusted("the file \(file)")
  }

  func write(_ bytes: [UInt8], to file: FolderPath) throws(FolderProblem) {
    guard let name = file.names.last else { throw .notAFile(".") }
    guard bytes.count <= Self.largest else { throw .tooLarge("\(file)", limit: Self.largest) }
    var folder = try Descriptor(folder: path)
    for step in file.names.dropLast() { folder = try folder.folder(step, of: file, making: true) }
    try folder.replace(name, with: bytes, of: file)
  }

  func remove(_ file: FolderPath) throws(FolderProblem) {
    guard let name = file.names.last else { throw .notAFile(".") }
    var folder = try Descriptor(folder: path)
    for step in file.names.dropLast() { folder = try folder.folder(step, of: file) }
    try folder.remove(name, of: file)
  }

  struct Entry: Hashable, Sendable {
    var path: FolderPath
    var kind: Kind

    enum Kind: Hashable, Sendable { case file, folder, other }
  }

  /// What is below, in order, what git keeps for itself left out.
  ///
  /// - Returns: At most `limit`, and whether there is more.
  func entries(below start: FolderPath, depth: Int, limit: Int) throws(FolderProblem) -> (
    [Entry], isWhole: Bool
  ) {
    var found: [Entry] = []
    var pending = [(start, depth)]
    while let (folder, depth) = pending.popLast() {
      var descriptor = try Descriptor(folder: path)
      do throws(FolderProblem) {
        for step in folder.names { descriptor = try descriptor.folder(step, of: folder) }
      } catch  where folder != start {
        // Gone or changed since it was listed.
        continue
      }
      var below: [(FolderPath, Int)] = []
      for (name, kind) in try descriptor.entries(of: folder) {
        guard let child = try? FolderPath("\(folder)/\(name)") else { continue }
        guard found.count < limit else { return (found, false) }
        found.append(Entry(path: child, kind: kind == S_IFREG ? .file : kind == S_IFDIR ? .folder : .other))
        if kind == S_IFDIR, depth > 1 { below.append((child, depth - 1)) }
      }
      pending += below.reversed()
    }
    return (found, true)
  }

  /// Keeps bytes for undoing, under their own hash.
  func keep(_ bytes: [UInt8]) throws(FolderProblem) -> String {
    let hash = Self.hash(bytes)
    do {
      try FileManager.default.createDirectory(
        atPath: store, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      try Data(bytes).write(to: URL(filePath: store + "/" + hash), options: .atomic)
    } catch {
      throw .system("the store of earlier contents", cause: error.localizedDescription)
    }
    return hash
  }

  func kept(_ hash: String) throws(FolderProblem) -> [UInt8] {
    guard hash.utf8.count == 64,
      hash.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
      let data = FileManager.default.contents(atPath: store + "/" + hash), Self.hash(Array(data)) == hash
    else { throw .missing("earlier content \(hash.prefix(12))") }
    return Array(data)
  }

  static func hash(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }.joined()
  }
}
