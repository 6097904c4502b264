import Arena
import Foundation
import Ledger

/// A demo on disk, with its truth.
struct WrittenDemo: Sendable {
  let home: URL
  let repositories: URL
  let truth: GroundTruth

  static let now = Instant(milliseconds: 1_795_251_600_000)

  /// A directory for one test, which removes it.
  static func directory() -> URL {
    FileManager.default.temporaryDirectory.appendingPathComponent("arena-\(UUID().uuidString)")
  }

  static func write(seed: UInt64, in root: URL) async throws -> WrittenDemo {
    let home = root.appendingPathComponent("home")
    let repositories = root.appendingPathComponent("code")
    let truth = try await Scenario.demo(endingAt: now, seed: seed).write(
      home: home, repositories: repositories)
    return WrittenDemo(home: home, repositories: repositories, truth: truth)
  }

  private static let sharedRoot = directory()
  private static let sharedTask = Task {
    atexit { try? FileManager.default.removeItem(at: WrittenDemo.sharedRoot) }
    return try await write(seed: 2026, in: sharedRoot)
  }

  /// One demo for all tests that only read it; it goes when the process ends.
  static var shared: WrittenDemo { get async throws { try await sharedTask.value } }

  /// Paths of all files below `home`, relative to it, sorted.
  func files(ending suffix: String = "") throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: home.path).filter { path in
      var isDirectory: ObjCBool = false
      let file = home.appendingPathComponent(path).path
      return FileManager.default.fileExists(atPath: file, isDirectory: &isDirectory)
        && !isDirectory.boolValue && path.hasSuffix(suffix)
    }.sorted()
  }

  func data(_ path: String) throws -> Data { try Data(contentsOf: home.appendingPathComponent(path)) }

  /// The JSON objects of a file of lines; lines that are none are left out.
  func lines(_ path: String) throws -> [[String: Any]] {
    try data(path).split(separator: 0x0A).compactMap {
      (try? JSONSerialization.jsonObject(with: $0)) as? [String: Any]
    }
  }

  func object(_ path: String) throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: data(path)) as? [String: Any] ?? [:]
  }
}

/// Reaching into parsed JSON.
extension [String: Any] {
  func object(_ key: String) -> [String: Any] { self[key] as? [String: Any] ?? [:] }
  func objects(_ key: String) -> [[String: Any]] { self[key] as? [[String: Any]] ?? [] }
  func int(_ key: String) -> Int64 { (self[key] as? NSNumber)?.int64Value ?? 0 }
  func string(_ key: String) -> String { self[key] as? String ?? "" }
}
