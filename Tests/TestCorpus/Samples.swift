package import Foundation

/// Where the shared samples lie.
package enum Samples {
  package static let directory: URL? = {
    let stated = ProcessInfo.processInfo.environment["ASSAY_SAMPLES"].map { URL(filePath: $0) }
    var root = URL(filePath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    return [stated, root.appending(path: "shared/samples")].compactMap(\.self).first {
      FileManager.default.fileExists(atPath: $0.appending(path: "INDEX.csv").path)
    }
  }()

  /// Whether tests that need samples are skipped. In CI they are run, and fail.
  package static var isMissing: Bool {
    directory == nil && ProcessInfo.processInfo.environment["CI"] != "true"
  }

  /// Session files of every tool, relative to ``directory``, sorted. Labs and whole sessions.
  package static func sessions(below folders: [String] = Samples.folders, maximumBytes: Int = .max)
    -> [String]
  {
    guard let directory else { return ["no samples"] }
    var found: [String] = []
    for folder in folders {
      let entries =
        FileManager.default.enumerator(atPath: directory.appending(path: folder).path)?.allObjects ?? []
      for case let path as String in entries {
        guard [".jsonl", ".json", ".csv"].contains(where: path.hasSuffix), !path.contains("/cap/"),
          !path.hasSuffix(".meta.json")
        else { continue }
        let file = "\(folder)/\(path)"
        let size = try? directory.appending(path: file).resourceValues(forKeys: [.fileSizeKey]).fileSize
        if let size, size <= maximumBytes { found.append(file) }
      }
    }
    return found.sorted()
  }

  package static let folders = [
    "claude-code", "codex", "codex-old-format", "copilot-cli", "gemini-cli", "cursor-csv",
  ]

  /// The home directories of the lab's runs, relative to ``directory``.
  package static var labHomes: [String] {
    guard let directory else { return ["no samples"] }
    let lab = directory.appending(path: "lab").path
    let runs = (try? FileManager.default.contentsOfDirectory(atPath: lab)) ?? []
    return runs.sorted().map { "lab/\($0)/home" }
  }

  package struct Missing: Error, CustomStringConvertible {
    package var description: String { "no samples: set ASSAY_SAMPLES to their folder" }
  }

  package static func url(_ path: String) throws -> URL {
    guard let directory else { throw Missing() }
    return directory.appending(path: path)
  }

  package static func bytes(_ path: String) throws -> [UInt8] { try Array(Data(contentsOf: url(path))) }
}
