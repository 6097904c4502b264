package import Deployments
package import Foundation

/// A service that the sample organisation runs for real, on this machine, for as long as it is shown: a repository, its
/// deployments, and what users see. One server shows it at a time.
package struct DemoShop: Sendable {
  package let site: ReferenceSite
  /// Of its own, beside the sample's.
  package let directory: URL
  private let lock: FileLock

  /// What the site is made of that this machine does not have.
  package static var missingPrograms: [String] {
    ["git", "runsvdir", "nginx", "python3", "curl"].filter { name in
      !["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"].contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
      }
    }
  }

  /// Takes up what an earlier server left of it.
  ///
  /// - Returns: `nil` while another server has it.
  package init?(of sample: SampleOrganisation) async throws {
    directory = sample.directory.appending(path: "shop")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    guard let lock = try? FileLock(directory.appending(path: "lock"), .exclusive) else { return nil }
    self.lock = lock
    let place = directory.appending(path: "site")
    Self.removeLocks(in: place)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    site = try await ReferenceSite(in: place)
  }

  /// What git leaves when it is killed with the server, and waits for ever after. Nobody else is at it: we hold the lock.
  private static func removeLocks(in place: URL) {
    for repository in ["source.git", "site.git"] {
      let root = place.appending(path: repository).path
      for name in (try? FileManager.default.subpathsOfDirectory(atPath: root)) ?? []
      where name.hasSuffix(".lock") {
        try? FileManager.default.removeItem(atPath: "\(root)/\(name)")
      }
    }
  }
}
