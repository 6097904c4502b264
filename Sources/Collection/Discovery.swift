import Foundation
import JSONScan
package import Ledger
import Readers

/// A source that was found, and what the file system says of it.
package struct FoundSource: Hashable, Sendable {
  package var path: String
  package var tool: Tool
  package var shape: SourceShape
  package var identity: FileIdentity
}

/// What a search found, and what it could not look at.
package struct Discovery: Sendable {
  package var sources: [FoundSource] = []
  /// Directories that exist and could not be opened; files that are listed and cannot be reached: a symbolic link
  /// to nowhere, a name that is not UTF-8.
  package var unreadable: [String] = []
  /// Files named by the user that no reader recognises, or that do not exist.
  package var unrecognised: [String] = []
  /// The places looked at, whether or not there was anything, for `assay doctor`.
  package var places: [(tool: Tool, directory: String, sources: Int)] = []

  /// Looks where the tools keep their records below `homes`, and at `files`, which may be of any tool and lie
  /// anywhere; a directory among them stands for all files below it.
  package init(homes: [HomeDirectory], files: [String] = []) {
    // As bytes: two names that Unicode holds equal are two files.
    var seen: Set<ExactPath> = []
    for home in homes {
      for reader in ReaderRegistry.readers {
        for place in reader.places {
          for directory in home.directories(of: place) {
            let before = sources.count
            unreadable += DirectoryWalk.entries(below: directory, maximumDepth: place.maximumDepth) {
              kind, relative in
              guard let shape = place.shape(relative), (shape == .documents) == (kind == .directory) else {
                return true
              }
              add(directory + "/" + relative, tool: reader.tool, shape: shape, seen: &seen)
              return false
            }
            places.append((reader.tool, directory, sources.count - before))
          }
        }
      }
    }
    for file in files { addNamed(file, seen: &seen) }
  }

  private mutating func add(_ path: String, tool: Tool, shape: SourceShape, seen: inout Set<ExactPath>) {
    guard seen.insert(ExactPath(path)).inserted else { return }
    guard let identity = FileIdentity(path: path, shape: shape) else {
      unreadable.append(path)
      return
    }
    sources.append(FoundSource(path: path, tool: tool, shape: shape, identity: identity))
  }

  private mutating func addNamed(_ path: String, seen: inout Set<ExactPath>) {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      unrecognised.append(path)
      return
    }
    guard isDirectory.boolValue else {
      if !recognise(path, seen: &seen) { unrecognised.append(path) }
      return
    }
    guard !recognise(directory: path, seen: &seen) else { return }
    var found: [String] = []
    unreadable += DirectoryWalk.entries(below: path, maximumDepth: 12) { kind, relative in
      let entry = path + "/" + relative
      if kind == .directory { return !recognise(directory: entry, seen: &seen) }
      found.append(entry)
      return true
    }
    for file in found.sorted() { _ = recognise(file, seen: &seen) }
  }

  /// Whether the directory is one source, all of whose documents belong together.
  private mutating func recognise(directory path: String, seen: inout Set<ExactPath>) -> Bool {
    let names = Set((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
    for reader in ReaderRegistry.readers where reader.recognises(directoryOf: names) {
      add(path, tool: reader.tool, shape: .documents, seen: &seen)
      return true
    }
    return false
  }

  private mutating func recognise(_ path: String, seen: inout Set<ExactPath>) -> Bool {
    guard let head = Self.head(of: path) else {
      unreadable.append(path)
      return true
    }
    for reader in ReaderRegistry.readers where reader.recognises(head: head.span) {
      add(path, tool: reader.tool, shape: Self.shape(of: path, head: head), seen: &seen)
      return true
    }
    // A database may hold its schema further in, or still in its log: then its name tells.
    let name = String(path.split(separator: "/").last ?? "")
    for reader in ReaderRegistry.readers where reader.places.contains(where: { $0.shape(name) == .database })
    {
      add(path, tool: reader.tool, shape: .database, seen: &seen)
      return true
    }
    return false
  }

  /// By its name, or else by whether its first line is a whole value with more behind it.
  private static func shape(of path: String, head: [UInt8]) -> SourceShape {
    let name = path.lowercased()
    if name.hasSuffix(".db") || head.starts(with: "SQLite format 3".utf8) { return .database }
    if name.hasSuffix(".jsonl") { return .lines }
    guard let end = head.firstIndex(of: 0x0A), head[end...].contains(where: { $0 > 0x20 }) else {
      return .document
    }
    var line = JSONCursor(head.span.extracting(..<end))
    guard line.nextKind() == .object, (try? line.skipValue()) != nil, (try? line.expectEnd()) != nil else {
      return .document
    }
    return .lines
  }

  /// As much as a file usually needs to be recognised, and what is read of one whose first line is longer.
  private static let headBytes = (usual: 64 << 10, most: 16 << 20)

  /// The beginning of a file, with its first line whole unless that is very long: a session may begin with a
  /// pasted image.
  private static func head(of path: String) -> [UInt8]? {
    guard let file = try? InputFile(path: path) else { return nil }
    var bytes: [UInt8] = []
    for size in [headBytes.usual, headBytes.most] {
      bytes = [UInt8](repeating: 0, count: size)
      guard let count = try? bytes.withUnsafeMutableBytes({ try file.read(at: 0, into: $0) }) else {
        return nil
      }
      bytes.removeSubrange(count...)
      if count < size || bytes.contains(0x0A) { break }
    }
    return bytes
  }
}
