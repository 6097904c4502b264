import Effects
import Foundation
import Journal
import Ledger
import Slack
import SlackClient

/// Tells people, alone and once, what of their agents' doing did not stand, and what only they can settle.
struct SlackNotices: Sendable {
  let journal: any JournalStore
  let notebook: SlackNotebook
  let people: SlackPeople
  let voice: SlackVoice
  let links: SlackPageLinks
  let now: @Sendable () -> Instant

  private struct Told: Codable {
    var what: String
    var account: Int64
    var at: Int64
  }

  private static let looksBack = Duration.days(1)
  /// Longer than anything is looked back for, and than anything waits for a person's word.
  private static let remembers = Duration.days(365)
  /// Runs of one person that are looked at, the latest.
  private static let most = 200

  func look() async throws {
    let now = now()
    for told in try notebook.all(Told.self, in: .told)
    where now - Instant(milliseconds: told.at) > Self.remembers {
      try notebook.write(Told?.none, in: .told, of: AccountID(rawValue: told.account), as: told.what)
    }
    func tell(_ somebody: SlackPeople.Somebody, _ what: String, _ text: SlackText, _ run: RunID) async throws
    {
      guard try notebook.read(Told.self, in: .told, of: somebody.account, as: what) == nil else { return }
      do throws(SlackFailure) {
        try await voice.tell(
          somebody.user,
          [SlackContent(text + SlackText(ours: "\n") + links.link(RunPages.address(of: run)))],
          as: EffectID(telling: what, somebody.user), since: now - Self.looksBack)
      } catch {
        guard error.isForLackOfRecipient else { throw error }
      }
      try notebook.write(
        Told(what: what, account: somebody.account.rawValue, at: now.milliseconds), in: .told,
        of: somebody.account, as: what)
    }
    for somebody in try people.everybody(at: now) {
      for run in try journal.runs(of: RunFilter(account: somebody.account), limit: Self.most) {
        for outcome in try journal.outcomes(of: run.id)
        where [.reverted, .unconfirmed].contains(outcome.state) && now - outcome.changed < Self.looksBack {
          let text = SlackText(
            "\(run.agent): the \(outcome.kind) \(outcome.subject): \(outcome.state.title). \(outcome.evidence ?? "")"
          )
          try await tell(somebody, "outcome \(outcome.id) \(outcome.state.rawValue)", text, run.id)
        }
      }
    }
    for step in try journal.uncertain() {
      let run = try journal.run(step.run)
      guard let somebody = try people.somebody(of: run.account, at: now) else { continue }
      let text = SlackText(
        "\(run.agent): step \(step.number) may have happened, and nobody can be asked but you. The run waits for your word."
      )
      try await tell(somebody, "uncertain \(run.id) \(step.number)", text, run.id)
    }
  }
}
