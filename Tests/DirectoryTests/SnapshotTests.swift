import Directory
import Ledger
import Testing

@Suite("Looking keys up")
struct SnapshotTests {
  private let secrets = (
    ana: KeySecret(), bot: KeySecret(), old: KeySecret(), gone: KeySecret(), lost: KeySecret()
  )
  private let snapshot: DirectorySnapshot
  private static func day(_ number: Int64) -> Instant { Instant(milliseconds: 0) + .days(number) }

  init() {
    var contents = DirectorySnapshot.Contents()
    contents.teams = [
      Team(id: 1, name: "one", created: Self.day(0)), Team(id: 2, name: "two", created: Self.day(0)),
    ]
    contents.projects = [Project(id: 5, name: "p", created: Self.day(0))]
    contents.people = [
      Person(
        id: 10, account: AccountID(rawValue: 2), name: "Ana", mail: "ana@example.com", team: 2,
        created: Self.day(0)),
      Person(
        id: 11, account: AccountID(rawValue: 4), name: "Bo", mail: "bo@example.com", team: nil,
        created: Self.day(0)),
    ]
    contents.agents = [
      Agent(id: 20, account: AccountID(rawValue: 3), name: "bot", owner: 11, created: Self.day(0))
    ]
    contents.memberships = [
      Tenure(member: 10, of: 1, since: Self.day(0), until: Self.day(5)),
      Tenure(member: 10, of: 2, since: Self.day(7)),
    ]
    contents.ownerships = [
      Tenure(member: 20, of: 10, since: Self.day(0), until: Self.day(8)),
      Tenure(member: 20, of: 11, since: Self.day(8)),
    ]
    func key(_ id: Int64, _ secret: KeySecret, _ holder: VirtualKey.Holder) -> VirtualKey {
      VirtualKey(
        id: id, name: "key \(id)", holder: holder, hash: secret.hash, prefix: secret.prefix,
        created: Self.day(0))
    }
    var bot = key(31, secrets.bot, .agent(20))
    bot.team = 1
    bot.project = 5
    var old = key(32, secrets.old, .person(10))
    old.expires = Self.day(10)
    var gone = key(33, secrets.gone, .person(10))
    gone.revoked = Self.day(3)
    gone.expires = Self.day(2)
    contents.keys = [key(30, secrets.ana, .person(10)), bot, old, gone, key(34, secrets.lost, .agent(99))]
    let scopes: [Limit.Scope] = [
      .organisation, .key(30), .key(31), .person(10), .person(11), .team(1), .team(2), .project(5),
      .agent(20),
      .agent(10),
    ]
    contents.limits = scopes.enumerated().map {
      Limit(id: Int64($0.offset), scope: $0.element, measure: .requests(1), window: .day)
    }
    snapshot = DirectorySnapshot(contents, version: 7)
  }

  private func found(_ secret: KeySecret, day: Int64 = 9) throws -> KeyHolder {
    try snapshot.holder(of: secret.revealed, at: Self.day(day)).get()
  }

  @Test("A person's key is charged to the person and the person's team")
  func person() throws {
    let holder = try found(secrets.ana)
    #expect(
      holder.key.id == 30 && holder.account == AccountID(rawValue: 2) && holder.name == "ana@example.com")
    #expect(holder.scopes == ChargeScopes(key: 30, person: 10, team: 2))
    #expect(holder.limits.map(\.scope) == [.organisation, .key(30), .person(10), .team(2)])
  }

  @Test("An agent's key has the agent's account, and is charged to its owner too and to the team it names")
  func agent() throws {
    let holder = try found(secrets.bot)
    #expect(holder.account == AccountID(rawValue: 3) && holder.name == "bot")
    #expect(holder.scopes == ChargeScopes(key: 31, person: 11, team: 1, project: 5, agent: 20))
    #expect(
      holder.limits.map(\.scope) == [.organisation, .key(31), .person(11), .team(1), .project(5), .agent(20)])
  }

  @Test("Unknown, mistyped, expired and revoked are told apart")
  func refusals() {
    func refusal(_ text: String, day: Int64 = 9) -> KeyRefusal? {
      guard case .failure(let refusal) = snapshot.holder(of: text, at: Self.day(day)) else { return nil }
      return refusal
    }
    #expect(refusal("") == .malformed && refusal("sk-ant-x") == .malformed)
    #expect(refusal(secrets.ana.revealed + " ") == .malformed)
    #expect(refusal(KeySecret().revealed) == .unknown)
    #expect(refusal(secrets.old.revealed) == nil)
    #expect(
      snapshotRefusal(secrets.old, at: Self.day(10) - .milliseconds(1)) == nil,
      "valid to the last millisecond")
    #expect(refusal(secrets.old.revealed, day: 10) == .expired(key: 32, at: Self.day(10)))
    #expect(
      refusal(secrets.gone.revealed) == .revoked(key: 33, at: Self.day(3)), "revoked says more than expired")
    #expect(refusal(secrets.lost.revealed) == .unknown, "whose holder is not there")
  }

  private func snapshotRefusal(_ secret: KeySecret, at instant: Instant) -> KeyRefusal? {
    guard case .failure(let refusal) = snapshot.holder(of: secret.revealed, at: instant) else { return nil }
    return refusal
  }

  @Test("Person and team are resolved as of a date")
  func history() {
    let (ana, bot) = (AccountID(rawValue: 2), AccountID(rawValue: 3))
    #expect(snapshot.team(of: ana, at: Self.day(0)) == 1)
    #expect(snapshot.team(of: ana, at: Self.day(4)) == 1)
    #expect(snapshot.team(of: ana, at: Self.day(5)) == nil)
    #expect(snapshot.team(of: ana, at: Self.day(7)) == 2)
    #expect(snapshot.team(of: ana, at: Self.day(-1)) == nil)
    #expect(
      snapshot.person(of: bot, at: Self.day(7)) == 10 && snapshot.person(of: bot, at: Self.day(8)) == 11)
    #expect(snapshot.team(of: bot, at: Self.day(4)) == 1 && snapshot.team(of: bot, at: Self.day(8)) == nil)
    #expect(snapshot.identity(of: .local) == nil)
    guard case .agent(let agent) = snapshot.identity(of: bot) else {
      Issue.record("no agent")
      return
    }
    #expect(agent.id == 20)
  }

  @Test("A key that names models or upstreams is good for these only")
  func allowed() {
    var key = VirtualKey(
      id: 1, name: "k", holder: .person(1), hash: KeySecret().hash, prefix: "asy_", created: Self.day(0))
    #expect(key.allows(model: "anything") && key.allows(upstream: "any"))
    key.models = [ModelPattern("claude-*"), ModelPattern("gpt-5.1")]
    key.upstreams = ["anthropic"]
    #expect(
      key.allows(model: "claude-x") && key.allows(model: "gpt-5.1") && !key.allows(model: "gpt-5.1-pro"))
    #expect(
      key.allows(upstream: "anthropic") && !key.allows(upstream: "Anthropic") && !key.allows(upstream: ""))
  }
}
