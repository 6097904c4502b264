import Arena
import DemoOrganisation
import Foundation
import Ledger
import Synchronization
import TestCorpus
import Testing

@Suite("Where the sample organisation is kept")
struct CacheTests {
  private static func cache(in root: URL) -> DemoCache {
    DemoCache(in: root, label: "small") { .small(endingAt: $0) }
  }

  @Test("Built once, found the next time, built anew in another week; whole before it has its name")
  func once() async throws {
    let place = try TemporaryDirectory()
    let root = URL(filePath: place.path("cache"))
    // What was there at each step of a build.
    let seen = Mutex<[[String]]>([])
    func demo(at now: Instant) async throws -> (SampleOrganisation, seen: [[String]]) {
      seen.withLock { $0 = [] }
      let demo = try await Self.cache(in: root).demo(at: now) { _ in
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
        seen.withLock { $0.append(names.filter { !$0.hasSuffix(".lock") }) }
      }
      return (demo, seen.withLock { $0 })
    }
    // What a process that was killed left behind: its lock is nobody's.
    let left = root.appending(path: "building-0")
    try FileManager.default.createDirectory(at: left, withIntermediateDirectories: true)
    try Data("half".utf8).write(to: left.appending(path: "ledger.sqlite"))
    try Data().write(to: left.appendingPathExtension("lock"))

    let now = BuildTests.now
    var first: SampleOrganisation?
    do {
      let built = try await demo(at: now)
      first = built.0
      #expect(built.seen.count > 3 && built.seen.allSatisfy { !$0.contains { $0.hasPrefix("small-") } })
    }
    #expect(!FileManager.default.fileExists(atPath: left.path))
    let again = try await demo(at: now + .hours(20))
    #expect(again.seen.isEmpty)
    #expect(again.0.card == first?.card)
    let files = try FileManager.default.contentsOfDirectory(atPath: again.0.directory.path)
    #expect(Set(files) == ["control.sqlite", "demo.json", "ledger.sqlite", "repositories", "truth.json"])

    let old = again.0.directory
    first = nil
    let next = try await demo(at: now + .days(7))
    #expect(!next.seen.isEmpty)
    #expect(next.0.directory != old)
    // In use still.
    #expect(FileManager.default.fileExists(atPath: old.path))
    withExtendedLifetime(again) {}
  }
}
