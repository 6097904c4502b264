import Effects
import Foundation
import Gate
import Journal
import Ledger
import Slack
import SlackClient

/// Puts what waits for somebody's word before them in Slack, takes their click for it, and shows in every message of it what
/// became of it, wherever it was decided. A button carries a random name; what it stands for is read anew when it is clicked.
actor SlackApprovals {
  private let journal: any JournalStore
  private let notebook: SlackNotebook
  private let people: SlackPeople
  private let voice: SlackVoice
  private let now: @Sendable () -> Instant

  init(
    journal: any JournalStore, notebook: SlackNotebook, people: SlackPeople, voice: SlackVoice,
    now: @escaping @Sendable () -> Instant
  ) {
    self.journal = journal
    self.notebook = notebook
    self.people = people
    self.voice = voice
    self.now = now
  }

  /// One message that asks one person.
  private struct Asked: Codable {
    /// What its buttons carry.
    var name: String
    var approval: Int64
    var account: Int64
    var user: String
    /// What made it: the service, or a command.
    var cause: String
    var since: Int64
    var channel: String?
    /// Empty: Slack lets us write to them nowhere.
    var ts: String?
    /// Whether it shows what became of it.
    var isShown = false

    var id: ApprovalID { ApprovalID(rawValue: approval) }
    var key: SlackMessageKey? {
      channel.flatMap { channel in ts.map { SlackMessageKey(channel: channel, ts: $0) } }
    }
    var mark: SlackMark { SlackMark(effect) }
    var effect: EffectID { EffectID(telling: "approval \(approval) \(cause)", user) }
  }

  private func asked() throws -> [Asked] { try notebook.all(Asked.self, in: .approvals) }

  private func keep(_ one: Asked) throws {
    try notebook.write(one, in: .approvals, of: AccountID(rawValue: one.account), as: one.name)
  }

  private func forget(_ one: Asked) throws {
    try notebook.write(Asked?.none, in: .approvals, of: AccountID(rawValue: one.account), as: one.name)
  }

  // MARK: Asking

  /// For how long after it was asked a click on it is known for what it was.
  private static let remembers = Duration.days(7)

  /// Asks whoever has not been asked, and shows what was decided meanwhile. What Slack refuses keeps none of the others from it.
  func sweep() async throws {
    let known = try asked()
    var trouble: SlackFailure?
    for approval in try journal.pendingApprovals(for: nil) {
      let run = try journal.run(approval.run)
      for account in approval.approvers.accounts.sorted(by: { $0.rawValue < $1.rawValue })
      where approval.approvers.include(account, owner: run.account) {
        guard let somebody = try people.somebody(of: account, at: now()) else { continue }
        let own = known.first { $0.approval == approval.id.rawValue && $0.user == somebody.user }
        guard own?.ts == nil else { continue }
        trouble = try await refusal { try await ask(approval, run, somebody, cause: "service") } ?? trouble
      }
    }
    for id in Set(known.filter { !$0.isShown }.map(\.id)).sorted() {
      do throws(JournalError) {
        guard try journal.approval(id).state != .pending else { continue }
      } catch {
        // Erased with whose it was.
        guard case .noApproval = error else { throw error }
        trouble = try await refusal { try await show(id, SlackApprovalWords.gone) } ?? trouble
        continue
      }
      trouble = try await refusal { try await show(id) } ?? trouble
    }
    for one in known where one.isShown && now() - Instant(milliseconds: one.since) > Self.remembers {
      try forget(one)
    }
    if let trouble { throw trouble }
  }

  private func refusal(of work: () async throws -> Void) async throws -> SlackFailure? {
    do {
      try await work()
      return nil
    } catch let failure as SlackFailure {
      guard case .refused = failure else { throw failure }
      return failure
    }
  }

  /// Asks somebody again for all that waits for them.
  ///
  /// - Returns: How much that is.
  func askAgain(_ somebody: SlackPeople.Somebody, cause: String) async throws -> Int {
    let waiting = try waiting(for: somebody)
    for approval in waiting {
      try await ask(approval, try journal.run(approval.run), somebody, cause: cause)
    }
    return waiting.count
  }

  nonisolated func waiting(for somebody: SlackPeople.Somebody) throws -> [Approval] {
    try journal.pendingApprovals(for: somebody.account).filter {
      try $0.approvers.include(somebody.account, owner: journal.run($0.run).account)
    }
  }

  private func ask(
    _ approval: Approval, _ run: Run, _ somebody: SlackPeople.Somebody, cause: String
  ) async throws {
    let before = try asked().first {
      $0.approval == approval.id.rawValue && $0.user == somebody.user && $0.cause == cause
    }
    guard before?.ts == nil else { return }
    var one =
      before
      ?? Asked(
        name: (0..<3).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined(),
        approval: approval.id.rawValue, account: somebody.account.rawValue, user: somebody.user, cause: cause,
        since: now().milliseconds)
    // Before it is posted: a click may come before Slack has answered us.
    if before == nil { try keep(one) }
    do throws(SlackFailure) {
      let key: SlackMessageKey
      if before != nil, let found = try await find(one) {
        key = found
      } else {
        let channel = try await voice.api.openDirect(with: somebody.user)
        key = try await voice.api.post(
          SlackApprovalWords(approval, run, name: one.name).asking, to: SlackPlace(channel: channel),
          as: one.mark)
      }
      (one.channel, one.ts) = (key.channel, key.ts)
    } catch {
      // Whom Slack does not let us write to has the page.
      guard error.isForLackOfRecipient else { throw error }
      (one.channel, one.ts) = ("", "")
    }
    // If it was decided while it was on its way, that is shown in it the next time.
    one.isShown = false
    try keep(one)
  }

  /// A message whose answer was lost, if it is there.
  private func find(_ one: Asked) async throws(SlackFailure) -> SlackMessageKey? {
    let place = SlackPlace(channel: try await voice.api.openDirect(with: one.user))
    let since = SlackVoice.before(Instant(milliseconds: one.since))
    switch try await voice.api.find(one.mark, in: place, since: since) {
    case .posted(let key): return key
    case .notThere: return nil
    case .cannotTell:
      throw .unavailable(method: "conversations.history", "more was written there than is looked through")
    }
  }

  // MARK: Deciding

  /// What a click comes to.
  ///
  /// - Returns: What to tell whoever clicked; `nil` if the message shows it.
  func click(_ action: SlackAction, by somebody: SlackPeople.Somebody) async throws -> SlackText? {
    let verdict: Verdict
    switch action.actionID {
    case ApprovalMessage.approve: verdict = .approved
    case ApprovalMessage.deny: verdict = .denied
    default: return nil
    }
    guard let one = try asked().first(where: { $0.name == action.value }) else {
      return SlackText(ours: "That is not asked any more.")
    }
    guard one.account == somebody.account.rawValue else {
      return SlackText(ours: "That was asked of somebody else. Nothing was decided by your click.")
    }
    let approval = try journal.approval(one.id)
    let run = try journal.run(approval.run)
    guard approval.approvers.include(somebody.account, owner: run.account) else {
      return SlackText(ours: "That is not yours to decide. Nothing was decided by your click.")
    }
    var words: SlackText?
    do throws(JournalError) {
      _ = try journal.decide(approval.id, verdict, by: somebody.account, via: .slack)
    } catch {
      if case .storage = error { throw error }
      let now = try journal.approval(approval.id)
      // Asked twice by one click, it says so once.
      let isOwn = now.decidedBy == somebody.account && now.via == .slack && now.verdict == verdict
      if !isOwn { words = SlackText("Nothing was decided by your click: \(error)") }
    }
    if try journal.approval(approval.id).state != .pending { try await show(approval.id) }
    return words
  }

  /// Shows in all messages of one what became of it.
  private func show(_ id: ApprovalID) async throws {
    let approval = try journal.approval(id)
    let run = try journal.run(approval.run)
    let who = try approval.decidedBy.map { try people.name(of: $0, at: now()) }
    try await show(id, SlackApprovalWords(approval, run, name: "-").decided(by: who, at: now()))
  }

  private func show(_ id: ApprovalID, _ content: SlackContent) async throws {
    for one in try asked() where one.id == id && !one.isShown {
      var key = one.key
      do throws(SlackFailure) {
        if key == nil { key = try await find(one) }
        if let key, !key.ts.isEmpty { try await voice.api.update(key, to: content) }
      } catch {
        // A message that is gone shows nothing to anybody.
        guard error.isForLackOfRecipient else { throw error }
      }
      // Unless it was posted meanwhile.
      guard var now = try asked().first(where: { $0.name == one.name }), now.ts == one.ts else { continue }
      (now.channel, now.ts, now.isShown) = (key?.channel, key?.ts, true)
      try keep(now)
    }
  }
}

extension Approval {
  /// What was said, also of one that has been used or has run out since.
  fileprivate var verdict: Verdict? {
    switch state {
    case .approved, .consumed: .approved
    case .denied: .denied
    case .expired: decided == nil ? nil : .approved
    case .pending: nil
    }
  }
}
