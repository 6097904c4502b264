import Ledger
import Logging
import Slack
import Synchronization

/// Says in the log that something of Slack's was not taken in: each kind of it once a minute, with how often it was, since
/// anybody can send requests.
final class SlackNotes: Sendable {
  private struct Told {
    var last: Instant?
    var since = 0
  }

  private let log: Logger
  private let now: @Sendable () -> Instant
  private let told = Mutex<[String: Told]>([:])

  init(log: Logger, now: @escaping @Sendable () -> Instant) {
    self.log = log
    self.now = now
  }

  func note(_ note: SlackReception.Note) {
    let kind: String
    switch note {
    case .persisted, .seen, .passedOver: return
    case .refused(let refusal): kind = "refused: signature \(refusal)"
    case .unreadable: kind = "refused: nothing that Slack sends"
    case .notPersisted: kind = "not kept: Slack is asked to send it again"
    }
    let now = now()
    let count = told.withLock { told -> Int? in
      var entry = told[kind] ?? Told()
      entry.since += 1
      defer { told[kind] = entry }
      if let last = entry.last, now - last < .minutes(1) { return nil }
      defer { (entry.last, entry.since) = (now, 0) }
      return entry.since
    }
    guard let count else { return }
    log.warning("what came for Slack was \(kind)", metadata: ["slack.count": "\(count)"])
  }
}
