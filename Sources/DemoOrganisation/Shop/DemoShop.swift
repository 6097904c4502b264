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
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    site = try await ReferenceSite(in: place)
  }
}
