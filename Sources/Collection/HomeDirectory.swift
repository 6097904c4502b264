import Foundation
import Surroundings
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

  /// The home of whoever runs this, with their environment.
  package static var current: HomeDirectory {
    HomeDirectory(path: XDGDirectory.home, environment: ProcessInfo.processInfo.environment)
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
