import Agents
import AsyncHTTPClient
import ControlSQLite
import Effects
import Foundation
import Gate
import IMAP
import Journal
import Ledger
import MIME
import Mail
import MailSite
import ModelClient
import ScriptedModel
import Triage

/// A real mail server with one person's mailbox, a journal, and a model that says what a script says.
struct MailPlace: Sendable {
  let site: MailSite
  let journal: SQLiteJournal
  let model: ScriptedModel
  let client: HTTPClient
  let mailbox: Mailbox
  static let user = "ana"

  static func with(
    _ script: String = "rules: []", capability: String? = nil,
    _ body: @Sendable (MailPlace) async throws -> Void
  ) async throws {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "mail-\(UUID().uuidString.prefix(8))")
    defer { try? FileManager.default.removeItem(at: directory) }
    let site = try await MailSite(in: directory.appending(path: "site"), capability: capability)
    let model = try await ScriptedModel.start(try Script(text: script))
    let place = MailPlace(
      site: site,
      journal: SQLiteJournal(try ControlStore(path: directory.path + "/control.sqlite")), model: model,
      client: HTTPClient(configuration: ModelClient.configuration),
      mailbox: Mailbox(
        name: "work", address: MailAddress(name: "Ana", localPart: "ana", domain: "example.org"),
        authority: "mx.example.org"
      ) { site.account(user, by: .loopback) })
    let result: Result<Void, any Error>
    do { result = .success(try await site.whileServing { try await body(place) }) } catch {
      result = .failure(error)
    }
    try await place.client.shutdown()
    try await model.stop()
    try result.get()
  }

  // MARK: Mail

  func deliver(
    _ number: Int, name: String = "Somebody", from: String = "bo@example.net", subject: String? = nil,
    headers: [String] = [],
    _ text: String = "Hello."
  ) async throws {
    let lines =
      [
        "From: \(name) <\(from)>", "To: Ana <ana@example.org>", "Subject: \(subject ?? "Message \(number)")",
        "Date: Fri, 20 Nov 2026 0\(number % 10):00:00 +0000", "Message-ID: <m\(number)@example.net>",
      ] + headers + ["Content-Type: text/plain; charset=utf-8", "", text]
    // By IMAP, so that numbers are in the order in which messages come, as they are where mail comes one by one.
    let bytes = Array(lines.joined(separator: "\r\n").utf8)
    let date = InternalDate(secondsSince1970: 1_790_000_000 + Int64(number) * 60)
    _ = try await IMAPClient.with(site.account(Self.user, by: .loopback)) {
      try await $0.append(bytes, to: .inbox, date: date)
    }
  }

  /// What lies in a folder: subjects with flags and keywords, in the order of the dates they came at.
  func contents(_ folder: MailboxName = .inbox) async throws -> [String] {
    try await messages(folder).map { message in
      let flags = (message.flags?.settable ?? []).map(Self.name).sorted()
      return ([message.subject] + flags).joined(separator: " ")
    }
  }

  struct Message: Sendable {
    var uid: UID
    var subject: String
    var flags: MessageFlags?
    var date: InternalDate?
    var mail: MailMessage
  }

  func messages(_ folder: MailboxName = .inbox) async throws -> [Message] {
    try await IMAPClient.with(site.account(Self.user, by: .loopback)) { client in
      guard try await client.mailboxes().contains(where: { $0.name == folder }) else { return [] }
      let open = try await client.open(folder)
      let all = try await open.search(.all)
      if all.isEmpty { return [] }
      return try await open.fetch(all, .flags + .internalDate + .section(.whole)).map { fetched in
        let mail = MailMessage(fetched.bytes(of: .whole) ?? [])
        return Message(
          uid: fetched.uid, subject: mail.subject ?? "", flags: fetched.flags, date: fetched.internalDate,
          mail: mail)
      }.sorted { ($0.date?.secondsSince1970 ?? 0, $0.uid) < ($1.date?.secondsSince1970 ?? 0, $1.uid) }
    }
  }

  private static func name(_ flag: SettableFlag) -> String {
    switch flag {
    case .seen: "seen"
    case .answered: "answered"
    case .flagged: "flagged"
    case .draft: "draft"
    case .keyword(let keyword): keyword.text
    }
  }

  /// What the person does with their own mail program.
  func person(_ folder: MailboxName = .inbox, _ act: @Sendable (OpenMailbox) async throws -> Void)
    async throws
  {
    try await IMAPClient.with(site.account(Self.user, by: .loopback)) { client in
      try await act(try await client.open(folder, for: .changing))
    }
  }

  /// The text of the newest.
  func digest() async throws -> String {
    let digests = try await messages().filter { $0.subject.hasPrefix("Your mail") }
    guard let last = digests.last else { throw Missing() }
    return last.mail.readableText().text
  }

  /// Nothing can be put into the folder any more.
  func lock(_ folder: String, permissions: Int = 0o500) throws {
    for part in ["cur", "new", "tmp"] {
      let path = site.path("mail/\(Self.user)/.\(folder)/\(part)")
      try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
    }
  }

  // MARK: Runs

  func tools(most: Int = 100, cursor: MailListing.Cursor? = nil) -> [any AgentTool] {
    let now: @Sendable () -> Date = { Date() }
    return [
      MailNewTool(mailbox, most: most) { () throws(ToolFailure) in cursor },
      MailFileTool(mailbox, holdFor: .days(3)), MailDraftTool(mailbox, holdFor: .days(3), now: now),
      MailDigestTool(mailbox, now: now), MailUnsubscribeTool { _, _ in 200 },
    ]
  }

  func call(_ tool: String, _ arguments: JSON, step: Int = 1) -> ToolCall {
    ToolCall(
      tool: tool, arguments: arguments,
      effect: EffectID(run: "r", step: step, tool: tool, arguments: arguments))
  }

  func listing(most: Int = 100, cursor: MailListing.Cursor? = nil) async throws -> MailListing {
    let result = try await tools(most: most, cursor: cursor)[0].perform(call(MailNewTool.name, [:]))
    guard let listing = MailListing(passages: result.passages) else { throw Missing() }
    return listing
  }

  struct Missing: Error {}

  func room() -> MailRoom {
    MailRoom([.init(mailbox, owner: "ana@example.org")], states: journal) { Instant(Date()) }
  }

  func agent(_ policy: TriagePolicy, within organisation: Policy, window: Int) throws -> AgentAtWork {
    let journal = journal
    let cursor = try Self.cursor(journal)
    let tools = tools(most: policy.mostMessages, cursor: cursor)
    let triage = TriageWork(policy: policy, mailbox: "work") { change in
      let after = change(try Self.cursor(journal))
      try journal.keep(JSON(bytes: JSONEncoder().encode(after)), of: "cursor")
    }
    var agent = AgentAtWork(
      name: "triage", folder: "f", instructions: "Short and friendly.", tools: tools,
      gate: Gate(policy: triage.limited(organisation), grants: tools.map { Grant($0.declaration.name) }),
      endpoint: try ModelEndpoint(
        .messages, base: model.baseURL, credential: nil, model: "claude-haiku-4-5", maxOutputTokens: 500,
        windowTokens: window),
      budgets: [
        SpendBudget(.agent("triage"), since: Instant(milliseconds: 0), amount: NanoDollars(10_000_000_000))
      ],
      approvers: Approvers([.local]), person: "you")
    agent.triage = triage
    return agent
  }

  private static func cursor(_ journal: SQLiteJournal) throws -> MailListing.Cursor? {
    try journal.state(of: "cursor").map {
      try JSONDecoder().decode(MailListing.Cursor.self, from: Data($0.canonical.utf8))
    }
  }

  func begin(_ occurrence: String? = nil) throws -> Run {
    try journal.begin(
      RunRequest(
        account: .local, agent: "triage", folder: "f", purpose: Passage("Sort my mail.", from: .owner),
        occurrence: occurrence))
  }

  @discardableResult
  func carry(
    _ run: RunID, _ policy: TriagePolicy, within organisation: Policy = Policy(), cutting: Bool = false,
    stoppingIn stopped: String? = nil, unavailable: Int = 0, after time: Duration = .zero,
    window: Int = 200_000, budget: NanoDollars? = nil, attempts: Int? = nil
  ) async throws -> RunExecutor.Left {
    let claim = try journal.claim(run, by: "test", lease: .seconds(60))
    let executor = RunExecutor(
      journal: journal, model: ModelClient(client, now: { Instant(Date()) }),
      prices: try PriceCatalogue.builtIn(),
      recovery: Recovery.Settings(settling: .milliseconds(50), pause: .milliseconds(10)),
      now: { Instant(Date()) + time })
    var agent = try agent(policy, within: organisation, window: window)
    if let budget { agent.budgets[0].amount = budget }
    if let attempts { agent.endpoint.bounds.attempts = attempts }
    let failed = try journal.steps(of: run).count { $0.state == .failed }
    if failed < unavailable {
      agent.tools = agent.tools.map {
        $0.declaration.name == MailFileTool.name ? UnavailableTool(inner: $0) : $0
      }
    }
    if cutting { agent.tools = agent.tools.map { CutTool(inner: $0) } }
    if let stopped {
      agent.tools = agent.tools.map { tool in
        guard tool.declaration.name == stopped else { return tool }
        return StoppingTool(inner: tool, journal: journal, run: run)
      }
    }
    return try await executor.carryOut(claim, by: agent)
  }
}

/// Does what it is asked, and the first time of each effect the answer is lost.
struct CutTool: AgentTool {
  let inner: any AgentTool
  var declaration: ToolDeclaration { inner.declaration }

  func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let result = try await inner.perform(call)
    guard call.attempt > 1 || inner.declaration.effect == nil else { throw .uncertain("The line was cut.") }
    return result
  }

  func find(_ call: ToolCall) async throws(ToolFailure) -> EffectFinding { try await inner.find(call) }
}

/// Does what it is asked, and while it does the person says STOP.
struct StoppingTool: AgentTool {
  let inner: any AgentTool
  let journal: SQLiteJournal
  let run: RunID
  var declaration: ToolDeclaration { inner.declaration }

  func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let result = try await inner.perform(call)
    do { _ = try journal.stop(.run(run), by: .local, because: "Enough.") } catch {
      throw .uncertain("\(error)")
    }
    return result
  }

  func find(_ call: ToolCall) async throws(ToolFailure) -> EffectFinding { try await inner.find(call) }
}

/// As if the mailbox did not answer.
struct UnavailableTool: AgentTool {
  let inner: any AgentTool
  var declaration: ToolDeclaration { inner.declaration }

  func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    throw .unavailable("It cannot be reached. \(MailFileTool.mayPass)")
  }
}
