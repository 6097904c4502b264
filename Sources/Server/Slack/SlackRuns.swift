import AgentFolder
import Agents
import ControlSQLite
import Directory
import Effects
import Foundation
import Journal
import Ledger
import ModelClient
import Slack
import SlackClient

/// Runs that people begin and stop in Slack.
actor SlackRuns {
  private let journal: any JournalStore
  private let control: ControlStore
  private let notebook: SlackNotebook
  /// `nil` where this server carries out no agents.
  private let roster: AgentRoster?
  private let people: SlackPeople
  private let voice: SlackVoice
  private let links: SlackPageLinks
  private let now: @Sendable () -> Instant

  init(
    journal: any JournalStore, control: ControlStore, notebook: SlackNotebook, roster: AgentRoster?,
    people: SlackPeople, voice: SlackVoice, links: SlackPageLinks, now: @escaping @Sendable () -> Instant
  ) {
    self.journal = journal
    self.control = control
    self.notebook = notebook
    self.roster = roster
    self.people = people
    self.voice = voice
    self.links = links
    self.now = now
  }

  // MARK: Beginning

  /// A run that was begun in Slack and has not been answered there.
  private struct Begun: Codable {
    var run: String
    var account: Int64
    var user: String
    /// Where it was asked for; `nil`: by a command, to be answered in their direct messages.
    var channel: String?
    var thread: String?
    /// Whether nobody else reads there.
    var isPrivate: Bool
    var since: Int64
    /// Whether its thread says that it is at work.
    var isAnnounced = false

    var instant: Instant { Instant(milliseconds: since) }
  }

  private func keep(_ begun: Begun) throws {
    try notebook.write(begun, in: .runs, of: AccountID(rawValue: begun.account), as: begun.run)
  }

  private func forget(_ begun: Begun) throws {
    try notebook.write(Begun?.none, in: .runs, of: AccountID(rawValue: begun.account), as: begun.run)
  }

  /// - Returns: What to tell whoever asked for it.
  func begin(
    _ name: String, _ words: String, by somebody: SlackPeople.Somebody, _ delivery: SlackDelivery
  ) throws -> SlackText {
    guard let roster else { return SlackText(ours: "This server carries out no agents.") }
    guard try owned(by: somebody).contains(name), let folder = try? roster.folder(named: name),
      folder.settings.triggers.contains(.person)
    else {
      return SlackText(
        ours: "There is no agent of yours of that name that somebody can begin. Nothing was begun.")
    }
    let run: Run
    do throws(JournalError) {
      run = try journal.begin(
        RunRequest(
          account: somebody.account, agent: folder.name, folder: folder.hash,
          purpose: Passage(words.isEmpty ? "Do what your instructions say, now." : words, from: .owner),
          occurrence: "slack/" + (delivery.message.map { "\($0.channel)/\($0.ts)" } ?? delivery.id)))
    } catch {
      if case .storage = error { throw error }
      return SlackText("Nothing was begun. \(error)")
    }
    // From its beginning on: a delivery that is handled again must not be answered again.
    var begun = Begun(
      run: run.id.rawValue, account: somebody.account.rawValue, user: somebody.user, isPrivate: true,
      since: run.begun.milliseconds)
    if case .message(let message) = delivery.content {
      begun.channel = message.channel
      begun.thread = message.replyThread
      begun.isPrivate = message.place == .direct
    }
    if try notebook.read(Begun.self, in: .runs, of: somebody.account, as: begun.run) == nil {
      try keep(begun)
    }
    return SlackText("\(folder.name) has begun. ") + links.link(RunPages.address(of: run.id))
  }

  /// Agents that somebody answers for.
  private nonisolated func owned(by somebody: SlackPeople.Somebody) throws -> Set<String> {
    guard let person = somebody.person else { return Set(roster?.all().map(\.name) ?? []) }
    return Set(
      try control.snapshot().contents.agents.filter { $0.owner == person.id && $0.ended == nil }.map(\.name))
  }

  // MARK: Answering

  /// Answers for every run that has ended since. What Slack refuses keeps none of the others from it.
  func report() async throws {
    var trouble: SlackFailure?
    for begun in try notebook.all(Begun.self, in: .runs) {
      guard let run = try? journal.run(RunID(rawValue: begun.run)) else {
        try forget(begun)
        continue
      }
      let words = run.status == .done ? try lastWords(of: run) : nil
      // Whoever is not that person any more is told nothing.
      let isTheirs = try people.somebody(begun.user, at: now())?.account == run.account
      do throws(SlackFailure) {
        if isTheirs, run.status.isOver {
          try await answer(for: run, words, begun)
        } else if !isTheirs {
          if begun.isAnnounced { try await say(.notDone, of: run, begun) }
        } else if !begun.isAnnounced, !begun.isPrivate {
          try await say(.atWork(run.agent), of: run, begun)
        } else {
          continue
        }
      } catch {
        guard case .refused = error else { throw error }
        trouble = error
        continue
      }
      if isTheirs, !run.status.isOver {
        var begun = begun
        begun.isAnnounced = true
        try keep(begun)
      } else {
        try forget(begun)
      }
    }
    if let trouble { throw trouble }
  }

  private func answer(for run: Run, _ words: SlackText?, _ begun: Begun) async throws(SlackFailure) {
    var isSaid = false
    if let words { isSaid = try await say(.lastWords(words), of: run, begun) }
    // What went wrong is for whoever asked, and for nobody who reads along.
    if !isSaid {
      let text = words ?? SlackText("\(run.agent): \(run.status.title). \(run.reason ?? "")")
      do throws(SlackFailure) {
        try await voice.tell(
          begun.user,
          SlackContent.messages(text + SlackText(ours: "\n") + links.link(RunPages.address(of: run.id))),
          as: EffectID(telling: "end", run.id.rawValue), since: begun.instant)
      } catch {
        guard error.isForLackOfRecipient else { throw error }
      }
    }
    if words == nil, !begun.isPrivate { try await say(.notDone, of: run, begun) }
  }

  /// Says it where the run was asked for, in place of what stood there of it.
  ///
  /// - Returns: `false` if there is no such place, or none any more.
  @discardableResult
  private func say(
    _ words: SlackVoice.Public, of run: Run, _ begun: Begun
  ) async throws(SlackFailure) -> Bool {
    guard let channel = begun.channel else { return false }
    do throws(SlackFailure) {
      try await voice.say(
        words, in: SlackPlace(channel: channel, threadTS: begun.thread),
        as: EffectID(telling: "run", run.id.rawValue), since: begun.instant)
      return true
    } catch {
      guard error.isForLackOfRecipient else { throw error }
      return false
    }
  }

  /// What the agent said last, without what it called; `nil` if nothing, or nothing that is kept.
  private func lastWords(of run: Run) throws -> SlackText? {
    for step in try journal.steps(of: run.id).reversed() {
      guard case .answer = step.kind, let answer = step.answer.shown else { continue }
      guard case .answer(let said)? = Said(journalled: answer) else { return nil }
      let text = SlackText(markdown: said.text, links: links.own)
      return text.isEmpty ? nil : text
    }
    return nil
  }

  // MARK: STOP

  /// Whoever may stop an agent on its page may here: whom it has done something for, or who answers for it.
  ///
  /// - Parameter name: `nil`: all of theirs.
  /// - Returns: What to tell them.
  nonisolated func stop(_ name: String?, by somebody: SlackPeople.Somebody) throws -> SlackText {
    let reason = "Stopped in Slack."
    if name == nil, somebody.person == nil {
      if try !journal.stops().contains(where: { $0.scope == .everything && $0.by == somebody.account }) {
        _ = try journal.stop(.everything, by: somebody.account, because: reason)
      }
      return SlackText(ours: "Stopped: all agents. No run goes on, and none begins.")
    }
    var own = try owned(by: somebody)
    if let name {
      if try !journal.runs(of: RunFilter(account: somebody.account, agent: name), limit: 1).isEmpty {
        own.insert(name)
      }
    } else {
      own.formUnion(try journal.runs(of: RunFilter(account: somebody.account), limit: 10_000).map(\.agent))
    }
    let stopped = own.filter { name == nil || $0 == name }.sorted()
    let standing = try journal.stops()
    for agent in stopped
    where !standing.contains(where: { $0.scope == .agent(agent) && $0.by == somebody.account }) {
      _ = try journal.stop(.agent(agent), by: somebody.account, because: reason)
    }
    guard !stopped.isEmpty else {
      return SlackText(ours: "There is no agent of yours of that name. Nothing was stopped.")
    }
    return SlackText(
      "Stopped: \(stopped.joined(separator: ", ")). No run of \(stopped.count == 1 ? "it" : "theirs") goes on, and none begins. You take it back on "
    )
      + links.link(AgentPages.address)
  }
}
