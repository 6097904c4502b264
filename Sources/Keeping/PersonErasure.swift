package import ControlSQLite
import Directory
import Inventory
package import Ledger
package import LedgerSQLite
import Visibility

/// Erases people from ledger and control database, while both are in use.
///
/// It is done in steps, each of which may be done twice; where it was stopped is in the control database, so that
/// whoever comes next goes on with it. From the first step on nothing opens for the person, from the second nothing of
/// theirs comes in.
package struct PersonErasure: Sendable {
  /// Between which it may be killed.
  package enum Step: CaseIterable, Sendable {
    /// Keys, tokens and sign-ins are revoked, and it is written down that the person is being erased.
    case begun
    case refused
    case stamped
    /// Reached after each of many transactions.
    case ledgerPart
    case ledger
    case control
    case scrubbed
    case finished
  }

  private let ledger: SQLiteLedger
  private let control: ControlStore
  private let interrupt: @Sendable (Step) throws -> Void

  /// - Parameter interrupt: Called after each step; what it throws ends the erasure there.
  package init(
    ledger: SQLiteLedger, control: ControlStore,
    interrupt: @escaping @Sendable (Step) throws -> Void = { _ in }
  ) {
    self.ledger = ledger
    self.control = control
    self.interrupt = interrupt
  }

  /// Whether the bytes are gone from the files, too: they are not while somebody reads the log.
  package struct Outcome: Hashable, Sendable {
    package var isScrubbed = true
  }

  /// The person that is meant by a mail address, or by the number of a person.
  ///
  /// - Throws: ``KeepingError`` if there is none, or there were several.
  package static func person(_ name: String, in control: ControlStore) throws -> Int64 {
    if let number = Int64(name) {
      guard try control.snapshot().contents.people.contains(where: { $0.id == number }) else {
        throw KeepingError.nobody(name)
      }
      return number
    }
    let people = try control.people(mail: name)
    if let living = people.first(where: { $0.ended == nil }) { return living.id }
    if people.count > 1 { throw KeepingError.several(name, people.map(\.id)) }
    if let person = people.first { return person.id }
    if let erased = try control.erasedPerson(.workMail, name) { return erased }
    throw KeepingError.nobody(name)
  }

  package func erase(_ person: Int64, at now: Instant) throws -> Outcome {
    let erasure = try control.beginErasure(of: person, at: now)
    try interrupt(.begun)
    return try erase(erasure, at: now)
  }

  /// Goes on with what was stopped on the way.
  ///
  /// - Returns: How many people that were.
  @discardableResult
  package func finishAll(at now: Instant) throws -> Int {
    let open = try control.erasures().filter { $0.finished == nil }
    for erasure in open { _ = try erase(erasure, at: now) }
    return open.count
  }

  private func erase(_ erasure: Erasure, at now: Instant) throws -> Outcome {
    let scope = erasure.scope
    try ledger.refuse(scope.accounts.map(AccountID.init(rawValue:)), at: now)
    try interrupt(.refused)
    try control.stampClosedWeeks(at: now)
    try interrupt(.stamped)
    try ledger.letGo(of: scope) { try interrupt(.ledgerPart) }
    try interrupt(.ledger)
    try control.letGo(of: scope)
    try interrupt(.control)
    var outcome = Outcome()
    for path in [ledger.path, control.path] where try !DatabaseFile(path: path).scrub() {
      outcome.isScrubbed = false
    }
    try interrupt(.scrubbed)
    if outcome.isScrubbed { try control.finishErasure(of: erasure.person, at: now) }
    try interrupt(.finished)
    return outcome
  }
}
