import Collection
import ControlSQLite
import Derivation
import Directory
import Foundation
import GRDB
import Inventory
import Ledger
import LedgerSQLite
import Logging
import Outcomes
import Server
import Shipping
import TestCorpus
import Visibility

/// Both databases with something of two people in every table: sessions of a simulated machine of each, collected as
/// the machine would and matched against real repositories; calls through the gateway; what a directory service says.
struct TwoPeople: Sendable {
  let place: TemporaryDirectory
  let ledger: SQLiteLedger
  let control: ControlStore
  let ada: Person
  let bob: Person
  let now: Instant
  let tokens: [String: KeySecret]

  static let everything = Instant(milliseconds: .min)..<Instant(milliseconds: .max)

  var derivation: Derivation {
    get throws {
      Derivation(
        store: ledger, prices: try PriceCatalogue.builtIn(),
        repositories: ["ada", "bob"].map { place.path($0 + "/src") }, isServing: true, cacheDirectory: nil)
    }
  }

  init() async throws {
    place = try TemporaryDirectory()
    ledger = try SQLiteLedger(path: place.path("ledger.sqlite"))
    control = try ControlStore(path: place.path("control.sqlite"))
    now = Instant(Date())
    let organisation = try Organisation(control, at: now)
    (ada, bob, tokens) = (organisation.ada, organisation.bob, organisation.tokens)
    for (name, person, seed) in [("ada", ada, UInt64(2026)), ("bob", bob, 7)] {
      try await collect(name, person, seed: seed, token: organisation.tokenNumbers[name] ?? 0)
    }
    try callGateway()
    try AgentRuns.write(control, of: [(ada, bob), (bob, ada)])
    try await AgentRuns.remember(control, for: [ada, bob], at: now)
    try await derivation.run(now: now)
    try await WeekClosing(
      ledger: ledger, control: control, timeZone: .gmt, judging: try JudgementBasis(),
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ).close(at: now)
    for person in [ada, bob] {
      try control.write(
        RemarkText("A remark of \(person.name)'s"), as: .note, on: nil, by: person.account, at: now)
      try control.answer(
        .noDifference, on: .tool(.codex), words: RemarkText("Words of \(person.name)'s"), by: person.account,
        at: now)
    }
    for person in [ada, bob] {
      guard let session = try ledger.sessions().first(where: { $0.account == person.account })?.id else {
        continue
      }
      try ledger.store(
        SessionContest(
          session: session, account: person.account, at: now, said: "An experiment of \(person.name)'s"))
    }
    // Something is always due.
    for person in [ada, bob] {
      var batch = FactBatch()
      batch.account = person.account
      batch.sessions = [
        SessionFact(id: .ofCodex("due \(person.id)"), tool: .codex, name: "due \(person.id)", started: now)
      ]
      try ledger.append([batch], surviving: .crash)
    }
    var event = OutcomeEvent(.reported(.score, "csat"), .score, from: .json, asOf: now)
    event.value = 4.5
    try ledger.append([event], surviving: .crash)
  }

  /// As `assay collect --to` does it, without the way between.
  private func collect(_ name: String, _ person: Person, seed: UInt64, token: Int64) async throws {
    let home = place.path(name + "/home")
    try await Machine.write(home: home, repositories: place.path(name + "/src"), endingAt: now, seed: seed)
    let redaction = Redaction(key: ledger.hashKey) { directory in
      (try? RepositoryLocation.containing(directory))?.originAddress
    }
    let outbox = try SQLiteOutbox(path: place.path(name + "/outbox.sqlite"), key: ledger.hashKey) {
      redaction.shipment($0)
    }
    _ = try await Collector(store: outbox).collect(Discovery(homes: [HomeDirectory(path: home)], files: []))
    for body in try outbox.pending(bytes: .max)?.bodies ?? [] {
      let shipment = try JSONDecoder().decode(FactShipment.self, from: Data(body))
      var batch = shipment.batch
      batch.account = person.account
      batch.diagnostics.append(Diagnostic(kind: .unknownRecord, line: 1, detail: "of \(name)"))
      try ledger.append([
        SourceUpdate(
          source: KnownSource(
            path: "token \(token)/\(shipment.source)", tool: shipment.tool, shape: shipment.shape,
            identity: FileIdentity(device: 0, inode: 0, size: 0, modifiedNanoseconds: 0), offset: 0, lines: 0,
            fingerprint: 0, readerVersion: 0), checkpoint: nil, batch: batch, fromStart: true)
      ])
    }
  }

  /// Calls of each, each of them one in a session of the other's as well, and one of an agent that Ada answers for.
  private func callGateway() throws {
    let sessions = try ledger.sessions()
    var settled: [CallFact] = []
    let agent = try control.snapshot().contents.agents.first
    for (index, (person, other)) in [(ada, bob), (bob, ada)].enumerated() {
      for number in 0..<5 {
        let session = number == 4 ? sessions.first { $0.account == other.account }?.id : nil
        settled.append(
          Self.call(index * 100 + number, of: person, in: session, at: now - .minutes(Int64(number))))
      }
    }
    if let agent {
      var call = Self.call(999, of: ada, in: nil, at: now)
      call.account = agent.account
      call.scopes.agent = agent.id
      call.sessionName = "a triage"
      settled.append(call)
    }
    try ledger.append(
      CallBatch(
        spool: Key128(high: 1, low: 1), settled: settled,
        positions: ["some.frames-1": 17]), surviving: .crash)
  }

  static func call(_ number: Int, of person: Person, in session: SessionID?, at instant: Instant) -> CallFact
  {
    var call = CallFact(
      call: Key128(high: UInt64(person.id), low: UInt64(number)), account: person.account,
      scopes: ChargeScopes(key: 1, person: person.id, team: person.team), tool: .other, session: session,
      sessionName: session == nil ? "called by \(person.name)" : nil, dialect: "anthropic",
      endpoint: "messages", upstream: "test",
      requestedModel: "claude-sonnet-4-5", responseSpace: .anthropicMessage, opened: instant,
      reserved: NanoDollars(1_000_000), reservedTokens: 700)
    call.settled = instant + .seconds(1)
    call.status = 200
    call.ending = .completed
    call.model = "claude-sonnet-4-5"
    call.usageSource = .provider
    call.usage = [
      CallUsage(model: "claude-sonnet-4-5", counts: TokenCounts(input: 100, output: Int64(number)))
    ]
    call.responseID = "msg_\(person.id)_\(number)"
    call.charged = NanoDollars(5_000)
    call.chargedTokens = 100 + Int64(number)
    return call
  }

  func cells(of person: Person) throws -> Set<RollupCell> {
    Set(try ledger.cells(in: Self.everything, of: person.account))
  }
}

/// Who there is, with keys, limits, sign-ins, looks and decisions.
struct Organisation {
  var ada: Person
  var bob: Person
  var tokens: [String: KeySecret] = [:]
  var tokenNumbers: [String: Int64] = [:]

  static let words = ["ada.lovelace@example.org", "Ada Lovelace", "alovelace", "countess", "lovelace-laptop"]

  init(_ control: ControlStore, at now: Instant) throws {
    func user(_ name: String, _ shown: String, manager: String?) throws -> ProvisionedUser {
      var profile = PersonProfile()
      profile.displayName = shown
      profile.emails = [PersonProfile.Mail(name + "@example.org")]
      profile.costCenter = "CC-\(name.prefix(3))"
      return try control.createUser(
        UserDraft(
          userName: name + "@example.org", externalID: "a" + name.suffix(8), profile: profile,
          manager: manager), at: now - .days(200))
    }
    let boss = try user("grace.hopper", "Grace Hopper", manager: nil)
    let first = try user("ada.lovelace", "Ada Lovelace", manager: boss.id)
    let second = try user("bob.babbage", "Bob Babbage", manager: "ada.lovelace@example.org")
    var group = GroupDraft(name: "Engines")
    group.members = [first.id, second.id].map { GroupMember(.user, $0) }
    _ = try control.createGroup(group, at: now - .days(190))
    let old = try control.addPerson(name: "Countess Ada", mail: "countess@example.org", at: now - .days(180))
    try control.merge(person: old.id, into: first.person, at: now - .days(170))
    let people = try control.snapshot().contents.people
    guard let ada = people.first(where: { $0.id == first.person }),
      let bob = people.first(where: { $0.id == second.person })
    else { throw TestFailure() }
    (self.ada, self.bob) = (ada, bob)
    let agent = try control.addAgent(name: "triage", owner: ada.id, at: now - .days(10))
    _ = try control.createKey(KeyRequest(name: "triage", holder: .agent(agent.id)), at: now)
    for (name, person) in [("ada", ada), ("bob", bob)] {
      let label = person.mail.prefix { $0 != "@" }.split(separator: ".").last.map(String.init) ?? ""
      let key = try control.createKey(
        KeyRequest(name: label + "-laptop", holder: .person(person.id)), at: now
      ).key
      let made = try control.createToken(
        TokenRequest(name: label + "-collect", holder: .person(person.id), scopes: [.ingest]), at: now)
      tokens[name] = made.secret
      tokenNumbers[name] = made.token.id
      try control.linkIdentity(.gitLab, name == "ada" ? "alovelace" : "bbabbage", to: person.account, at: now)
      try control.noteUnmatched(.gitHub, name == "ada" ? "alovelace" : "bbabbage", source: "test", at: now)
      _ = try control.beginSession(of: person.id, at: now)
      let today = CalendarDay(containing: now)
      try control.addLeave(Absence(person: person.id, first: today, last: today.next))
      try control.setWorkingDays(
        WorkingDaysSince(person: person.id, since: today, days: WorkingDays("mon-thu")))
      _ = try control.setLimit(.tokens(1_000_000), per: .day, on: .person(person.id), at: now)
      _ = try control.setLimit(.requests(1000), per: .day, on: .key(key.id), at: now)
      _ = try control.append(
        Notice(
          at: now, kind: .limit, key: key.id, person: person.id, text: "\(person.name) has reached a limit"))
      let other = person.id == ada.id ? bob : ada
      let purpose = try Purpose("to find out what happened")
      let decision = VisibilityPolicy(VisibilitySettings()).decide(
        [.administrator], on: .person(.other), .personUsage, purpose: purpose)
      if let access = AccessRecord(of: decision, by: .person(person.id), on: other.id, .personUsage, at: now)
      {
        try control.note(access)
      }
      try control.decide(VisibilityDecision(at: now, by: person.id, settings: VisibilitySettings()))
    }
    try control.setTarget(AdoptionTarget(name: "AI every week", percent: 80, announced: now - .days(20)))
    tokens["organisation"] = try control.createToken(
      TokenRequest(name: "collector", holder: .organisation, scopes: [.ingestForOthers]), at: now
    ).secret
  }
}

struct TestFailure: Error {}
