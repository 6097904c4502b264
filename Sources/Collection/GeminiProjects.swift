import Foundation
import Ledger
import Readers

/// The directories that Gemini CLI was used in, by its own list: `~/.gemini/projects.json`, an object `projects` whose
/// keys are paths. Recordings of sessions name theirs by a hash only.
package enum GeminiProjects {
  private struct List: Decodable {
    var projects: [String: String]
  }

  /// A list larger than this is none.
  private static let maximumBytes: Int64 = 4 << 20

  /// - Returns: Absolute paths, sorted; none where there is no list or it cannot be read.
  package static func directories(of homes: [HomeDirectory]) -> [String] {
    let place = SearchPlace(".gemini", override: ("GEMINI_CLI_HOME", ".gemini"), maximumDepth: 0) { _ in nil }
    let lists = homes.flatMap { $0.directories(of: place) }.map { $0 + "/projects.json" }
    return Set(lists.flatMap(directories(inListAt:))).sorted()
  }

  private static func directories(inListAt path: String) -> [String] {
    guard let identity = FileIdentity(path: path), identity.size <= maximumBytes,
      let data = FileManager.default.contents(atPath: path),
      let list = try? JSONDecoder().decode(List.self, from: data)
    else { return [] }
    return list.projects.keys.filter { $0.hasPrefix("/") }
  }
}
