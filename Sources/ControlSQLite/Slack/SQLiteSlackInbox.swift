import Effects
import Foundation
import GRDB
package import Ledger
package import Slack

/// The inbox of Slack's deliveries in the control database. What comes in while a transaction is being synced goes into the
/// next one together, so that a disk that syncs a hundred times a second keeps up with many times as many deliveries. Any
/// number of processes may use it at once.
package actor SQLiteSlackInbox: SlackInbox {
  private let control: ControlStore
  private let now: @Sendable () -> Instant
  private let settings: Settings

  package struct Settings: Hashable, Sendable {
    /// How long it is remembered what was handled. Slack sends nothing again after an hour or so.
    package var remembers: Duration
    /// How often a delivery is handed out before it is given up.
    package var mostAttempts: Int

    package init(remembers: Duration = .days(7), mostAttempts: Int = 20) {
      self.remembers = remembers
      self.mostAttempts = mostAttempts
    }
  }

  /// Who waits for the next transaction. The first of them leads it: it writes for all.
  private struct Waiter {
    var change: SlackInboxChange
    var turn: CheckedContinuation<Turn, Never>
  }

  private enum Turn: Sendable {
    case done(Result<SlackInboxChange.Outcome, any Error>)
    case lead
  }

  private var waiting: [Waiter] = []
  private var isWriting = false

  static let mostTogether = 500

  package init(
    _ control: ControlStore, settings: Settings = Settings(),
    now: @escaping @Sendable () -> Instant = { Instant(Date()) }
  ) {
    self.control = control
    self.settings = settings
    self.now = now
  }

  package func persist(_ delivery: SlackDelivery) async throws -> SlackReceipt {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let body = String(decoding: try encoder.encode(delivery), as: UTF8.self)
    let message = delivery.message.map { Fingerprint.digits(of: [delivery.team, $0.channel, $0.ts]) }
    let row = SlackInboxChange.Row(
      name: Fingerprint.digits(of: [delivery.id]), message: message, user: delivery.user, body: body)
    return try await change(.persist(row)).hasChanged ? .new : .seen
  }

  package func claim(lease: Duration, most: Int) async throws -> [SlackClaim] {
    try await change(.claim(until: now() + lease, most: most, mostAttempts: settings.mostAttempts)).claims
  }

  package func finish(_ claim: SlackClaim) async throws -> Bool {
    try await change(.close(claim.number, claim.attempt, as: .handled)).hasChanged
  }

  package func release(_ claim: SlackClaim, after pause: Duration) async throws -> Bool {
    try await change(.release(claim.number, claim.attempt, until: now() + pause)).hasChanged
  }

  package func abandon(_ claim: SlackClaim) async throws -> Bool {
    try await change(.close(claim.number, claim.attempt, as: .abandoned)).hasChanged
  }

  /// What is open, and what was given up and is remembered.
  package func counts() throws(ControlError) -> (open: Int, abandoned: Int) {
    try control.read { db in
      let sql = "SELECT COUNT(*) FROM slack_delivery WHERE state = ?"
      return (
        try Int.fetchOne(db, sql: sql, arguments: ["open"]) ?? 0,
        try Int.fetchOne(db, sql: sql, arguments: ["abandoned"]) ?? 0
      )
    }
  }

  // MARK: Writing together

  private func change(_ change: SlackInboxChange) async throws -> SlackInboxChange.Outcome {
    if isWriting {
      let turn = await withCheckedContinuation { waiting.append(Waiter(change: change, turn: $0)) }
      if case .done(let result) = turn { return try result.get() }
    }
    isWriting = true
    let others = Array(waiting.prefix(Self.mostTogether - 1))
    waiting.removeFirst(others.count)
    let written = await write([change] + others.map(\.change))
    for (place, other) in others.enumerated() {
      other.turn.resume(returning: .done(written.map { $0[place + 1] }))
    }
    if waiting.isEmpty {
      isWriting = false
    } else {
      waiting.removeFirst().turn.resume(returning: .lead)
    }
    return try written.get()[0]
  }

  /// One transaction, synced when this returns. Whoever leads may be cancelled; the others' changes are not.
  private func write(_ changes: [SlackInboxChange]) async -> Result<[SlackInboxChange.Outcome], any Error> {
    let (now, forgetBefore, path) = (now(), now() - settings.remembers, control.path)
    return await withCheckedContinuation { continuation in
      control.pool.asyncWriteWithoutTransaction { db in
        let result = Result {
          var outcomes: [SlackInboxChange.Outcome] = []
          try db.inTransaction(.immediate) {
            outcomes = try changes.map { try $0.apply(to: db, at: now) }
            try SlackInboxChange.forget(db, before: forgetBefore)
            return .commit
          }
          return outcomes
        }
        continuation.resume(
          returning: result.mapError { error in
            (error as? DatabaseError).map { ControlError($0, path: path) } ?? error
          })
      }
    }
  }
}
