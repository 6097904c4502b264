import Foundation
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
  /// Directories that exist and could not be opened.
  package var unreadable: [String] = []
  /// Files named by the user that no reader recognises, or that do not exist.
  package var unrecognised: [String] = []
  /// The places looked at, whether or not there was anything, for `assay doctor`.
  package var places: [(tool: Tool, directory: String, sources: Int)] = []

  /// Looks where the tools keep their records below `homes`, and at `files`, which may be of any tool and lie
  /// anywhere; a directory among them stands for all files below it.
  package init(homes: [HomeDirectory], files: [String] = []) {
    var seen: Set<String> = []
    for home in homes {
      for reader in ReaderRegistry.readers {
        for place in reader.places {
          for directory in home.directories(of: place) {
            let before = sources.count
            unreadable += DirectoryWalk.files(below: directory, maximumDepth: place.maximumDepth) {
              relative, path in
              guard let shape = place.shape(relative) else { return }
              add(path, tool: reader.tool, shape: shape, seen: &seen)
            }
            places.append((reader.tool, directory, sources.count - before))
          }
        }
      }
    }
    for file in files { addNamed(file, seen: &seen) }
  }

  private mutating func add(_ path: String, tool: Tool, shape: SourceShape, seen: inout Set<String>) {
    guard seen.insert(path).inserted, let identity = FileIdentity(path: path, shape: shape) else { return }
    sources.append(FoundSource(path: path, tool: tool, shape: shape, identity: identity))
  }

  private mutating func addNamed(_ path: String, seen: inout Set<String>) {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      unrecognised.append(path)
      return
    }
    guard isDirectory.boolValue else {
      if !recognise(path, seen: &seen) { unrecognised.append(path) }
      return
    }
    var found: [String] = []
    unreadable += DirectoryWalk.files(below: path, maximumDepth: 12) { _, path in found.append(path) }
    for file in found.sorted() { _ = recognise(file, seen: &seen) }
  }

  private mutating func recognise(_ path: String, seen: inout Set<String>) -> Bool {
    guard let head = Self.head(of: path) else { return false }
    for reader in ReaderRegistry.readers where reader.recognises(head: head.span) {
      let name = path.lowercased()
      let shape: SourceShape =
        name.hasSuffix(".db") ? .database : name.hasSuffix(".jsonl") ? .lines : .document
      add(path, tool: reader.tool, shape: shape, seen: &seen)
      return true
    }
    return false
  }

  private static func head(of path: String) -> [UInt8]? {
    guard let file = try? InputFile(path: path) else { return nil }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    guard let count = try? bytes.withUnsafeMutableBytes({ try file.read(at: 0, into: $0) }) else {
      return nil
    }
    return Array(bytes.prefix(count))
  }
}
