import Directory
import Foundation
import GRDB
import Ledger
import TestCorpus
import Testing

@testable import ControlSQLite

/// Times what a change of a large directory costs the event loop that looks next: of as many keys as
/// `ASSAY_MEASURE_KEYS` says.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["ASSAY_MEASURE_KEYS"] != nil))
struct DirectoryMeasurement {
  @Test("look up a key after a change, and read the whole")
  func measure() async throws {
    let count = ProcessInfo.processInfo.environment["ASSAY_MEASURE_KEYS"].flatMap { Int($0) } ?? 0
    let directory = try TemporaryDirectory()
    let store = try ControlStore(path: directory.path("control.sqlite"))
    let now = Instant(milliseconds: 0)
    let ana = try store.addPerson(name: "Ana", mail: "a@x.y", at: now)
    let (key, secret) = try store.createKey(KeyRequest(holder: .person(ana.id)), at: now)
    try store.write { db in
      try db.execute(
        sql: """
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
          INSERT INTO virtual_key
            (name, folded, person_id, hash, prefix, created, models, upstreams, allows_subscription)
          SELECT 'key ' || i, 'key ' || i, ?, randomblob(32), 'asy_' || i, 0, '[]', '[]', 0 FROM n
          """, arguments: [count, ana.id])
    }
    let live = try LiveDirectory(store)
    let clock = ContinuousClock()
    func look() throws -> Duration {
      try clock.measure { _ = try live.holder(of: secret.revealed, at: now) }
    }
    var (afterChange, unchanged): ([Duration], [Duration]) = ([], [])
    for round in 1...20 {
      try store.setLimit(.requests(Int64(round)), per: .day, on: .key(key.id), at: now)
      for _ in 0..<20 { afterChange.append(try look()) }
      while try live.lastKnown.version < store.version() {
        _ = try look()
        try await Task.sleep(for: .milliseconds(5))
      }
      unchanged.append(try look())
    }
    let whole = try (0..<5).map { _ in try clock.measure { _ = try store.snapshot() } }
    func line(_ name: String, _ times: [Duration]) -> String {
      let times = times.sorted()
      return "\(name): median \(times[times.count / 2]), at most \(times[times.count - 1])"
    }
    let report = [
      line("while a change is read", afterChange), line("else", unchanged), line("the whole", whole),
    ]
    FileHandle.standardError.write(Data("\(count) keys\n\(report.joined(separator: "\n"))\n".utf8))
  }
}
