import Arena
import Foundation
import Ledger

/// A demo written into a directory of its own, which goes when `body` is done.
struct WrittenDemo {
  let home: URL
  let repositories: URL
  let truth: GroundTruth

  static let now = Instant(milliseconds: 1_795_251_600_000)

  static func with<Result>(
    seed: UInt64 = 2026, in directory: URL? = nil, _ body: (WrittenDemo) async throws -> Result
  ) async throws -> Result {
    let root =
      directory
      ?? FileManager.default.temporaryDirectory.appendingPathComponent("arena-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    let home = root.appendingPathComponent("home")
    let repositories = root.appendingPathComponent("code")
    let truth = try await Scenario.demo(endingAt: now, seed: seed).write(home: home, repositories: repositories)
    return try await body(WrittenDemo(home: home, repositories: repositories, truth: truth))
  }

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
