import ControlSQLite
import Effects
import Journal
import Ledger
import Testing

struct ApprovalTests {
  private let bench: JournalBench
  init() throws { bench = try JournalBench() }

  private func approved(
    _ journal: SQLiteJournal, _ claim: Claim, _ intention: Intention
  ) throws -> ApprovalID {
    let approval = try journal.ask(Tools.question(intention, [bench.owner]), of: claim)
    return try journal.decide(approval.id, .approved, by: bench.owner, via: .web).id
  }

  @Test func `R5: an approval lets exactly its call through, once`() throws {
    let journal = bench.journal()
    let claim = try bench.begin(journal)
    var intention = Tools.intention(1, Tools.post)
    let id = try approved(journal, claim, intention)
    intention.authority = .approval(id)
    guard case .begun = try journal.intend(intention, of: claim) else { throw Unexpected() }
    #expect(try journal.approval(id).state == .consumed)
    try journal.conclude(1, as: .done(deployed), of: claim)
    // Once more, in another step.
    intention.step = 2
    #expect(throws: JournalError.otherThanApproved(id)) { try journal.intend(intention, of: claim) }
    intention.step = 1
    guard case .known(let step) = try journal.intend(intention, of: claim) else { throw Unexpected() }
    #expect(step.state == .done)
  }

  @Test(arguments: [
    Tools.intention(1, Tools.post, ["to": "staging "]),
    Tools.intention(1, Tools.post, ["to": "staging", "more": 1]),
    Tools.intention(1, Tools.post, policy: "2"),
    Tools.intention(1, Tools.declaration("post", .keyed)),
    Tools.intention(1, Tools.declaration("publish", .blind)),
    Tools.intention(2, Tools.post),
  ])
  func `whatever is changed in the call needs an approval of its own`(changed: Intention) throws {
    let journal = bench.journal()
    let claim = try bench.begin(journal)
    let id = try approved(journal, claim, Tools.intention(1, Tools.post))
    var changed = changed
    changed.authority = .approval(id)
    #expect(throws: JournalError.otherThanApproved(id)) { try journal.intend(changed, of: claim) }
    #expect(try journal.approval(id).state == .approved)
    #expect(try journal.steps(of: claim.run).isEmpty)
  }

  @Test func `an approval of another run's is none`() throws {
    let journal = bench.journal()
    let (one, two) = (try bench.begin(journal), try bench.begin(journal))
    var intention = Tools.intention(1, Tools.post)
    let id = try approved(journal, one, intention)
    intention.authority = .approval(id)
    #expect(throws: JournalError.otherThanApproved(id)) { try journal.intend(intention, of: two) }
  }

  @Test func `an effect is made by nobody's leave only if there is none`() throws {
    let journal = bench.journal()
    let claim = try bench.begin(journal)
    let effect = Tools.intention(1, Tools.post, by: .harmless)
    #expect(throws: JournalError.noAuthority(tool: "post")) { try journal.intend(effect, of: claim) }
    let look = Tools.intention(1, Tools.declaration("look", nil), by: .harmless)
    guard case .begun = try journal.intend(look, of: claim) else { throw Unexpected() }
  }

  @Test(arguments: [(false, false), (true, false), (false, true), (true, true)])
  func `timeout is no, before the decision and after it, even where the wall clock is set back`(
    isDecided: Bool, isSetBack: Bool
  ) throws {
    let journal = bench.journal()
    let claim = try bench.begin(journal)
    var intention = Tools.intention(1, Tools.post)
    let id = try journal.ask(Tools.question(intention, [bench.owner]), of: claim).id
    if isDecided {
      bench.clocks.pass(.minutes(59))
      _ = try journal.decide(id, .approved, by: bench.owner, via: .commandLine)
    }
    if isSetBack { bench.clocks.setWallClock(by: .days(-1)) }
    bench.clocks.pass(isDecided ? .minutes(11) : .minutes(61))
    #expect(try journal.approval(id).state == .expired)
    #expect(try journal.pendingApprovals(for: nil).isEmpty)
    intention.authority = .approval(id)
    #expect(throws: JournalError.notUsable(id, .expired)) { try journal.intend(intention, of: claim) }
    #expect(throws: JournalError.notUsable(id, .expired)) {
      try journal.decide(id, .approved, by: bench.owner, via: .web)
    }
    // Nor does it come back with the clock.
    bench.clocks.setWallClock(by: .days(-2))
    #expect(try journal.approval(id).state == .expired)
    #expect(try journal.steps(of: claim.run).isEmpty)
  }

  @Test func `of two who decide at once one does`() async throws {
    let journal = bench.journal()
    for round in 0..<6 {
      let claim = try bench.begin(journal)
      let id = try journal.ask(
        Tools.question(Tools.intention(1, Tools.post), [bench.owner, bench.other]), of: claim
      ).id
      let (owner, other, clocks, control) = (bench.owner, bench.other, bench.clocks, bench.control)
      let decided = await withTaskGroup(of: Result<Approval, JournalError>.self) { group in
        for number in 0..<4 {
          group.addTask { @concurrent in
            let journal = SQLiteJournal(control, clock: clocks.clock)
            let isOwner = (number + round).isMultiple(of: 2)
            do throws(JournalError) {
              return .success(
                try journal.decide(
                  id, isOwner ? .approved : .denied, by: isOwner ? owner : other, via: .web))
            } catch { return .failure(error) }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      let winners = decided.compactMap { try? $0.get() }
      #expect(winners.count == 1)
      let approval = try journal.approval(id)
      #expect(approval.decidedBy == winners.first?.decidedBy && approval.state == winners.first?.state)
      for case .failure(let error) in decided { #expect(error == .notNeeded(id, approval.state)) }
    }
  }

  @Test func `who may not decide does not`() throws {
    let journal = bench.journal()
    let claim = try bench.begin(journal)
    let stranger = AccountID(rawValue: 1)
    let open = try journal.ask(
      Tools.question(Tools.intention(1, Tools.post), [bench.owner, bench.other]), of: claim)
    let separate = try journal.ask(
      Tools.question(Tools.intention(2, Tools.post), [bench.owner, bench.other], isSeparate: true), of: claim)
    #expect(throws: JournalError.mayNotDecide(open.id, stranger, isOwner: false)) {
      try journal.decide(open.id, .approved, by: stranger, via: .web)
    }
    #expect(throws: JournalError.mayNotDecide(separate.id, bench.owner, isOwner: true)) {
      try journal.decide(separate.id, .approved, by: bench.owner, via: .web)
    }
    #expect(try journal.pendingApprovals(for: bench.owner).map(\.id) == [open.id])
    #expect(try journal.pendingApprovals(for: bench.other).map(\.id) == [open.id, separate.id])
    #expect(try journal.pendingApprovals(for: stranger).isEmpty)
    #expect(try journal.decide(separate.id, .approved, by: bench.other, via: .web).state == .approved)
  }

  @Test func `a denied call stays denied, and asked again it is the same question`() throws {
    let journal = bench.journal()
    let claim = try bench.begin(journal)
    var intention = Tools.intention(1, Tools.post)
    let question = Tools.question(intention, [bench.owner])
    let id = try journal.ask(question, of: claim).id
    try journal.release(claim, awaiting: .approvals([id]), because: "Somebody has to approve.")
    #expect(try journal.claimable(limit: 1).isEmpty)
    _ = try journal.decide(id, .denied, by: bench.owner, via: .web)
    #expect(try journal.claimable(limit: 1) == [claim.run])
    let again = try journal.claim(claim.run, by: "here", lease: .seconds(60))
    #expect(!again.isTakeover)
    let known = try journal.ask(question, of: again)
    #expect(known.id == id && known.state == .denied)
    intention.authority = .approval(id)
    #expect(throws: JournalError.notUsable(id, .denied)) { try journal.intend(intention, of: again) }
    try journal.skip(intention, because: "Denied.", withholding: [], of: again)
    #expect(try journal.step(intention.step, of: again.run).state == .skipped)
  }

  @Test func `a run whose question is decided before it waits does not wait`() throws {
    let journal = bench.journal()
    let claim = try bench.begin(journal)
    let id = try journal.ask(Tools.question(Tools.intention(1, Tools.post), [bench.owner]), of: claim).id
    _ = try journal.decide(id, .denied, by: bench.owner, via: .web)
    try journal.release(claim, awaiting: .approvals([id]), because: "Somebody has to approve.")
    #expect(try journal.claimable(limit: 1) == [claim.run])
  }

  @Test func `a run whose question nobody answers goes on with a no`() throws {
    let journal = bench.journal()
    let claim = try bench.begin(journal)
    let id = try journal.ask(Tools.question(Tools.intention(1, Tools.post), [bench.owner]), of: claim).id
    try journal.release(claim, awaiting: .approvals([id]), because: "Somebody has to approve.")
    bench.clocks.pass(.hours(2))
    #expect(try journal.claimable(limit: 1) == [claim.run])
    #expect(try journal.approval(id).state == .expired)
  }

  @Test func `another call in a step's place withdraws the question before`() throws {
    let journal = bench.journal()
    let claim = try bench.begin(journal)
    let first = try approved(journal, claim, Tools.intention(1, Tools.post))
    _ = try journal.ask(Tools.question(Tools.intention(1, Tools.post, policy: "2"), [bench.owner]), of: claim)
    #expect(try journal.approval(first).state == .expired)
  }
}
