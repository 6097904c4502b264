import ControlSQLite
import Directory
import Effects
import Gate
import Journal
import Ledger
import Memory
import Slack

/// A run of an agent of each of two people, with something in every table of the agents' journal; each decides in the
/// other's, and stops it.
enum AgentRuns {
  static func write(_ control: ControlStore, of people: [(person: Person, other: Person)]) throws {
    let journal = SQLiteJournal(control)
    for (person, other) in people {
      let run = try journal.begin(
        RunRequest(
          account: person.account, agent: "release-captain", folder: "f00d",
          purpose: Passage("\(person.name) wants it deployed", from: .owner), occurrence: "of \(person.id)"))
      let claim = try journal.claim(run.id, by: "test", lease: .seconds(60))
      let reservation = try journal.reserve(NanoDollars(10), within: [], of: claim)
      try journal.recordAnswer(
        Answer(
          step: 1, model: "scripted", content: ["said": .string("For \(person.name)")],
          usage: [
            ModelUse(model: "scripted", counts: TokenCounts(input: 1, output: 1), cost: NanoDollars(5))
          ]), settling: reservation, withholding: [], of: claim)
      let deploy = ToolDeclaration(
        name: "deploy", summary: "Deploys.", parameters: [],
        effect: .init(.keyed, risk: .high, reversibility: .compensable, audience: .organisation("test")),
        answers: .system("deployments"))
      var intention = Intention(
        step: 2, declaration: deploy, arguments: ["for": .string(person.name)], policy: "1",
        authority: .harmless)
      let approval = try journal.requestApproval(
        ApprovalRequest(
          step: 2, fingerprint: intention.fingerprint,
          card: ApprovalCard(
            deploy, arguments: [], questions: [.highRisk], agent: "clerk", person: person.name),
          approvers: Approvers([other.account], isSeparate: true)), withholding: [], of: claim)
      _ = try journal.decide(approval.id, .approved, by: other.account, via: .web)
      intention.authority = .approval(approval.id)
      _ = try journal.intend(intention, withholding: [], of: claim)
      var result = ToolResult([Passage("Deployed for \(person.name)", from: .system("deployments"))])
      result.follows = [.init(kind: "deployment", subject: "staging", holdFor: .hours(1))]
      try journal.conclude(2, as: .done(result), withholding: [], of: claim)
      _ = try journal.stop(.run(run.id), by: other.account, because: "enough")
      try journal.finish(claim, as: .stopped, because: "enough")
    }
    _ = try journal.verify()
  }

  /// What agents remember for each, how far they have read the mailbox of each, and what each wrote in Slack and nobody has
  /// seen to.
  static func remember(_ control: ControlStore, for people: [Person], at now: Instant) async throws {
    let (memory, journal, inbox) = (SQLiteMemory(control), SQLiteJournal(control), SQLiteSlackInbox(control))
    for person in people {
      let keeper = MemoryKeeper(agent: "release-captain", account: person.account)
      let entry = MemoryEntry(written: "\(person.name) likes it early.", for: keeper, at: now, MemoryLimits())
      if let entry { try memory.remember(entry, within: MemoryLimits()) }
      let learned = MemoryChange.Learned(
        id: .random(), text: "\(person.name) is away.", provenance: .owner, sources: [.person], labels: [])
      try memory.propose(
        Dream(
          id: DreamID(rawValue: MemoryID.random().rawValue), keeper: keeper,
          run: RunID(rawValue: "of \(person.id)"),
          changes: [.add(learned)], made: now))
      try journal.keep(["next": 7], of: "mail/inbox-triage/\(person.account.rawValue)/work")
      let user = "U0\(person.name.uppercased())"
      try journal.keep(["user": .string(user)], of: "slack/approvals/\(person.account.rawValue)/x")
      try journal.keep(["hash": "x"], of: "slack/link/\(user)")
      try control.linkIdentity(.slack, user, to: person.account, at: now)
      _ = try await inbox.persist(
        SlackDelivery(
          id: "Ev\(person.id)", team: "T0", user: user,
          content: .homeOpened(SlackHomeOpened(user: user, tab: "home"))))
    }
  }
}
