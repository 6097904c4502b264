import ControlSQLite
import Effects
import Journal
import Ledger
import Testing

struct RunTests {
  private let bench: JournalBench
  init() throws { bench = try JournalBench() }

  @Test func `a run goes from its request to its end, and says all of it`() throws {
    let journal = bench.journal()
    let run = try journal.begin(bench.request())
    #expect(run.status == .queued)
    #expect(run.purpose == .whole(Passage("Deploy what is green", from: .owner)))
    #expect(try journal.claimable(limit: 10) == [run.id])
    let claim = try journal.claim(run.id, by: "here", lease: .seconds(60))
    #expect(try journal.claimable(limit: 10).isEmpty)
    try journal.answer(1, of: claim)
    let intended = try journal.intend(Tools.intention(2), of: claim)
    guard case .begun(let call) = intended else { throw Unexpected() }
    #expect(
      call.effect == EffectID(run: run.id.rawValue, step: 2, tool: "deploy", arguments: ["to": "staging"]))
    var result = deployed
    result.follows = [.init(kind: "deployment", subject: "staging", holdFor: .hours(1))]
    result.undo = ["to": "before"]
    let step = try journal.conclude(2, as: .done(result), of: claim)
    #expect(step.state == .done && step.result == .whole(result))
    try journal.finish(claim, as: .done, because: "All is done.")
    let ended = try journal.run(run.id)
    #expect(ended.status == .done && ended.ended != nil)
    let steps = try journal.steps(of: run.id)
    #expect(steps.map(\.number) == [1, 2])
    #expect(steps[0].answer == .whole(["said": "I deploy."]))
    #expect(steps[1].call == call)
    let outcome = try #require(try journal.outcomes(of: run.id).first)
    #expect(outcome.state == .open && outcome.holdFor == .hours(1) && outcome.account == bench.owner)
    #expect(try journal.spend(.run(run.id), since: nil).cost == NanoDollars(7))
    #expect(
      try journal.events(of: run.id).compactMap(\.body?.kind)
        == [.begun, .claimed, .answered, .intended, .concluded, .outcomeOpened, .ended])
    #expect(throws: JournalError.over(run.id, .done)) {
      try journal.claim(run.id, by: "x", lease: .seconds(1))
    }
  }

  @Test func `an occurrence has one run, however often it is begun`() throws {
    let journal = bench.journal()
    let first = try journal.begin(bench.request(occurrence: "cron 1"))
    #expect(try journal.begin(bench.request(occurrence: "cron 1")).id == first.id)
    #expect(try journal.begin(bench.request(occurrence: "cron 2")).id != first.id)
    var other = bench.request(occurrence: "cron 1")
    other.agent = "triage"
    #expect(try journal.begin(other).id != first.id)
  }

  @Test func `whoever was taken over from writes nothing more`() throws {
    let journal = bench.journal()
    let run = try journal.begin(bench.request()).id
    let old = try journal.claim(run, by: "old", lease: .seconds(30))
    _ = try journal.intend(Tools.intention(1), of: old)
    #expect(throws: JournalError.taken(run, by: "old")) {
      try journal.claim(run, by: "new", lease: .seconds(30))
    }
    bench.clocks.pass(.seconds(31))
    #expect(try journal.claimable(limit: 1) == [run])
    let new = try journal.claim(run, by: "new", lease: .seconds(30))
    #expect(new.isTakeover && new.epoch == old.epoch + 1)
    let before = try Contents(bench.path)
    let superseded = JournalError.superseded(run)
    #expect(throws: superseded) { try journal.renew(old, for: .seconds(30)) }
    #expect(throws: superseded) { try journal.answer(2, of: old) }
    #expect(throws: superseded) { try journal.intend(Tools.intention(2), of: old) }
    #expect(throws: superseded) { try journal.retry(1, atMost: 5, of: old) }
    #expect(throws: superseded) { try journal.conclude(1, as: .done(deployed), of: old) }
    #expect(throws: superseded) {
      try journal.skip(Tools.intention(2), because: "no", withholding: [], of: old)
    }
    #expect(throws: superseded) {
      try journal.ask(Tools.question(Tools.intention(2), [bench.owner]), of: old)
    }
    #expect(throws: superseded) { try journal.reserve(NanoDollars(1), within: [], of: old) }
    #expect(throws: superseded) { try journal.release(old, awaiting: .resolutions, because: "x") }
    #expect(throws: superseded) { try journal.finish(old, as: .done, because: "x") }
    #expect(try Contents(bench.path) == before)
    #expect(try journal.retry(1, atMost: 5, of: new).effect == Tools.intention(1).call(of: run).effect)
    try journal.conclude(1, as: .done(deployed), of: new)
  }

  @Test func `of many executors at once one gets the run`() async throws {
    let run = try bench.journal().begin(bench.request()).id
    let path = bench.path
    let won = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<8 {
        group.addTask { @concurrent in
          (try? Opened(path).journal.claim(run, by: "executor \(number)", lease: .seconds(60))) != nil
        }
      }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(won == 1)
    #expect(try bench.journal().run(run).epoch == 1)
  }

  @Test(arguments: [Duration.days(-400), .days(400)])
  func `a lease runs on the machine's clock, wherever the wall clock is set to`(jump: Duration) throws {
    let journal = bench.journal()
    let run = try journal.begin(bench.request()).id
    let claim = try journal.claim(run, by: "old", lease: .seconds(30))
    bench.clocks.setWallClock(by: jump)
    bench.clocks.pass(.seconds(29))
    #expect(throws: JournalError.taken(run, by: "old")) {
      try journal.claim(run, by: "new", lease: .seconds(30))
    }
    try journal.renew(claim, for: .seconds(30))
    bench.clocks.pass(.seconds(29))
    #expect(try journal.claimable(limit: 1).isEmpty)
    bench.clocks.pass(.seconds(1))
    #expect(try journal.claim(run, by: "new", lease: .seconds(30)).isTakeover)
  }

  @Test func `no executor outlives a restart of the machine`() throws {
    let journal = bench.journal()
    let run = try journal.begin(bench.request()).id
    _ = try journal.claim(run, by: "old", lease: .days(1))
    bench.clocks.restartMachine()
    #expect(try journal.claimable(limit: 1) == [run])
    #expect(try journal.claim(run, by: "new", lease: .seconds(30)).isTakeover)
  }

  @Test func `a run that executor after executor dies over is given up, and progress counts anew`() throws {
    let journal = bench.journal(settings: .init(mostTakeovers: 3))
    let run = try journal.begin(bench.request()).id
    func take() throws -> Claim {
      bench.clocks.pass(.seconds(10))
      return try journal.claim(run, by: "executor", lease: .seconds(5))
    }
    for _ in 0..<3 { _ = try take() }
    let claim = try take()
    _ = try journal.intend(Tools.intention(1), of: claim)
    try journal.conclude(1, as: .done(deployed), of: claim)
    for _ in 0..<3 { _ = try take() }
    #expect(throws: JournalError.givenUp(run, takeovers: 4)) { try take() }
    #expect(try journal.run(run).status == .dead)
    #expect(try journal.claimable(limit: 1).isEmpty)
  }

  @Test(arguments: [
    Tools.intention(1, Tools.declaration("deploy", .keyed), ["to": "production"]),
    Tools.intention(1, Tools.declaration("destroy", .keyed)),
  ])
  func `a run that does other things than before its crash is dead`(changed: Intention) throws {
    let journal = bench.journal()
    let claim = try bench.begin(journal)
    _ = try journal.intend(Tools.intention(1), of: claim)
    guard case .known(let known) = try journal.intend(Tools.intention(1), of: claim) else {
      throw Unexpected()
    }
    #expect(known.state == .intent)
    #expect(throws: JournalError.otherThanBefore(claim.run, step: 1)) {
      try journal.intend(changed, of: claim)
    }
    #expect(try journal.run(claim.run).status == .dead)
    #expect(try journal.uncertain().map(\.number) == [1])
  }

  @Test func `an answer is written down once, and replayed as it was`() throws {
    let journal = bench.journal()
    let claim = try bench.begin(journal)
    let first = try journal.answer(1, ["said": "one"], of: claim)
    #expect(try journal.answer(1, ["said": "another"], of: claim) == first)
    #expect(try journal.spend(.run(claim.run), since: nil).calls == 1)
  }

  @Test func `an uncertain effect waits for a person, and the run goes on when they have said`() throws {
    let journal = bench.journal()
    let claim = try bench.begin(journal)
    _ = try journal.intend(Tools.intention(1, Tools.post), of: claim)
    #expect(throws: JournalError.self) { try journal.retry(1, atMost: 5, of: claim) }
    try journal.conclude(1, as: .uncertain("No answer came."), of: claim)
    try journal.release(claim, awaiting: .resolutions, because: "Somebody has to say.")
    #expect(try journal.run(claim.run).status == .waiting)
    #expect(try journal.claimable(limit: 1).isEmpty)
    #expect(try journal.uncertain().map(\.run) == [claim.run])
    let step = try journal.resolve(1, in: claim.run, as: .didNotHappen, by: bench.owner, via: .web)
    #expect(step.state == .skipped)
    #expect(try journal.claimable(limit: 1) == [claim.run])
    #expect(throws: JournalError.wrongState(claim.run, step: 1, .skipped)) {
      try journal.resolve(1, in: claim.run, as: .happened, by: bench.owner, via: .web)
    }
  }

  @Test func `names of runs are UUIDs of version 7, in the order of time`() throws {
    let names = (0..<200).map { RunID.make(at: Instant(milliseconds: 1_790_000_000_000 + $0 * 5)) }
    #expect(names == names.sorted() && Set(names).count == 200)
    for name in names {
      #expect(
        name.rawValue.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/)
          != nil)
    }
  }

  @Test func `outcomes go one way`() throws {
    let journal = bench.journal()
    let claim = try bench.begin(journal)
    _ = try journal.intend(Tools.intention(1), of: claim)
    var result = deployed
    result.follows = [.init(kind: "deployment", subject: "staging", holdFor: .hours(1))]
    try journal.conclude(1, as: .done(result), of: claim)
    let id = try #require(try journal.openOutcomes().first?.id)
    #expect(throws: JournalError.wrongOutcome(id, .open, to: .held)) {
      try journal.change(id, to: .held, evidence: "it says so itself")
    }
    let holding = try journal.change(id, to: .holding, evidence: "healthy")
    #expect(holding.holdUntil == bench.clocks.clock.now() + .hours(1))
    _ = try journal.change(id, to: .reverted, evidence: "unhealthy for a minute")
    #expect(throws: JournalError.wrongOutcome(id, .reverted, to: .held)) {
      try journal.change(id, to: .held, evidence: "no")
    }
    #expect(try journal.openOutcomes().isEmpty)
  }
}

struct Unexpected: Error {}
