import Ledger
import TestCorpus
import Testing

/// What every ``LedgerStore`` promises. A store passes if each function passes on an empty one of its kind.
enum LedgerStoreSuite {
  /// Reports of one call become one record, whatever their order and however often they come.
  static func mergesInAnyOrder(_ make: () throws -> any LedgerStore, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var reports: [UsageRecord] = []
    for event in 0..<12 {
      for _ in 0..<Int.random(in: 1...5, using: &generator) {
        let session = Int.random(in: 1...3, using: &generator)
        var record = Facts.record(
          event, session: session, rank: Int64(session % 2), input: .random(in: 0...50, using: &generator),
          output: Bool.random(using: &generator) ? .random(in: 0...50, using: &generator) : nil,
          model: Bool.random(using: &generator) ? "model-a" : nil,
          minute: .random(in: 0...99, using: &generator))
        record.requestID = Bool.random(using: &generator) ? "request" : nil
        reports.append(record)
      }
    }
    let expected = reports.reduce(into: [EventID: UsageRecord]()) { known, record in
      known[record.id] = known[record.id]?.merged(with: record) ?? record
    }
    for _ in 0..<4 {
      let store = try make()
      for chunk in (reports + reports.prefix(9)).shuffled(using: &generator).chunked(7) {
        try store.append([Facts.update { $0.usage = chunk }])
      }
      #expect(try records(in: store) == expected)
    }
  }

  static func ownerRankMovesACall(_ store: any LedgerStore) throws {
    try store.append([Facts.update { $0.usage = [Facts.record(1, session: 2, rank: 50)] }])
    let before = try store.due(at: Facts.instant(0), stamp: Facts.stamp)
    try store.replaceDerived([Facts.derived(2, input: 10)], due: before, places: [], stamp: Facts.stamp)
    try store.append([Facts.update { $0.usage = [Facts.record(1, session: 1, rank: 10)] }])
    #expect(try store.usage(of: [Facts.session(1)]).records.map(\.session) == [Facts.session(1)])
    #expect(try store.usage(of: [Facts.session(2)]).records.isEmpty)
    let due = try store.due(at: Facts.instant(0), stamp: Facts.stamp)
    #expect(due.sessions == [Facts.session(1), Facts.session(2)], "the loser is derived anew as well")
    // A weaker claim changes nothing.
    try store.append([Facts.update { $0.usage = [Facts.record(1, session: 3, rank: 99)] }])
    #expect(try store.usage(of: [Facts.session(1)]).records.count == 1)
    #expect(try store.usage(of: [Facts.session(3)]).records.isEmpty)
  }

  static func factsAreIdempotent(_ store: any LedgerStore) throws {
    let path = PathHash(name: .max, tail: 2)
    let call = ToolCallFact(
      id: Facts.event(1), turn: Facts.turn(1), at: Facts.instant(1), name: "Bash", kind: .command,
      command: .test,
      exit: .failed, target: path)
    let edit = EditFact(
      id: Facts.event(2), turn: Facts.turn(1), at: Facts.instant(1), path: path,
      added: [LineHash(rawValue: .max), LineHash(rawValue: 1)], removed: [], exit: .succeeded)
    let mention = OutcomeMention(
      turn: Facts.turn(1), at: Facts.instant(1), kind: .committed, value: "abcdef0")
    let total = SessionTotalFact(
      session: Facts.session(1), scope: "run", model: "m", at: Facts.instant(2), counts: TokenCounts(input: 4)
    )
    for _ in 0..<3 {
      try store.append([
        Facts.update {
          $0.turns = [Facts.turnFact(1), Facts.turnFact(1)]
          $0.toolCalls = [call]
          $0.edits = [edit]
          $0.mentions = [mention]
          $0.totals = [total, total]
        }
      ])
    }
    let facts = try store.facts()
    #expect(facts.turns == [Facts.turnFact(1)])
    #expect(facts.toolCalls == [call])
    #expect(facts.edits == [edit])
    #expect(facts.mentions == [mention])
    var unordered = SessionFactSet()
    try store.forEachFacts { part in
      unordered.turns += part.turns
      unordered.toolCalls += part.toolCalls
      unordered.edits += part.edits
      unordered.mentions += part.mentions
    }
    #expect(unordered.turns == facts.turns && unordered.toolCalls == facts.toolCalls)
    #expect(unordered.edits == facts.edits && unordered.mentions == facts.mentions)
    let own = try store.facts(of: [Facts.session(1)])
    #expect(own.turns == facts.turns && own.toolCalls == facts.toolCalls)
    #expect(own.edits == facts.edits && own.mentions == facts.mentions)
    let other = try store.facts(of: [Facts.session(2)])
    #expect(other.turns.isEmpty && other.toolCalls.isEmpty && other.edits.isEmpty && other.mentions.isEmpty)
    #expect(try store.usage(of: [Facts.session(1)]).totals == [total])
  }

  /// The session with the better claim has the turn; of its reports the most complete one counts.
  static func turnsMergeInAnyOrder(_ make: () throws -> any LedgerStore) throws {
    let owner = Facts.turnFact(1, session: 1, rank: 5, ended: 8, output: 80)
    let half = Facts.turnFact(1, session: 1, rank: 5, ended: 4, output: 40)
    let copy = Facts.turnFact(1, session: 2, rank: 6, ended: 9, output: 90)
    let equal = Facts.turnFact(1, session: 3, rank: 5, ended: 99, output: 990)
    let winner = Facts.session(1) < Facts.session(3) ? owner : equal
    for order in [[owner, half, copy], [half, copy, owner], [copy, owner, half]] {
      let store = try make()
      for turn in order { try store.append([Facts.update { $0.turns = [turn] }]) }
      #expect(try store.facts().turns == [owner])
    }
    for order in [[owner, equal], [equal, owner]] {
      let store = try make()
      for turn in order { try store.append([Facts.update { $0.turns = [turn] }]) }
      #expect(try store.facts().turns == [winner])
    }
  }

  /// Parts of one session are read in any order; the part that goes on longest knows best.
  static func sessionsMergeInAnyOrder(_ make: () throws -> any LedgerStore) throws {
    var early = Facts.sessionFact(1, ended: 3, directory: "/old", flags: .totalsMissing)
    early.branch = "topic"
    let late = Facts.sessionFact(1, ended: 9, directory: "/new", flags: .outputUnderRecorded)
    for order in [[early, late], [late, early], [late, early, late]] {
      let store = try make()
      for fact in order { try store.append([Facts.update { $0.sessions = [fact] }]) }
      let session = try #require(try store.sessions().first)
      #expect(session.directory == "/new")
      #expect(session.branch == "topic", "what only one part knows is kept")
      #expect(session.flags == .outputUnderRecorded, "the totals came in the end")
      #expect(session.ended == Facts.instant(9))
    }
  }

  static func sourcesAreRemembered(_ store: any LedgerStore) throws {
    try store.append([Facts.update(checkpoint: [1, 2, 255]), Facts.update("/logs/\u{e9}\n.jsonl")])
    try store.append([Facts.update(checkpoint: [9])])
    #expect(try Set(store.knownSources()) == [Facts.source(), Facts.source("/logs/\u{e9}\n.jsonl")])
    #expect(try store.checkpoint(ofSource: "/logs/one.jsonl") == [9])
    #expect(try store.checkpoint(ofSource: "/logs/other.jsonl") == nil)
  }

  static func dueIsAQueue(_ store: any LedgerStore) throws {
    #expect(try store.due(at: Facts.instant(0), stamp: Facts.stamp).everything, "nothing was derived yet")
    try store.append([Facts.update { $0.usage = [Facts.record(1, session: 1)] }])
    let first = try store.due(at: Facts.instant(0), stamp: Facts.stamp)
    #expect(first.sessions == [Facts.session(1)])
    // While it is derived, another process stores more.
    try store.append([Facts.update { $0.usage = [Facts.record(2, session: 2)] }])
    #expect(
      try store.replaceDerived([Facts.derived(1, input: 1)], due: first, places: [], stamp: Facts.stamp))
    let second = try store.due(at: Facts.instant(0), stamp: Facts.stamp)
    #expect(second.sessions == [Facts.session(2)])
    #expect(!second.everything)
    #expect(try store.replaceDerived([], due: second, places: [], stamp: Facts.stamp))
    #expect(try store.due(at: Facts.instant(0), stamp: Facts.stamp).isEmpty)
    // An emptied queue does not begin again at a mark that was answered.
    try store.append([Facts.update { $0.usage = [Facts.record(3, session: 3)] }])
    #expect(try store.due(at: Facts.instant(0), stamp: Facts.stamp).mark > second.mark)
    let other = DerivationStamp(attribution: 2, prices: "p", policy: "q")
    #expect(try store.due(at: Facts.instant(0), stamp: other).everything)
  }

  /// Of two derivations at once the one that read earlier may not undo what the other wrote.
  static func slowDerivationIsRefused(_ store: any LedgerStore) throws {
    try store.append([Facts.update { $0.usage = [Facts.record(1, session: 1)] }])
    let slow = try store.due(at: Facts.instant(0), stamp: Facts.stamp)
    try store.append([Facts.update { $0.usage = [Facts.record(2, session: 1)] }])
    let quick = try store.due(at: Facts.instant(0), stamp: Facts.stamp)
    #expect(
      try store.replaceDerived([Facts.derived(1, input: 2)], due: quick, places: [], stamp: Facts.stamp))
    #expect(
      try !store.replaceDerived([Facts.derived(1, input: 1)], due: slow, places: [], stamp: Facts.stamp))
    #expect(try cells(in: store).map(\.totals.counts.input) == [2])
  }

  static func derivedIsReplaced(_ store: any LedgerStore) throws {
    try store.append([Facts.update { $0.usage = [Facts.record(1, session: 1), Facts.record(2, session: 2)] }])
    let change = Facts.instant(10)
    let later = Facts.derived(1, input: 3, slot: 900_000, nextChange: change)
    for derived in [[Facts.derived(1, input: 1), Facts.derived(2, input: 2)], [later]] {
      let due = try store.due(at: Facts.instant(0), stamp: Facts.stamp)
      try store.replaceDerived(derived, due: due, places: [], stamp: Facts.stamp)
    }
    #expect(try Set(cells(in: store)) == Set(later.cells + Facts.derived(2, input: 2).cells))
    let summary = try #require(try store.derivedSessions().first { $0.session.id == Facts.session(1) })
    #expect(summary.commits == ["a", "b"])
    #expect(summary.nextChange == change)
    #expect(try store.derivedDigests() == [Facts.session(1): .max, Facts.session(2): .max])
    // By the passing of time alone, to the millisecond.
    let before = Instant(milliseconds: change.milliseconds - 1)
    #expect(try store.due(at: before, stamp: Facts.stamp).isEmpty)
    #expect(try store.due(at: change, stamp: Facts.stamp).sessions == [Facts.session(1)])
    // A session that lost everything to another is gone, not kept as it was.
    var empty = Facts.derived(2, input: 0)
    empty.cells = []
    empty.summary.turns = 0
    let due = try store.due(at: Facts.instant(0), stamp: Facts.stamp)
    try store.replaceDerived([empty], due: due, places: [], stamp: Facts.stamp)
    #expect(try cells(in: store) == later.cells)
    #expect(try store.derivedSessions().map(\.session.id) == [Facts.session(1)])
  }

  static func cellsByPeriod(_ store: any LedgerStore) throws {
    try store.append([Facts.update { batch in batch.usage = (1...4).map { Facts.record($0, session: $0) } }])
    let slots: [Int64] = [-900_000, 0, 900_000, 1_800_000]
    let derived = slots.enumerated().map { Facts.derived($0 + 1, input: $1, slot: $1) }
    try store.replaceDerived(
      derived, due: store.due(at: Facts.instant(0), stamp: Facts.stamp), places: [], stamp: Facts.stamp)
    let inside = try store.cells(in: Instant(milliseconds: 0)..<Instant(milliseconds: 1_800_000))
    #expect(inside.map(\.slot.milliseconds).sorted() == [0, 900_000])
    #expect(try store.span() == Instant(milliseconds: -900_000)...Instant(milliseconds: 1_800_000))
    let spent = inside.reduce(into: [:]) { $0[$1.account, default: .zero] += $1.totals.cost ?? .zero }
    #expect(
      try store.spend(in: Instant(milliseconds: 0)..<Instant(milliseconds: 1_800_000))
        == spent.filter { $0.value != .zero })
  }

  static func placesAreKept(_ store: any LedgerStore) throws {
    let notes = [
      SessionPlaceNote(directory: "/src", repository: "/src/a/.git", fingerprint: .max),
      SessionPlaceNote(
        directory: "/src", repository: "/src/b/.git", fingerprint: 2, problem: "x", isPartial: true),
      SessionPlaceNote(directory: "/gone", problem: "y"),
    ]
    for expected in [notes, [notes[2]]] {
      let due = try store.due(at: Facts.instant(0), stamp: Facts.stamp)
      try store.replaceDerived([], due: due, places: expected, stamp: Facts.stamp)
      #expect(try Set(store.placeNotes()) == Set(expected))
    }
  }

  static func diagnosticsAreReplaced(_ store: any LedgerStore) throws {
    func kinds() throws -> [Diagnostic.Kind] { try store.diagnostics().map(\.diagnostic.kind) }
    let broken = Diagnostic(kind: .brokenLine, line: 4, detail: "x")
    let many = Diagnostic(kind: .brokenLine, detail: "in further lines", count: 70)
    let tail = Diagnostic(kind: .incompleteLine, line: 5, detail: "y")
    try store.append([
      Facts.update { $0.diagnostics = [broken, many, tail] }, Facts.update("/b") { $0.diagnostics = [tail] },
    ])
    #expect(try store.diagnostics().count == 4)
    #expect(try store.diagnostics().contains { $0.diagnostic == many })
    // Read on: the line was ended since, the broken one is still broken, and another process said so before.
    try store.append([Facts.update(fromStart: false) { $0.diagnostics = [broken] }])
    #expect(try Set(kinds()) == [.brokenLine, .incompleteLine])
    #expect(try store.diagnostics().count == 3)
    try store.append([Facts.update { $0.diagnostics = [Diagnostic(kind: .rewrittenFile, detail: "z")] }])
    #expect(try store.diagnostics().map(\.path).sorted() == ["/b", "/logs/one.jsonl"])
    #expect(try Set(kinds()) == [.rewrittenFile, .incompleteLine])
  }

  // MARK: Reading back

  static func records(in store: any LedgerStore) throws -> [EventID: UsageRecord] {
    let records = try store.usage(of: store.sessions().map(\.id)).records
    var byID: [EventID: UsageRecord] = [:]
    for record in records {
      #expect(byID[record.id] == nil, "a call is in one session only")
      byID[record.id] = record
    }
    return byID
  }

  static func cells(in store: any LedgerStore) throws -> [RollupCell] {
    try store.cells(in: Instant(milliseconds: .min)..<Instant(milliseconds: .max))
  }
}

extension Array {
  fileprivate func chunked(_ length: Int) -> [[Element]] {
    stride(from: 0, to: count, by: length).map { Array(self[$0..<Swift.min($0 + length, count)]) }
  }
}
