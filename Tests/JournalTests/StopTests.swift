import ControlSQLite
import Effects
import Journal
import Ledger
import Testing

struct StopTests {
  private let bench: JournalBench
  init() throws { bench = try JournalBench() }

  enum Reach: CaseIterable { case run, parent, agent, everything }

  @Test(arguments: Reach.allCases)
  func `R1: after STOP nothing more is begun, by whatever process, and what is under way is written down`(
    reach: Reach
  ) throws {
    let journal = bench.journal()
    let parent = try journal.begin(bench.request()).id
    var request = bench.request()
    request.parent = parent
    let claim = try journal.claim(journal.begin(request).id, by: "here", lease: .seconds(60))
    let bystander = try journal.begin(
      RunRequest(
        account: bench.other, agent: "triage", folder: "f", purpose: Passage("x", from: .owner))
    ).id
    _ = try journal.intend(Tools.intention(1), of: claim)
    _ = try journal.intend(Tools.intention(2), of: claim)
    var asked = Tools.intention(3, Tools.post)
    let approval = try journal.ask(Tools.question(asked, [bench.owner]), of: claim)
    _ = try journal.decide(approval.id, .approved, by: bench.owner, via: .web)
    asked.authority = .approval(approval.id)
    let scope: Stop.Scope =
      switch reach {
      case .run: .run(claim.run)
      case .parent: .run(parent)
      case .agent: .agent("release-captain")
      case .everything: .everything
      }
    _ = try bench.journal().stop(scope, by: bench.owner, because: "enough")
    let stopped = JournalError.stopped(scope, reason: "enough")
    #expect(throws: stopped) { try journal.intend(Tools.intention(4), of: claim) }
    #expect(throws: stopped) { try journal.intend(asked, of: claim) }
    #expect(throws: stopped) { try journal.retry(2, atMost: 5, of: claim) }
    #expect(throws: stopped) { try journal.reserve(NanoDollars(1), within: [], of: claim) }
    #expect(throws: stopped) { try journal.ask(Tools.question(Tools.intention(5), [bench.owner]), of: claim) }
    #expect(try journal.approval(approval.id).state == .approved)
    // What happened, happened.
    try journal.conclude(1, as: .done(deployed), of: claim)
    #expect(throws: stopped) { try journal.release(claim, awaiting: .resolutions, because: "x") }
    let run = try journal.run(claim.run)
    #expect(run.status == .stopped && run.reason == "enough")
    #expect(try journal.uncertain().map(\.number) == [2])
    #expect(try journal.approval(approval.id).state == .expired)
    #expect(try journal.run(bystander).status == (reach == .everything ? .stopped : .queued))
    _ = try journal.verify()
  }

  @Test func `lifted, new runs begin, and old ones stay stopped`() throws {
    let journal = bench.journal()
    let claim = try bench.begin(journal)
    _ = try journal.stop(.everything, by: bench.owner, because: "enough")
    #expect(try journal.stops().map(\.scope) == [.everything])
    #expect(throws: JournalError.stopped(.everything, reason: "enough")) {
      try journal.begin(bench.request())
    }
    try journal.lift(.everything, by: bench.owner)
    #expect(try journal.stops().isEmpty)
    let stopped = JournalError.stopped(.everything, reason: "enough")
    #expect(throws: stopped) { try journal.intend(Tools.intention(1), of: claim) }
    #expect(try journal.stop(of: claim.run) != nil)
    let next = try bench.begin(journal)
    guard case .begun = try journal.intend(Tools.intention(1), of: next) else { throw Unexpected() }
    // Its executor dies; whoever takes it ends it.
    bench.clocks.pass(.minutes(2))
    #expect(throws: stopped) { try journal.claim(claim.run, by: "new", lease: .seconds(60)) }
    #expect(try journal.run(claim.run).status == .stopped)
  }

  @Test func `with eight executors at work, STOP is the last of them all`() async throws {
    let journal = bench.journal()
    let claims = try (0..<8).map { _ in try bench.begin(journal) }
    let (path, owner) = (bench.path, bench.owner)
    await withTaskGroup(of: Void.self) { group in
      for (number, claim) in claims.enumerated() {
        group.addTask { @concurrent in
          guard let own = try? Opened(path).journal else { return }
          for step in 1...10_000 {
            // One of them finds the button.
            if number == 0, step == 10 { _ = try? own.stop(.everything, by: owner, because: "enough") }
            guard (try? own.intend(Tools.intention(step), of: claim)) != nil else { return }
          }
        }
      }
    }
    let kinds = try claims.flatMap { try journal.events(of: $0.run) }
      .compactMap { event in event.body.map { (event.number, $0.kind) } }
    let last = try #require(kinds.filter { $0.1 == .intended }.map(\.0).max())
    let head = try journal.head()
    // The STOP is the last event there is: not one intent is behind it.
    #expect(last < head.number)
    #expect(kinds.allSatisfy { $0.0 < head.number })
  }
}
