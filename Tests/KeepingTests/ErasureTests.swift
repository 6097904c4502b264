import ControlSQLite
import Derivation
import Directory
import Foundation
import GRDB
import Inventory
import Journal
import Ledger
import LedgerSQLite
import TestCorpus
import Visibility
import Testing

@testable import Keeping

@Suite("Erasing a person") struct ErasureTests {
  private struct Killed: Error {}

  /// Where an erasure leaves traces of its own, or what is derived is worked out anew.
  private static let bookkeeping: Set<String> = [
    "setting", "due", "place", "released_charge", "erased_account", "erased_name", "erasure", "kept_out",
  ]

  @Test("Nothing is left of the person, and nothing else has changed, wherever it was killed on the way")
  func leavesNothing() async throws {
    let people = try await TwoPeople()
    let (ledger, control, ada, bob) = (people.ledger, people.control, people.ada, people.bob)
    let scope = try control.scope(of: ada.id)
    #expect(scope.people.count == 2 && scope.accounts.count == 2 && scope.keys.count == 1)
    try everyPartIsFilled(people, scope)

    // A week in which nobody here did anything.
    let idle = WeekOfUse(week: Week(year: 2020, number: 10), contributions: [])
    try control.freeze(Lattice().close(idle).week, madeOf: ClosedUse(idle, sessions: []), at: people.now)
    let weeks = try control.frozenWeeks()
    let accountBefore = try people.cells(of: bob)
    #expect(accountBefore.count > 50)
    let before = (ledger: try Tables(ledger.path), control: try Tables(control.path))
    let going = (
      ledger: try Tables(goingFrom: ledger.path, LedgerInventory.all, scope),
      control: try Tables(goingFrom: control.path, ControlInventory.all, scope)
    )
    let marks = try marks(of: people)
    for mark in marks {
      #expect(
        bytes(of: ledger.path).range(of: mark.bytes) != nil
          || bytes(of: control.path).range(of: mark.bytes) != nil,
        "\(mark.name) is there to be found")
    }

    // Killed after each step, and where a step has many parts, after some of them; each time it is begun anew.
    var kills = 0
    for step in PersonErasure.Step.allCases {
      for occasion in step == .ledgerPart ? [1, 3] : [1] {
        let occasions = Occasions()
        let erasure = PersonErasure(ledger: ledger, control: control) { reached in
          if reached == step, occasions.add() == occasion { throw Killed() }
        }
        do {
          _ = try erasure.erase(ada.id, at: people.now)
        } catch is Killed { kills += 1 }
        #expect(try ledger.integrityProblems().isEmpty)
      }
    }
    #expect(kills >= 8)
    let outcome = try PersonErasure(ledger: ledger, control: control).erase(ada.id, at: people.now)
    #expect(outcome.isScrubbed)
    #expect(try control.erasures().map { $0.finished == nil } == [false])

    let after = (ledger: try Tables(ledger.path), control: try Tables(control.path))
    var expected = before.ledger.without(going.ledger).ignoring(Self.bookkeeping)
    // A session of Ada's in which a call of Bob's was made is Bob's now, and an agent's call names nobody.
    let changing: Set<String> = ["session", "gateway_call"]
    let found = after.ledger.ignoring(Self.bookkeeping)
    #expect(
      expected.ignoring(changing).difference(from: found.ignoring(changing)).isEmpty,
      "\(expected.ignoring(changing).difference(from: found.ignoring(changing)))")
    expected = before.control.without(going.control).ignoring(Self.bookkeeping)
    let rest: Set<String> = [
      "person", "scim_user", "frozen_week", "closed_use", "agent", "virtual_key", "ownership", "agent_event",
      "agent_event_head",
    ]
    let controlFound = after.control.ignoring(Self.bookkeeping)
    #expect(
      expected.ignoring(rest).difference(from: controlFound.ignoring(rest)).isEmpty,
      "\(expected.ignoring(rest).difference(from: controlFound.ignoring(rest)))")
    try nothingIsAnybodys(people, scope)
    // Of her runs' events the hashes are left, and the rest can be checked still.
    let chain = try SQLiteJournal(control).verify()
    #expect(chain.erased > 5 && chain.head.number > Int64(chain.erased))

    let files = (bytes(of: ledger.path), bytes(of: control.path))
    for mark in marks {
      #expect(files.0.range(of: mark.bytes) == nil, "\(mark.name) in the ledger")
      #expect(files.1.range(of: mark.bytes) == nil, "\(mark.name) in the control database")
    }

    // Cell by cell, as it stood and as it is worked out anew.
    #expect(try people.cells(of: bob) == accountBefore)
    try await people.derivation.run(now: people.now)
    let accountAfter = try people.cells(of: bob)
    #expect(Self.totals(accountAfter) == Self.totals(accountBefore))
    #expect(try people.cells(of: ada).isEmpty)
    #expect(try control.snapshot().contents.people.first { $0.id == bob.id }?.mail == bob.mail)
    // Every week is: only some would tell when she was active.
    #expect(Set(try control.weekStamps().keys) == Set(weeks.map { "\($0.week)" }))
    #expect(try control.frozenWeeks() == weeks)
    let made = try weeks.compactMap { try control.closedUse(of: $0.week) }
    #expect(!made.isEmpty)
    for use in made.map(\.use) {
      let named = Set(use.contributions.map(\.contributor)).union(use.members.keys)
      #expect(
        named.isDisjoint(
          with: scope.people.map { .person($0) } + scope.accounts.map { .account(AccountID(rawValue: $0)) }))
    }
  }

  private static func totals(_ cells: Set<RollupCell>) -> TokenCounts {
    cells.reduce(TokenCounts()) { $0 + $1.totals.counts }
  }

  private func everyPartIsFilled(_ people: TwoPeople, _ scope: PersonScope) throws {
    let export = PersonExport(
      of: scope, ledger: people.ledger, control: people.control, retention: .standard)
    let empty = try export.counts().filter { $0.count == 0 }.map(\.part.file)
    // Of who is not being erased there is no trace of that.
    #expect(Set(empty).isSubset(of: ["erased", "erasure", "erased-names", "places"]), "\(empty)")
  }

  /// What must not be found in any file.
  private func marks(of people: TwoPeople) throws -> [(name: String, bytes: Data)] {
    var marks = Organisation.words.map { (name: $0, bytes: Data($0.utf8)) }
    let sessions = try people.ledger.sessions()
    let own = sessions.filter { $0.account == people.ada.account }
    #expect(own.count > 5)
    let others = Set(sessions.filter { $0.account == people.bob.account }.map(\.name))
    for session in own.prefix(5) where !session.name.isEmpty && !others.contains(session.name) {
      marks.append((session.name, Data(session.name.utf8)))
    }
    let sketches = { (account: AccountID) in
      try DatabaseQueue(path: people.ledger.path).read { db in
        try Set(
          Data.fetchAll(
            db,
            sql: """
              SELECT prompt_sketch FROM turn WHERE prompt_sketch IS NOT NULL
                AND session_id IN (SELECT id FROM session WHERE account_id = ?)
              """, arguments: [account.rawValue]))
      }
    }
    let sketch = try #require(
      try sketches(people.ada.account).subtracting(sketches(people.bob.account)).first)
    return marks + [("a sketch", sketch)]
  }

  private func nothingIsAnybodys(_ people: TwoPeople, _ scope: PersonScope) throws {
    let kept: Set<String> = ["erased_account"]
    let accounts = PersonScope.list(scope.accounts)
    let list = PersonScope.list(scope.people)
    for (path, inventory) in [
      (people.ledger.path, LedgerInventory.all), (people.control.path, ControlInventory.all),
    ] {
      try DatabaseQueue(path: path).read { (db: Database) throws -> Void in
        for table in inventory where !kept.contains(table.name) {
          let names = Set(table.columns.map(\.name))
          if names.contains("account_id"), table.name != "person" {
            let sql = "SELECT COUNT(*) FROM \(table.name) WHERE account_id IN (\(accounts))"
            #expect(try Int.fetchOne(db, sql: sql) == 0, "\(table.name)")
          }
          if names.contains("person_id"), !["erasure", "erased_name"].contains(table.name) {
            let sql = "SELECT COUNT(*) FROM \(table.name) WHERE person_id IN (\(list))"
            #expect(try Int.fetchOne(db, sql: sql) == 0, "\(table.name)")
          }
        }
        // What hangs on sessions and turns hangs on some that are there.
        guard inventory.first?.name == "mention" else { return }
        for table in ["mention", "edit", "tool_call"] {
          let sql = "SELECT COUNT(*) FROM \(table) WHERE turn NOT IN (SELECT key FROM turn)"
          #expect(try Int.fetchOne(db, sql: sql) == 0, "\(table)")
        }
        for table in [
          "turn", "usage", "session_total", "rollup", "derived_session", "observation", "contest", "due",
        ] {
          let sql =
            "SELECT COUNT(*) FROM \(table) WHERE session_id <> 0 AND session_id NOT IN (SELECT id FROM session)"
          #expect(try Int.fetchOne(db, sql: sql) == 0, "\(table)")
        }
      }
    }
  }

  @Test("What a machine of theirs ships late does not come in again, by whatever way")
  func late() async throws {
    let people = try await TwoPeople()
    let (ledger, control, ada) = (people.ledger, people.control, people.ada)
    let secret = try #require(people.tokens["ada"])
    _ = try PersonErasure(ledger: ledger, control: control).erase(ada.id, at: people.now)
    #expect(try control.token(of: secret.revealed, at: people.now) == nil)
    #expect(try control.isErased(secret: secret.revealed))
    #expect(try !control.isErased(secret: KeySecret().revealed))

    let before = try Tables(ledger.path).ignoring(["kept_out", "setting", "spool_position"])
    // A request that was under way, and the frames of a gateway that runs.
    var batch = FactBatch()
    batch.account = ada.account
    batch.sessions = [SessionFact(id: .ofCodex("late"), tool: .codex, name: "late", started: people.now)]
    batch.usage = [
      UsageRecord(
        id: .random(), session: .ofCodex("late"), ownerRank: .stated, at: people.now, tool: .codex,
        model: "gpt-5.1", counts: TokenCounts(input: 1, output: 1))
    ]
    #expect(try ledger.append([batch], surviving: .crash).erased == 2)
    let call = TwoPeople.call(4711, of: ada, in: nil, at: people.now)
    var opened = call
    opened.ending = .open
    try ledger.append(
      CallBatch(spool: Key128(high: 1, low: 1), opened: [opened], settled: [call], positions: ["s": 99]),
      surviving: .crash)
    #expect(try Tables(ledger.path).ignoring(["kept_out", "setting", "spool_position"]) == before)
    // The frames were read all the same: they are not read again.
    #expect(try ledger.positions(inSpool: Key128(high: 1, low: 1))["s"] == 99)
    #expect(try ledger.keptOut().erased == 4)

    // Names of theirs are not written down again, whoever reports them.
    #expect(try control.erasedPerson(.workMail, "Ada.Lovelace@example.org") == ada.id)
    #expect(try control.erasedPerson(.workMail, "somebody@example.org") == nil)
    try control.noteUnmatched(.gitAuthor, "ada.lovelace@example.org", source: "test", at: people.now)
    #expect(try control.unmatchedIdentities().allSatisfy { !$0.value.contains("ada") })
    // Whoever is given the address later is somebody else.
    let next = try control.addPerson(name: "Next", mail: "ada.lovelace@example.org", at: people.now)
    #expect(next.id != ada.id && next.account != ada.account)
    #expect(try control.account(of: .workMail, "ada.lovelace@example.org", at: people.now) == next.account)
  }

  @Test("A team's budget counts on with what an erased person spent of it")
  func budgets() async throws {
    let people = try await TwoPeople()
    let sums = {
      try people.ledger.charges(in: TwoPeople.everything, by: .hours(1)).reduce(into: [Int64: Int64]()) {
        $0[$1.scopes.team ?? 0, default: 0] += $1.charged.count
      }
    }
    let before = try sums()
    #expect(before.values.contains { $0 > 0 })
    _ = try PersonErasure(ledger: people.ledger, control: people.control).erase(people.ada.id, at: people.now)
    #expect(try sums() == before)
  }
}
