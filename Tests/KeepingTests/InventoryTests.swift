import ControlSQLite
import GRDB
import Inventory
import Keeping
import LedgerSQLite
import TestCorpus
import Testing

@Suite("The inventory of what is held on people") struct InventoryTests {
  private let place: TemporaryDirectory

  init() throws { place = try TemporaryDirectory() }

  /// The real tables of a database that this program has just made, with their columns.
  private func tables(_ path: String) throws -> [String: Set<String>] {
    try DatabaseQueue(path: path).read { db in
      let names = try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      return try Dictionary(
        uniqueKeysWithValues: names.filter { $0 != "grdb_migrations" }.map { name in
          (name, Set(try db.columns(in: name).map(\.name)))
        })
    }
  }

  @Test(
    "Every table and column of both databases is named in it, and nothing else", arguments: [true, false])
  func isWhole(isLedger: Bool) throws {
    let path = place.path("made.sqlite")
    if isLedger { _ = try SQLiteLedger(path: path) } else { _ = try ControlStore(path: path) }
    let inventory = isLedger ? LedgerInventory.all : ControlInventory.all
    let named = Dictionary(uniqueKeysWithValues: inventory.map { ($0.name, Set($0.columns.map(\.name))) })
    let real = try tables(path)
    for (table, columns) in real {
      #expect(
        named[table] != nil,
        "\(table) is not in the inventory: say whether it holds anything of people, and what becomes of it")
      #expect(named[table] ?? columns == columns, "columns of \(table)")
    }
    #expect(Set(named.keys) == Set(real.keys))
  }

  @Test("What names a person by a number is held to be a person's")
  func nothingOverlooked() throws {
    let personal: Set<String> = [
      "account_id", "person_id", "member_id", "subject_id", "by_person_id", "session_id", "turn", "key_id",
    ]
    for table in LedgerInventory.all + ControlInventory.all where table.parts.isEmpty {
      // An agent is a program.
      let columns = Set(table.columns.map(\.name))
      #expect(table.name == "agent" || columns.isDisjoint(with: personal), "\(table.name)")
      #expect(!table.reason.isEmpty)
    }
  }

  @Test("No hash of a secret is ever shown")
  func secrets() {
    for table in LedgerInventory.all + ControlInventory.all {
      for column in table.columns where ["hash", "secret"].contains(column.name) {
        #expect(column.form == .hidden, "\(table.name).\(column.name)")
      }
    }
  }

  @Test("Each file of an export is called otherwise")
  func names() {
    let names = PersonExport.parts.map(\.part.file)
    #expect(Set(names).count == names.count)
  }
}
