import Foundation
import Readers

/// A person's home directory, below which the tools keep their records.
package struct HomeDirectory: Hashable, Sendable {
  package var path: String
  /// The variables that move a tool's directory. Only one's own home has them: with `--home` it is another
  /// machine's or person's.
  package var environment: [String: String]

  package init(path: String, environment: [String: String] = [:]) {
    self.path = path
    self.environment = environment
  }

  /// The home of whoever runs this, with their environment: `$HOME`, as POSIX has it, and what the user database
  /// says only where that is not set. (Foundation asks the user database first.)
  package static var current: HomeDirectory {
    let environment = ProcessInfo.processInfo.environment
    let stated = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    return HomeDirectory(
      path: stated ?? FileManager.default.homeDirectoryForCurrentUser.path, environment: environment)
  }

  /// The directories that `place` means here. A variable may list several, separated by commas, as Claude
  /// Code's does; the default place is looked at as well, for what was kept before it was set.
  func directories(of place: SearchPlace) -> [String] {
    var directories = [path + "/" + place.directory]
    if let override = place.override, let value = environment[override.variable], !value.isEmpty {
      for parent in value.split(separator: ",") {
        let directory = parent.trimmingCharacters(in: .whitespaces) + "/" + override.appending
        if !directories.contains(directory) { directories.append(directory) }
      }
    }
    return directories
  }
}
