import AgentFolder
import Effects
import Foundation
package import Journal
package import Ledger
package import Mail
import Triage

/// The mailboxes that there are, each for its owner's runs alone, and how far each was read.
package struct MailRoom: Sendable {
  package struct Place: Sendable {
    package var mailbox: Mailbox
    /// In the directory.
    package var owner: String

    package init(_ mailbox: Mailbox, owner: String) {
      self.mailbox = mailbox
      self.owner = owner
    }
  }

  package var places: [String: Place]
  package var states: any AgentStateStore
  package var now: @Sendable () -> Instant

  package init(
    _ places: [Place], states: any AgentStateStore, now: @escaping @Sendable () -> Instant
  ) {
    self.places = Dictionary(places.map { ($0.mailbox.name, $0) }) { first, _ in first }
    self.states = states
    self.now = now
  }

  package var mailboxes: [String: Mailbox] { places.mapValues(\.mailbox) }

  /// - Throws: ``AgentProblem`` if there is none of the name, or if it is somebody else's.
  func mailbox(
    of folder: AgentFolder, for run: Run,
    account: (String) throws(AgentProblem) -> AccountID?
  ) throws(AgentProblem) -> Mailbox? {
    guard let name = folder.settings.mailbox else { return nil }
    guard let place = places[name], try account(place.owner) == run.account else {
      // Whether there is one that is somebody else's is nobody's to know.
      throw AgentProblem(
        "AGENT.md of \(folder.name) names the mailbox “\(name)”, and there is none of that name for whoever this run is for."
      )
    }
    return place.mailbox
  }

  /// The tools over it; those that send only where there is a way to.
  func tools(of folder: AgentFolder, over mailbox: Mailbox, for run: Run) -> [any AgentTool] {
    let holdFor = folder.settings.holdWindow ?? .days(3)
    let (states, key) = (states, Self.key(folder.name, run.account, mailbox.name))
    let now = now
    let date: @Sendable () -> Date = { now().date }
    return [
      MailNewTool(mailbox, most: folder.triage?.mostMessages ?? 50) { () throws(ToolFailure) in
        do throws(JournalError) { return try Self.cursor(states, key) } catch {
          throw .unavailable("\(error)")
        }
      },
      MailRecentTool(mailbox), MailFileTool(mailbox, holdFor: holdFor),
      MailDraftTool(mailbox, holdFor: holdFor, now: date), MailDigestTool(mailbox, now: date),
      MailUnsubscribeTool(),
    ] + (MailSendTool(mailbox, now: date).map { [$0] } ?? [])
  }

  package static let names = [
    MailNewTool.name, MailRecentTool.name, MailFileTool.name, MailDraftTool.name, MailDigestTool.name,
    MailUnsubscribeTool.name, MailSendTool.name,
  ]

  /// What makes the runs of a folder triages.
  func triage(of folder: AgentFolder, over mailbox: Mailbox, for run: Run) -> TriageWork? {
    guard let policy = folder.triage else { return nil }
    let (states, key) = (states, Self.key(folder.name, run.account, mailbox.name))
    return TriageWork(policy: policy, mailbox: mailbox.name) { change in
      let after = change(try Self.cursor(states, key))
      try states.keep(JSON(encoding: after), of: key)
    }
  }

  // MARK: How far it was read

  func cursor(_ agent: String, _ account: AccountID, _ mailbox: String) throws(JournalError) -> MailListing
    .Cursor?
  {
    try Self.cursor(states, Self.key(agent, account, mailbox))
  }

  private static func cursor(
    _ states: any AgentStateStore, _ key: String
  ) throws(JournalError) -> MailListing.Cursor? {
    guard let kept = try states.state(of: key) else { return nil }
    return try? kept.decoded()
  }

  private static func key(_ agent: String, _ account: AccountID, _ mailbox: String) -> String {
    "mail/\(agent)/\(account.rawValue)/\(mailbox)"
  }
}
