import Foundation
import Ledger
import Outcomes
import Testing

@testable import Attribution

/// Times indexing and attribution of a thousand sessions on the repository that `ASSAY_SPEED_REPOSITORY` names.
/// The sessions are made from its own commits, ten minutes before each, so that there is much to match.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["ASSAY_SPEED_REPOSITORY"] != nil))
struct SpeedMeasurement {
  @Test("index and attribute, first time and after")
  func measure() async throws {
    let path = ProcessInfo.processInfo.environment["ASSAY_SPEED_REPOSITORY"] ?? ""
    let cache = NSTemporaryDirectory() + "/assay-speed-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: cache) }
    let location = try RepositoryLocation.containing(path)
    let indexer = RepositoryIndexer(IndexRequest(key: GitFixture.key, cacheDirectory: cache))
    let clock = ContinuousClock()
    var index = RepositoryIndex()
    let first = try await clock.measure { index = try await indexer.index(location).index }
    let again = try await clock.measure { index = try await indexer.index(location).index }
    let latest = index.commits.map(\.committedAt).max() ?? Instant(milliseconds: 0)
    let month = IndexRequest(key: GitFixture.key, cacheDirectory: cache + "/month", since: latest - .days(30))
    let recent = try await clock.measure { _ = try await RepositoryIndexer(month).index(location) }
    let sessions = sessions(from: index, count: 1000, edits: 30)
    let places = Dictionary(
      uniqueKeysWithValues: sessions.map { ($0.session.id, SessionPlace.repository(index.gitDirectory)) })
    let now = index.commits.map(\.committedAt).max() ?? Instant(milliseconds: 0)
    let attributor = Attributor(key: GitFixture.key)
    var catalogue = EvidenceCatalogue([])
    let building = clock.measure { catalogue = EvidenceCatalogue(sessions) }
    var history = RepositoryHistory(RepositoryIndex())
    let reaching = clock.measure { history = RepositoryHistory(index) }
    var links = RepositoryLinks()
    let matching = clock.measure {
      links = attributor.links(in: history, catalogue: catalogue, resident: Set(places.keys))
    }
    var result: [SessionAttribution] = []
    let judging = clock.measure {
      result = attributor.attribute(
        catalogue, repositories: [(history, links, .none)], places: places, now: now)
    }
    let linked = result.flatMap(\.turns).count { $0.shares.contains { $0.link != nil } }
    print(
      """
      \(index.commits.count) commits, \(index.lines.count) line hashes, \(sessions.count) sessions with \
      \(sessions.reduce(0) { $0 + $1.edits.reduce(0) { $0 + $1.added.count } }) lines, \(linked) turns linked
      index first time \(first), for sessions of the last 30 days only \(recent), unchanged \(again); catalogue \(building), history \(reaching), \
      matching \(matching), states \(judging)
      """)
    #expect(linked > 0)
  }

  private func sessions(from index: RepositoryIndex, count: Int, edits: Int) -> [SessionEvidence] {
    var random = SplitMix(state: 1)
    let usable = index.commits.indices.filter { index.commits[$0].fileCount > 0 }
    return (0..<count).map { number in
      let id = SessionID(space: "test/session", "speed \(number)")
      var evidence = SessionEvidence(
        session: SessionFact(id: id, tool: .claudeCode, name: "speed \(number)"), turns: [])
      let start = usable[Int(random.next() % UInt64(usable.count))]
      for (place, row) in (start..<min(start + edits, index.commits.count)).enumerated() {
        let commit = index.commits[row]
        let at = commit.authoredAt - .minutes(10)
        let turn = TurnID(space: "test/turn", "speed \(number) \(place)")
        evidence.turns.append(TurnFact(id: turn, session: id, started: at, ended: at, trigger: .person))
        for file in commit.files {
          let path = index.paths[Int(index.files[file].path)]
          let lines = index.files[file].hunks.flatMap { index.lines[index.hunks[$0].added] }
          evidence.edits.append(
            EditFact(
              id: Key128(space: "test/edit", "speed \(number) \(file)"), turn: turn, at: at,
              path: PathHash(name: path.name, tail: path.tail), added: lines.map { LineHash(rawValue: $0) },
              removed: [], exit: .succeeded))
        }
      }
      return evidence
    }
  }
}
