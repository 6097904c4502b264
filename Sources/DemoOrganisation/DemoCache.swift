package import Arena
package import Foundation
package import Ledger
import Attribution
import Surroundings
import Visibility

/// Where the sample organisation is kept from one start to the next: made once a week, under a name that says of what.
package struct DemoCache: Sendable {
  /// Raised when the same seed gives another organisation.
  package static let generatorVersion = 5

  private let root: URL
  private let make: @Sendable (_ now: Instant) -> Organisation
  private let label: String

  /// - Parameters:
  ///   - root: A directory of our own; it is made if it is missing.
  ///   - label: Tells apart what `make` makes.
  package init(
    in root: URL = URL(filePath: XDGDirectory.cache), label: String = "demo-2026",
    _ make: @escaping @Sendable (_ now: Instant) -> Organisation = { .demo(endingAt: $0) }
  ) {
    self.root = root
    self.label = label
    self.make = make
  }

  /// Finds this week's sample organisation, or builds it.
  ///
  /// - Returns: With a lock that says that it is in use, for as long as it is held.
  package func demo(
    at now: Instant, progress: @escaping @Sendable (_ step: String) -> Void
  ) async throws -> SampleOrganisation {
    try FileManager.default.createDirectory(
      at: root, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let name = try name(at: now)
    // Before it is looked for: what is locked is not cleared away.
    let lock = try FileLock(root.appending(path: "\(name).lock"), .shared)
    let place = root.appending(path: name)
    if let found = SampleOrganisation(at: place, lock: lock) { return found }
    try await build(place, at: now, progress: progress)
    clear(except: name)
    guard let built = SampleOrganisation(at: place, lock: lock) else {
      throw DemoError.cannotWrite(place.path, why: "it is not there after it was made")
    }
    return built
  }

  /// By generator, week, and by what its figures follow from: another price list is another sample.
  private func name(at now: Instant) throws -> String {
    let prices = try PriceCatalogue.builtIn(withFileAt: nil).version
    let digest = Key128(space: "demo", "\(prices) \(AttributionPolicy.currentVersion)").hexadecimal.prefix(8)
    return "\(label)-v\(Self.generatorVersion)-\(Week(containing: now))-\(digest)"
  }

  private func build(_ place: URL, at now: Instant, progress: @escaping @Sendable (String) -> Void)
    async throws
  {
    clearUnfinished()
    let draft = root.appending(path: "\(Self.unfinished)\(UUID().uuidString.lowercased())")
    let lock = try FileLock(draft.appendingPathExtension("lock"), .exclusive)
    defer {
      try? FileManager.default.removeItem(at: draft)
      lock.remove()
    }
    try FileManager.default.createDirectory(at: draft, withIntermediateDirectories: true)
    let organisation = make(now)
    let sessions = try await DemoBuild(organisation, in: draft, progress: progress).run()
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    try encoder.encode(
      DemoTruth(labels: organisation.labels, target: organisation.target, sessions: sessions)
    )
    .write(to: draft.appending(path: DemoFiles.truth))
    try encoder.encode(DemoCard(of: organisation)).write(to: draft.appending(path: DemoFiles.card))
    // Whole or not at all. Of two who built at once, one finds that the other was first.
    guard rename(draft.path, place.path) == 0 || FileManager.default.fileExists(atPath: place.path) else {
      throw DemoError.cannotWrite(place.path, why: String(cString: strerror(errno)))
    }
  }

  // MARK: Clearing away

  private static let unfinished = "building-"

  /// What somebody began and was killed at: its lock is nobody's.
  private func clearUnfinished() { clear { $0.hasPrefix(Self.unfinished) } }

  /// Those of other weeks that no server shows now.
  private func clear(except name: String) {
    clear { $0.hasPrefix("\(label)-v") && $0 != name }
  }

  private func clear(where isOld: (_ name: String) -> Bool) {
    for entry in (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? [] {
      guard entry.hasSuffix(".lock"), isOld(String(entry.dropLast(5))),
        let lock = try? FileLock(root.appending(path: entry), .exclusive)
      else { continue }
      try? FileManager.default.removeItem(at: root.appending(path: String(entry.dropLast(5))))
      lock.remove()
    }
  }
}

/// A sample organisation that is whole, and in use while this is held.
package struct SampleOrganisation: Sendable {
  package let card: DemoCard
  package let ledgerPath: String
  package let controlPath: String
  package let directory: URL
  private let lock: FileLock

  init?(at place: URL, lock: FileLock) {
    guard let data = try? Data(contentsOf: place.appending(path: DemoFiles.card)),
      let card = try? JSONDecoder().decode(DemoCard.self, from: data)
    else { return nil }
    self.card = card
    self.lock = lock
    directory = place
    ledgerPath = place.appending(path: DemoFiles.ledger).path
    controlPath = place.appending(path: DemoFiles.control).path
  }
}

/// What the generator knows, kept beside the sample for whatever judges estimates by it.
package struct DemoTruth: Codable, Sendable {
  package var labels: [Organisation.Label]
  package var target: Organisation.Target
  package var sessions: [Organisation.Session]
}
