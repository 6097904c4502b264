import Foundation
import Ledger
import Subprocess
import Testing

@testable import Outcomes

/// A git repository for one test, with a cache directory beside it.
final class TestRepository: Sendable {
  let root: String
  let cache: String
  static let key = SipHash24.Key(k0: 3, k1: 5)

  init() async throws {
    root = NSTemporaryDirectory() + "/assay-repository-\(UUID().uuidString)"
    cache = root + "-cache"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    try await git("init", "-q", "-b", "main")
  }

  deinit {
    try? FileManager.default.removeItem(atPath: root)
    try? FileManager.default.removeItem(atPath: cache)
  }

  struct Failed: Error, CustomStringConvertible {
    var description: String
  }

  @discardableResult
  func git(_ arguments: String..., at seconds: Int64 = 1_767_000_000) async throws -> String {
    let result = try await run(
      .name("git"), arguments: Arguments(["-C", root] + arguments),
      environment: .inherit.updating([
        "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.invalid", "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.invalid", "GIT_AUTHOR_DATE": .some("\(seconds) +0000"),
        "GIT_COMMITTER_DATE": .some("\(seconds) +0000"), "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_EDITOR": "true",
      ]), output: .string(limit: 4 << 20), error: .string(limit: 1 << 16))
    guard result.terminationStatus.isSuccess else {
      throw Failed(description: "\(arguments): \(result.standardError)")
    }
    return result.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  @discardableResult
  func commit(_ path: String, _ text: String, _ message: String = "work", at seconds: Int64 = 1_767_000_000)
    async throws -> String
  {
    let url = URL(filePath: root + "/" + path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: url, atomically: true, encoding: .utf8)
    try await git("add", "-A")
    try await git("commit", "-q", "-m", message, at: seconds)
    return try await git("rev-parse", "HEAD")
  }

  var indexer: RepositoryIndexer { RepositoryIndexer(IndexRequest(key: Self.key, cacheDirectory: cache)) }
  var location: RepositoryLocation { get throws { try RepositoryLocation.containing(root) } }

  func index() async throws -> RepositoryIndexer.Outcome { try await indexer.index(location) }
}

extension RepositoryIndex {
  /// What it says, without the order of its tables.
  var summary: [String: [String]] {
    var all: [String: [String]] = [:]
    for commit in commits {
      all[commit.hash.hexadecimal] = commit.files.map { row in
        let file = files[row]
        let hunks = file.hunks.map {
          "\(lines[self.hunks[$0].added].sorted()) \(lines[self.hunks[$0].removed].sorted())"
        }
        return "\(paths[Int(file.path)].full) \(file.flags.rawValue) \(hunks)"
      }.sorted()
    }
    return all
  }
}

/// SplitMix64: the same numbers on every machine.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Flips, inserts, deletes, repeats or cuts at random places.
  mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
    var result = bytes
    for _ in 0..<Int(next() % 8 + 1) where !result.isEmpty {
      let place = Int(next() % UInt64(result.count))
      switch next() % 6 {
      case 0: result[place] = UInt8(truncatingIfNeeded: next())
      case 1: result.insert(UInt8(truncatingIfNeeded: next()), at: place)
      case 2: result.remove(at: place)
      case 3: result.removeSubrange(place...)
      case 4: result.insert(contentsOf: Array("99999999999999999999".utf8), at: place)
      default: result.insert(contentsOf: result[place...].prefix(64), at: place)
      }
    }
    return result
  }
}

/// Where the real samples are: `ASSAY_SAMPLES`, else beside the package.
enum Samples {
  static func directory(_ name: String) throws -> String? {
    let given = ProcessInfo.processInfo.environment["ASSAY_SAMPLES"]
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let path =
      (given ?? root.deletingLastPathComponent().path(percentEncoded: false) + "/shared/samples") + "/" + name
    if FileManager.default.fileExists(atPath: path) { return path }
    if ProcessInfo.processInfo.environment["CI"] == "true" {
      Issue.record("samples are missing: \(path); set ASSAY_SAMPLES")
    }
    return nil
  }
}
