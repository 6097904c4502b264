import Effects
import GRDB
package import Journal
import Ledger

/// The journal of agents in the control database. Each function is a transaction that no other writer comes between,
/// synced before it returns; any number of processes may use it at once.
package struct SQLiteJournal: JournalStore {
  let control: ControlStore
  let clock: JournalClock
  let settings: Settings

  package struct Settings: Hashable, Sendable {
    /// How long content is kept after the run's end.
    package var keepsContent: Duration
    /// How many executors may die over a run in a row.
    package var mostTakeovers: Int
    /// In bytes, of one answer, one call or one result.
    package var mostContentBytes: Int

    package init(
      keepsContent: Duration = .days(30), mostTakeovers: Int = 5, mostContentBytes: Int = 8 << 20
    ) {
      self.keepsContent = keepsContent
      self.mostTakeovers = mostTakeovers
      self.mostContentBytes = mostContentBytes
    }
  }

  package init(
    _ control: ControlStore, clock: JournalClock = .system, settings: Settings = Settings()
  ) {
    self.control = control
    self.clock = clock
    self.settings = settings
  }

  /// One transaction. What `body` gives as a failure is thrown after the commit: the change that it made says why.
  /// What it throws undoes everything.
  func write<Value>(
    _ body: (JournalTransaction) throws -> Result<Value, JournalError>
  ) throws(JournalError) -> Value {
    let result: Result<Value, JournalError>
    do {
      result = try control.write { db in
        let transaction = JournalTransaction(
          db: db, now: clock.now(), machine: clock.machine(), settings: settings)
        let result = try body(transaction)
        try transaction.seal()
        return result
      }
    } catch let error as JournalError {
      throw error
    } catch {
      throw .storage("\(error)")
    }
    return try result.get()
  }

  func read<Value>(_ body: (JournalTransaction) throws -> Value) throws(JournalError) -> Value {
    let result: Result<Value, JournalError>
    do {
      result = try control.read { db in
        let transaction = JournalTransaction(
          db: db, now: clock.now(), machine: clock.machine(), settings: settings)
        do { return .success(try body(transaction)) } catch let error as JournalError {
          return .failure(error)
        }
      }
    } catch {
      throw .storage("\(error)")
    }
    return try result.get()
  }
}

/// What is done within one transaction, at one moment.
struct JournalTransaction {
  let db: Database
  let now: Instant
  let machine: MachineTime
  let settings: SQLiteJournal.Settings
  /// Where the chain ends once this transaction has added to it.
  private let added = Added()

  private final class Added {
    var head: ChainHead?
  }

  init(db: Database, now: Instant, machine: MachineTime, settings: SQLiteJournal.Settings) {
    self.db = db
    self.now = now
    self.machine = machine
    self.settings = settings
  }

  /// Adds a link to the chain, the end of which ``seal()`` writes down.
  func note(
    _ kind: JournalEvent.Kind, run: RunID? = nil, step: Int? = nil, _ details: [String: String?] = [:]
  ) throws {
    let head = try added.head ?? head()
    let body = JournalEvent.Body(
      at: now, run: run, step: step, kind: kind, details: details.compactMapValues { $0 },
      salt: Key128.random().hexadecimal + Key128.random().hexadecimal)
    let event = JournalEvent(body, number: head.number + 1, after: head.hash)
    try db.executeKept(
      """
      INSERT INTO agent_event (number, org_id, at, run_id, step, kind, details, salt, digest, hash)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        event.number, body.organisation, body.at.milliseconds, run?.rawValue, step, kind.rawValue,
        JournalRows.text(body.details), body.salt, event.digest, event.hash,
      ])
    added.head = ChainHead(number: event.number, hash: event.hash)
  }

  /// To be called once, before the end of a transaction that writes.
  func seal() throws {
    guard let head = added.head else { return }
    try db.executeKept(
      "UPDATE agent_event_head SET number = ?, hash = ? WHERE id = 1", [head.number, head.hash])
  }

  func head() throws -> ChainHead {
    let row = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT number, hash FROM agent_event_head WHERE id = 1"))
    guard let row else {
      throw JournalError.broken(
        ChainCheck.Break(number: 0, reason: "is missing: the mark of the last one is"))
    }
    return ChainHead(number: row["number"], hash: row["hash"])
  }

  // MARK: Content

  /// Keeps a piece of content.
  ///
  /// - Returns: What an event says of it.
  func keep(
    _ part: JournalRows.Part, _ number: Int64, of run: RunID, _ body: String, isWithheld: Bool
  ) throws -> [String: String?] {
    guard body.utf8.count <= settings.mostContentBytes else {
      throw JournalError.tooLarge(
        part.words, bytes: body.utf8.count, most: settings.mostContentBytes)
    }
    try db.executeKept(
      "INSERT INTO agent_content (run_id, part, number, is_withheld, body) VALUES (?, ?, ?, ?, ?)",
      [run.rawValue, part.rawValue, number, isWithheld, body])
    return [
      "part": part.rawValue, "item": String(number),
      "content": Fingerprint.digits(of: [body, isWithheld ? "withheld" : "whole"]),
    ]
  }
}

extension Database {
  /// Executes one statement that comes again with each step of a run: it is prepared once a connection.
  func executeKept(_ sql: String, _ arguments: StatementArguments) throws {
    try cachedStatement(sql: sql).execute(arguments: arguments)
  }
}
