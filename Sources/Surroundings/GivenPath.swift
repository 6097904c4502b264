import Foundation

/// A path as it was given on the command line.
package enum GivenPath {
  /// `path` from the root, with a leading `~` as the shell would have it where it sees one.
  package static func absolute(_ path: String) -> String {
    var expanded = path
    if path == "~" || path.hasPrefix("~/") {
      expanded = XDGDirectory.home + path.dropFirst()
    }
    let url = URL(filePath: expanded).standardizedFileURL.path(percentEncoded: false)
    return url.count > 1 && url.hasSuffix("/") ? String(url.dropLast()) : url
  }

  package static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: absolute(path))
  }
}
