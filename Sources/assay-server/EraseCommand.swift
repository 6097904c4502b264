import ArgumentParser
import ControlSQLite
import Foundation
import Inventory
import Keeping
import Ledger
import LedgerSQLite
import Metering
import Surroundings

/// `assay erase`: lets go of all that is held on a person.
struct EraseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "erase",
    abstract: "Erases all that is held on a person.",
    discussion: """
      Shows what would go, and asks. Keys, tokens and sign-ins are revoked first; then everything goes from the ledger \
      and the control database, and from their files. What stays: closed weeks, which are sums of many people's; that \
      the person looked at somebody else's data, under a number; and hashes by which what is shipped late is turned \
      away. The server may go on running. If it is stopped on the way, run it again.

      Backups hold what they held when they were made: docs/keeping.md.

      EXAMPLES
        assay erase ada@example.org
        assay erase ada@example.org --yes
        assay erase --unfinished
      """)

  @Argument(help: ArgumentHelp("The mail address or the number of the person.", valueName: "person"))
  var person: String?

  @Flag(help: "Do not ask.")
  var yes = false

  @Flag(help: "Go on with what was stopped on the way, and with nothing else.")
  var unfinished = false

  @OptionGroup var storage: StorageOptions

  func validate() throws {
    guard (person == nil) == unfinished else {
      throw ValidationError("Name a person, or say --unfinished.")
    }
  }

  func run() async throws {
    let (ledger, control) = (try storage.openLedger(), try storage.openControl())
    let erasure = PersonErasure(ledger: ledger, control: control)
    let now = Instant(Date())
    guard let person else {
      let count = try erasure.finishAll(at: now)
      return try StandardOutput.write(
        count == 0 ? "Nothing was left unfinished.\n" : "Finished what was begun for \(count).\n")
    }
    let number = try PersonErasure.person(person, in: control)
    let isBegun = try control.erasures().contains { $0.person == number }
    if !isBegun {
      try show(number, ledger: ledger, control: control)
      guard try yes || isConfirmed() else {
        return try StandardOutput.write("Nothing was erased.\n")
      }
    }
    try await drainSpool(into: ledger)
    let outcome = try erasure.erase(number, at: now)
    guard outcome.isScrubbed else {
      throw KeepingError.stillRead(number)
    }
    try StandardOutput.write(
      "Erased person \(number). Backups made before still hold what they held; a restore erases it again.\n")
  }

  private func show(_ number: Int64, ledger: SQLiteLedger, control: ControlStore) throws {
    let export = PersonExport(
      of: try control.scope(of: number), ledger: ledger, control: control,
      retention: try Retention(notedIn: control))
    var lines = ["This would go:"]
    var stays: [String] = []
    for (part, count) in try export.counts() where count > 0 {
      let line = "  \(count)\t\(part.file)"
      if case .stays = part.erasure { stays.append(line) } else { lines.append(line) }
    }
    if !stays.isEmpty { lines += ["This would stay, under a number that is nobody's:"] + stays }
    try StandardOutput.write(lines.joined(separator: "\n") + "\n")
  }

  private func isConfirmed() throws -> Bool {
    guard isatty(STDIN_FILENO) != 0 else {
      throw ValidationError("Nobody can be asked here. Say --yes if it is meant.")
    }
    try StandardOutput.write("It cannot be undone. Erase? Type yes: ")
    return readLine()?.trimmingCharacters(in: .whitespaces).lowercased() == "yes"
  }

  /// What a gateway left that does not run any more. One that runs drains its spool itself, and what of the person is
  /// in it is dropped on the way.
  private func drainSpool(into ledger: SQLiteLedger) async throws {
    guard FileManager.default.fileExists(atPath: storage.spoolDirectory + "/id"),
      let spool = try? Spool(directory: storage.spoolDirectory)
    else { return }
    let prices = try PriceCatalogue.given(nil, ProcessInfo.processInfo.environment)
    _ = try await SpoolDrain(spool, into: ledger).recover(prices: prices, at: Instant(Date()))
  }
}
