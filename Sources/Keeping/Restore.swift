import ControlSQLite
import Directory
import Foundation
import Inventory
package import Ledger
import LedgerSQLite

/// Puts a backup in the place of both databases: all of it, or nothing.
///
/// The copies are checked and made ready beside the databases, and whoever was erased since is erased in them, before
/// anything is touched. Then a note says what is to be moved where; from there on whoever opens the databases next
/// (``finishPending(control:)``) brings it to its end, so that a restore which is killed leaves the old or the new.
package struct Restore: Sendable {
  /// Between which it may be killed.
  package enum Step: CaseIterable, Sendable {
    case checked, copied, erased
    /// The note is written: from here on it is the new.
    case noted
    case moved
    case finished
  }

  /// The two databases; in a backup they have the same names.
  package struct Places: Sendable, Hashable {
    package var ledger: String
    package var control: String

    package init(ledger: String, control: String) {
      self.ledger = ledger
      self.control = control
    }
  }

  package struct Outcome: Sendable, Hashable {
    /// Where what was replaced is now.
    package var kept: [String] = []
    /// People who had been erased since the backup, and were erased in it.
    package var erasedAgain = 0
    /// Erased people of the replaced database who are not in the backup, or not the same there.
    package var unknownErased = 0
  }

  private let places: Places
  private let interrupt: @Sendable (Step) throws -> Void

  package init(to places: Places, interrupt: @escaping @Sendable (Step) throws -> Void = { _ in }) {
    self.places = places
    self.interrupt = interrupt
  }

  /// - Throws: ``KeepingError``; nothing has changed then.
  package func run(from directory: String, at now: Instant) throws -> Outcome {
    try Self.finishPending(control: places.control)
    let backup = Places(ledger: directory + "/ledger.sqlite", control: directory + "/control.sqlite")
    try Self.check(backup.ledger, knows: SQLiteLedger.newestVersion)
    try Self.check(backup.control, knows: ControlStore.newestVersion)
    let present = [places.ledger, places.control].map(DatabaseFile.init).filter(\.exists)
    // Makes each one file, which is also how it is known that nobody has it open.
    for file in present where try !file.settle() { throw KeepingError.inUse(file.path) }
    try interrupt(.checked)

    let staged = Places(ledger: places.ledger + ".restoring", control: places.control + ".restoring")
    for (from, to) in [(backup.ledger, staged.ledger), (backup.control, staged.control)] {
      for suffix in ["", "-wal", "-shm", "-journal", ".part"] { unlink(to + suffix) }
      try DatabaseFile(path: from).copy(to: to)
    }
    try interrupt(.copied)
    var outcome = Outcome()
    try eraseAgain(in: staged, at: now, &outcome)
    for path in [staged.ledger, staged.control] {
      guard try DatabaseFile(path: path).settle() else { throw KeepingError.inUse(path) }
    }
    try interrupt(.erased)

    let stamp = String(now.milliseconds)
    let moves = [(staged.ledger, places.ledger), (staged.control, places.control)].map { from, to in
      Move(from: from, to: to, keep: "\(to).replaced-\(stamp)")
    }
    try Self.write(moves, besides: places.control)
    try interrupt(.noted)
    for move in moves {
      try move.run()
      try interrupt(.moved)
    }
    unlink(Self.note(places.control))
    outcome.kept = moves.map(\.keep).filter { FileManager.default.fileExists(atPath: $0) }
    try interrupt(.finished)
    return outcome
  }

  private static func check(_ path: String, knows newest: Int) throws {
    let file = DatabaseFile(path: path)
    guard file.isDatabase else { throw KeepingError.notACopy(path) }
    guard let version = try? file.version() else {
      throw KeepingError.damaged(path, ["what tables it has cannot be read"])
    }
    guard version > 0 else { throw KeepingError.notACopy(path) }
    guard version <= newest else { throw KeepingError.newer(path, version: version, known: newest) }
    let problems = (try? file.problems()) ?? ["it cannot be read to its end"]
    guard problems.isEmpty else { throw KeepingError.damaged(path, problems) }
  }

  /// Whoever the database that is replaced knows as erased does not come back by this.
  private func eraseAgain(in staged: Places, at now: Instant, _ outcome: inout Outcome) throws {
    // Opened, and so brought up to date, before they take their place.
    let ledger = try SQLiteLedger(path: staged.ledger)
    let control = try ControlStore(path: staged.control)
    try adoptClosedWeeks(in: control)
    // The ledger was copied first: somebody may have been erased between the two copies.
    let refused = try ledger.refusedAccounts()
    let whole = try control.erasures().filter { erasure in
      erasure.finished != nil && refused.isSuperset(of: erasure.scope.accounts.map(AccountID.init(rawValue:)))
    }
    let done = Set(whole.map(\.person))
    for erasure in try control.erasures() where !done.contains(erasure.person) {
      _ = try PersonErasure(ledger: ledger, control: control).erase(erasure.person, at: now)
      outcome.erasedAgain += 1
    }
    guard DatabaseFile(path: places.control).exists else { return }
    let old = try ControlStore(path: places.control)
    let people = try old.snapshot().contents.people
    let known = Set(try control.erasures().map(\.person))
    for erasure in try old.erasures() where !known.contains(erasure.person) {
      // The same number is the same person if they came at the same moment; else it is another organisation's.
      guard let created = people.first(where: { $0.id == erasure.person })?.created,
        try control.isSame(person: erasure.person, created: created)
      else {
        outcome.unknownErased += 1
        continue
      }
      _ = try PersonErasure(ledger: ledger, control: control).erase(erasure.person, at: now)
      outcome.erasedAgain += 1
    }
  }

  /// What was published since the backup stays as it was published.
  private func adoptClosedWeeks(in control: ControlStore) throws {
    guard DatabaseFile(path: places.control).exists else { return }
    let old = try ControlStore(path: places.control)
    let isOurs = try old.snapshot().contents.people.contains { person in
      try control.isSame(person: person.id, created: person.created)
    }
    if isOurs { try control.adoptClosedWeeks(of: old) }
  }

  // MARK: Moving

  private struct Move: Codable {
    var from: String
    var to: String
    var keep: String

    /// May be done again after it was stopped anywhere.
    func run() throws {
      let files = FileManager.default
      guard files.fileExists(atPath: from) else { return }
      if files.fileExists(atPath: to), !files.fileExists(atPath: keep) { try Move.rename(to, keep) }
      for suffix in ["-wal", "-shm"] { unlink(to + suffix) }
      try Move.rename(from, to)
    }

    private static func rename(_ from: String, _ to: String) throws {
      guard Foundation.rename(from, to) == 0 else { throw KeepingError.cannotWrite(to) }
      let directory = open(URL(filePath: to).deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
      if directory >= 0 {
        fsync(directory)
        close(directory)
      }
    }
  }

  private static func note(_ control: String) -> String { control + ".restore" }

  private static func write(_ moves: [Move], besides control: String) throws {
    let path = note(control)
    unlink(path + ".new")
    try PrivateFile.write(path + ".new") { take in
      try take(String(decoding: JSONEncoder().encode(moves), as: UTF8.self))
    }
    guard rename(path + ".new", path) == 0 else { throw KeepingError.cannotWrite(path) }
  }

  /// Brings a restore to its end that was stopped while it moved files. To be called before the databases are opened.
  package static func finishPending(control: String) throws {
    guard let note = FileManager.default.contents(atPath: note(control)),
      let moves = try? JSONDecoder().decode([Move].self, from: note)
    else { return }
    for move in moves { try move.run() }
    unlink(Self.note(control))
  }
}
