import ControlSQLite
import Directory
import Effects
import GRDB
import Inventory
import Journal
import Ledger
import TestCorpus
import Testing

struct ChainTests {
  private let bench: JournalBench
  init() throws { bench = try JournalBench() }

  /// A run with an event of most kinds.
  private func live(_ journal: SQLiteJournal, _ account: AccountID) throws -> RunID {
    var request = bench.request()
    request.account = account
    let claim = try journal.claim(journal.begin(request).id, by: "here", lease: .seconds(60))
    try journal.answer(1, of: claim)
    var intention = Tools.intention(2, Tools.post)
    let id = try journal.ask(Tools.question(intention, [bench.owner, bench.other]), of: claim).id
    _ = try journal.decide(id, .approved, by: bench.other, via: .web)
    intention.authority = .approval(id)
    _ = try journal.intend(intention, of: claim)
    var result = deployed
    result.follows = [.init(kind: "deployment", subject: "staging", holdFor: .hours(1))]
    try journal.conclude(2, as: .done(result), of: claim)
    try journal.finish(claim, as: .done, because: "All is done.")
    return claim.run
  }

  /// Whoever has the file can write it: the triggers are no hindrance to them.
  private func tamper(_ body: (Database) throws -> Void) throws {
    let queue = try DatabaseQueue(path: bench.path)
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA synchronous = OFF")
      for name in try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'agent%'")
      {
        try db.execute(sql: "DROP TRIGGER \(name)")
      }
      try body(db)
    }
    try queue.close()
  }

  private func firstBreak(_ journal: SQLiteJournal) -> Int64? {
    do throws(JournalError) {
      _ = try journal.verify()
      return nil
    } catch {
      if case .broken(let link) = error { return link.number }
      Issue.record("\(error)")
      return -1
    }
  }

  @Test func `a change of any byte of any event is found, and where`() throws {
    let journal = bench.journal()
    _ = try live(journal, bench.owner)
    _ = try live(journal, bench.other)
    let head = try journal.head()
    #expect(try journal.verify().head == head && head.number > 15)
    var generator = SeededGenerator(seed: 3)
    try tamper { db in
      let columns = try db.columns(in: "agent_event").map(\.name)
      for round in 0..<500 {
        let number =
          round < Int(head.number) ? Int64(round + 1) : .random(in: 1...head.number, using: &generator)
        guard let column = columns.randomElement(using: &generator),
          let row = try Row.fetchOne(
            db, sql: "SELECT * FROM agent_event WHERE number = ?", arguments: [number])
        else { throw Unexpected() }
        let before: DatabaseValue = row[column]
        let after: DatabaseValue
        switch before.storage {
        case .string(let text) where !text.isEmpty:
          var bytes = Array(text.utf8)
          let place = Int.random(in: 0..<bytes.count, using: &generator)
          bytes[place] = bytes[place] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
          after = String(decoding: bytes, as: UTF8.self).databaseValue
        case .int64(let value):
          after = column == "number" ? (value + 1000).databaseValue : (value + 1).databaseValue
        default: after = column == "step" ? 1.databaseValue : "x".databaseValue
        }
        try db.execute(
          sql: "UPDATE agent_event SET \(column) = ? WHERE number = ?", arguments: [after, number])
        #expect(firstBreak(journal) == number, "\(column) of \(number): \(before) became \(after)")
        try db.execute(
          sql: "UPDATE agent_event SET \(column) = ? WHERE number = ?",
          arguments: [before, column == "number" ? number + 1000 : number])
      }
    }
    #expect(try journal.verify().head == head)
  }

  @Test(arguments: [
    ("DELETE FROM agent_event WHERE number = 5", 5),
    ("DELETE FROM agent_event WHERE number >= 9", 9),
    (
      """
      UPDATE agent_event SET org_id = NULL, at = NULL, run_id = NULL, step = NULL, kind = NULL, details = NULL,
        salt = NULL WHERE number = 4
      """, 4
    ),
    (
      """
      UPDATE agent_event SET number = -1 WHERE number = 3; UPDATE agent_event SET number = 3 WHERE number = 4;
      UPDATE agent_event SET number = 4 WHERE number = -1
      """, 3
    ),
    ("UPDATE agent_content SET body = '{\"said\":\"I wait.\"}' WHERE part = 'answer'", 3),
    ("UPDATE agent_content SET is_withheld = 1 WHERE part = 'arguments'", 7),
  ])
  func `events that are gone, emptied or exchanged are found, and content that was changed`(
    change: String, first: Int64
  ) throws {
    let journal = bench.journal()
    _ = try live(journal, bench.owner)
    try tamper { try $0.execute(sql: change) }
    #expect(firstBreak(journal) == first)
  }

  @Test func `what is over is not written any more, whoever tries`() throws {
    let journal = bench.journal()
    let run = try live(journal, bench.owner)
    let outcome = try #require(try journal.outcomes(of: run).first)
    _ = try journal.change(outcome.id, to: .unconfirmed, evidence: "nobody could tell")
    for change in [
      "UPDATE agent_run SET status = 'running'", "UPDATE agent_step SET state = 'intent'",
      "UPDATE agent_step SET reason = 'x'", "UPDATE agent_approval SET state = 'approved'",
      "UPDATE agent_usage SET nano_usd = 0", "UPDATE agent_outcome SET state = 'held'",
      "UPDATE agent_event SET details = '{}'", "UPDATE agent_content SET body = '{}'",
      "UPDATE agent_event SET kind = NULL, details = NULL", "DELETE FROM agent_event",
      "DELETE FROM agent_usage", "DELETE FROM agent_step", "DELETE FROM agent_approval",
      "DELETE FROM agent_outcome", "DELETE FROM agent_run",
    ] {
      #expect(throws: DatabaseError.self, "\(change)") {
        try DatabaseQueue(path: bench.path).write { try $0.execute(sql: change) }
      }
    }
    _ = try journal.verify()
  }

  @Test func `content goes when its time is over, and the chain holds`() throws {
    let journal = bench.journal()
    let run = try live(journal, bench.owner)
    let claim = try bench.begin(journal)
    try journal.answer(1, ["said": "under way"], of: claim)
    bench.clocks.pass(.days(29))
    #expect(try journal.expireContent() == 0)
    bench.clocks.pass(.days(1))
    #expect(try journal.expireContent() == 5)
    #expect(try journal.run(run).purpose == .gone)
    let steps = try journal.steps(of: run)
    #expect(steps[0].answer == .gone && steps[1].arguments == .gone && steps[1].result == .gone)
    #expect(try journal.approvals(of: run).allSatisfy { $0.card == .gone })
    // Of a run that goes on all is there.
    #expect(try journal.steps(of: claim.run)[0].answer == .whole(["said": "under way"]))
    _ = try journal.verify()
  }

  @Test func `who is erased leaves no row and no word, and the chain says which events were theirs`() throws {
    let journal = bench.journal()
    let own = try live(journal, bench.owner)
    let others = try live(journal, bench.other)
    let open = try bench.begin(journal)
    let head = try journal.head()
    let owner = try #require(try bench.control.people(mail: "ada@example.org").first)
    let erasure = try bench.control.beginErasure(of: owner.id, at: bench.clocks.clock.now())
    for _ in 0..<2 { try bench.control.letGo(of: erasure.scope) }
    try bench.control.finishErasure(of: owner.id, at: bench.clocks.clock.now())
    let check = try journal.verify()
    #expect(check.erased > 10 && check.head.number > head.number)
    #expect(throws: JournalError.noRun(own)) { try journal.run(own) }
    #expect(throws: JournalError.noRun(open.run)) { try journal.intend(Tools.intention(1), of: open) }
    #expect(try journal.steps(of: others).count == 2)
    let rows = try Contents(bench.path).rows.values.joined()
    #expect(!rows.contains { $0.contains(own.rawValue) || $0.contains(open.run.rawValue) })
    // The gate is closed behind it.
    #expect(throws: DatabaseError.self) {
      try DatabaseQueue(path: bench.path).write { try $0.execute(sql: "DELETE FROM agent_usage") }
    }
  }

  @Test func `every column of the journal's is in the inventory`() throws {
    try DatabaseQueue(path: bench.path).read { db in
      for table in try Contents.tables(db) {
        let named = ControlInventory.all.first { $0.name == table }?.columns.map(\.name)
        #expect(Set(named ?? []) == Set(try db.columns(in: table).map(\.name)), "\(table)")
      }
    }
  }
}
