import Ledger
import Testing

extension LedgerStoreSuite {
  static func observationsAreReplaced(_ store: any LedgerStore) throws {
    let other = AccountID(rawValue: 7)
    try store.append([
      Facts.update { $0.sessions = [Facts.sessionFact(1), Facts.sessionFact(2)] },
      Facts.update("/logs/other.jsonl") {
        $0.account = other
        $0.sessions = [Facts.sessionFact(3)]
      },
    ])
    func derive(_ number: Int, _ observed: [UInt8]?) throws {
      var derived = Facts.derived(number, input: 5)
      derived.observations = observed
      let due = try store.due(at: Facts.instant(0), stamp: Facts.stamp)
      #expect(try store.replaceDerived([derived], due: due, places: [], stamp: Facts.stamp))
    }
    func observed(_ accounts: [AccountID]?) throws -> [AccountID: [SessionID: [UInt8]]] {
      var found: [AccountID: [SessionID: [UInt8]]] = [:]
      try store.forEachAccount(accounts) { account, sessions in
        #expect(found[account] == nil)
        #expect(sessions.allSatisfy { $0.account == account })
        found[account] = Dictionary(
          uniqueKeysWithValues: sessions.map { ($0.session, $0.observed) })
      }
      return found
    }
    try derive(1, [1, 2, 0])
    try derive(2, [3])
    try derive(3, [4])
    #expect(
      try observed(nil) == [
        .local: [Facts.session(1): [1, 2, 0], Facts.session(2): [3]], other: [Facts.session(3): [4]],
      ])
    #expect(try observed([other]).keys.map(\.rawValue) == [7])
    try derive(1, [9])
    try derive(2, nil)
    #expect(try observed([.local]) == [.local: [Facts.session(1): [9]]])
  }

  static func contestsAreTheirAuthors(_ store: any LedgerStore) throws {
    let (mine, other) = (AccountID(rawValue: 7), AccountID(rawValue: 8))
    try store.append([
      Facts.update {
        $0.account = mine
        $0.sessions = [Facts.sessionFact(1)]
      }
    ])
    func contest(_ said: String, by account: AccountID) -> SessionContest {
      SessionContest(session: Facts.session(1), account: account, at: Facts.instant(4), said: said)
    }
    // Nobody says anything of somebody else's session.
    try store.store(contest("waste", by: other))
    #expect(try store.contests(of: other).isEmpty && store.contests(of: mine).isEmpty)
    try store.store(contest("a first thought", by: mine))
    try store.store(contest("a load test", by: mine))
    #expect(try store.contests(of: mine) == [contest("a load test", by: mine)])
    #expect(try store.contests(of: other).isEmpty)
    try store.removeContest(of: Facts.session(1), by: other)
    #expect(try store.contests(of: mine).count == 1)
    try store.removeContest(of: Facts.session(1), by: mine)
    #expect(try store.contests(of: mine).isEmpty)
  }

  /// A newer reader says what calls were aimed at that an older one took; what is known stays.
  static func aimsAreAdded(_ store: any LedgerStore) throws {
    var call = ToolCallFact(
      id: Facts.event(1), turn: Facts.turn(1), at: Facts.instant(1), name: "Bash", kind: .command,
      command: .inspect, exit: .succeeded)
    func append() throws {
      try store.append([
        Facts.update {
          $0.turns = [Facts.turnFact(1)]
          $0.toolCalls = [call]
        }
      ])
    }
    try append()
    call.aim = .ownRecords
    try append()
    #expect(try store.facts().toolCalls == [call])
    let known = call
    call.aim = nil
    try append()
    #expect(try store.facts().toolCalls == [known])
  }
}
