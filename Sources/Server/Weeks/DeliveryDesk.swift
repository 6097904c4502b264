import Directory
import Events
import Foundation
import Ledger
import Visibility

/// What applications delivered, and which changes came of which sessions: the ledger's events and landed changes, by the
/// repositories that belong to an application. Reads each once, however many weeks are asked for.
final class DeliveryDesk {
  private let ledger: any LedgerStore
  private let timeZone: TimeZone
  /// By application.
  private let remotes: [Int64: [RepositoryRemote]]
  private let histories: [LandedHistory]
  private var readings: [Int64: DeliveryReading] = [:]
  private var failed: [UInt64: Set<String>]?

  init(ledger: any LedgerStore, people: PeopleReading, timeZone: TimeZone) throws {
    self.ledger = ledger
    self.timeZone = timeZone
    remotes = Dictionary(grouping: people.repositories, by: \.project).mapValues { $0.map(\.remote) }
    let ever = Instant(milliseconds: .min)..<Instant(milliseconds: .max)
    histories = try ledger.landedHistories(in: ever)
  }

  /// By application.
  func delivery(in week: Week) throws -> [Int64: DeliveryWeek] {
    guard let bounds = week.bounds(in: timeZone) else { return [:] }
    var delivery: [Int64: DeliveryWeek] = [:]
    for application in remotes.keys.sorted() {
      let reading = try reading(of: application)
      var figures = reading.week(bounds)
      // Of several clones of a repository each has the same commits.
      var counted: Set<String> = []
      for history in histories(of: application) {
        var landed = figures.landed ?? DeliveryWeek.Landed()
        for change in history.changes
        where bounds.contains(change.landed) && counted.insert(change.commit).inserted {
          landed.landed += 1
          if change.undone == nil { landed.held += 1 }
          if reading.failedCommits.contains(change.commit) { landed.failed += 1 }
          landed.linesAdded += change.linesAdded
          landed.linesGone14Days += change.linesGone14Days
          landed.linesGone30Days += change.linesGone30Days
        }
        figures.landed = landed
      }
      delivery[application] = figures
    }
    return delivery
  }

  /// The changes that came of the sessions that began in a week, until the hold window of the last is over when the week
  /// is settled: each counts for the session with the largest share in it.
  ///
  /// - Parameter sessions: Those with use in the week.
  func changes(of sessions: [SessionFact], in week: Week) throws -> [SessionID: ChangeCounts] {
    guard let bounds = week.bounds(in: timeZone) else { return [:] }
    // A session that goes on into a further week counts for the one that it began in.
    let own = Set(
      sessions.filter { $0.started.map { Week(containing: $0, in: timeZone) == week } ?? false }.map(\.id))
    let end = bounds.upperBound + Self.patience
    let failed = try failedCommits()
    var counts: [SessionID: ChangeCounts] = [:]
    var counted: Set<String> = []
    for history in histories {
      let failed = history.remotes.lazy.compactMap { failed[$0] }.first ?? []
      for change in history.changes where change.landed < end {
        guard let session = change.session, own.contains(session), counted.insert(change.commit).inserted
        else { continue }
        counts[session, default: ChangeCounts()] =
          counts[session, default: ChangeCounts()]
          + ChangeCounts(
            landed: 1, held: change.undone == nil ? 1 : 0, failed: failed.contains(change.commit) ? 1 : 0)
      }
    }
    return counts
  }

  /// After a week's end: what landed later has not stood for the hold window when the week is settled.
  private static let patience = WeekClosing.settling - .days(14)

  private func reading(of application: Int64) throws -> DeliveryReading {
    if let known = readings[application] { return known }
    var events: [OutcomeEvent] = []
    for remote in remotes[application] ?? [] { events += try ledger.events(ofRepository: remote.text) }
    let reading = DeliveryReading(events)
    readings[application] = reading
    return reading
  }

  private func histories(of application: Int64) -> [LandedHistory] {
    let hashes = Set(
      (remotes[application] ?? []).compactMap { RemoteName.hash($0.text, key: ledger.hashKey) })
    return histories.filter { !hashes.isDisjoint(with: $0.remotes) }
  }

  /// By the hash of a repository's remote.
  private func failedCommits() throws -> [UInt64: Set<String>] {
    if let failed { return failed }
    var found: [UInt64: Set<String>] = [:]
    for (application, remotes) in remotes {
      let commits = try reading(of: application).failedCommits
      for remote in remotes {
        if let hash = RemoteName.hash(remote.text, key: ledger.hashKey) {
          found[hash, default: []].formUnion(commits)
        }
      }
    }
    failed = found
    return found
  }
}
