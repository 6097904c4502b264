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
  private let voice: SlackVoice
  private let links: SlackPageLinks
  private let now: @Sendable () -> Instant

  init(
    journal: any JournalStore, control: ControlStore, notebook: SlackNotebook, roster: AgentRoster?,
    voice: SlackVoice, links: SlackPageLinks, now: @escaping @Sendable () -> Instant
  ) {
    self.journal = journal
    self.control = control
    self.notebook = notebook
    self.roster = roster
    self.voice = voice
    self.links = links
    self.now = now
  }

  // MARK: Beginning

  /// A run that was begun in Slack and has not been answered there.
  private struct Begun: Codable {
    var run: String
    var user: String
    /// Where it was asked for; `nil`: by a command, to be answered in their direct messages.
    var channel: String?
    var thread: String?
    /// Whether nobody else reads there.
    var isPrivate: Bool
    var since: Int64
  }

  private static let key = "runs"

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
    var begun = Begun(run: run.id.rawValue, user: somebody.user, isPrivate: true, since: now().milliseconds)
    if case .message(let message) = delivery.content {
      begun.channel = message.channel
      begun.thread = message.replyThread
      begun.isPrivate = message.place == .direct
    }
    var all = try notebook.read([Begun].self, at: Self.key) ?? []
    if !all.contains(where: { $0.run == begun.run }) {
      all.append(begun)
      try notebook.write(all, at: Self.key)
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

  /// Answers for every run that has ended since.
  func report() async throws {
    for begun in try notebook.read([Begun].self, at: Self.key) ?? [] {
      let run = try? journal.run(RunID(rawValue: begun.run))
      guard run?.status.isOver != false else { continue }
      if let run { try await report(run, begun) }
      var all = try notebook.read([Begun].self, at: Self.key) ?? []
      all.removeAll { $0.run == begun.run }
      try notebook.write(all, at: Self.key)
    }
  }

  private func report(_ run: Run, _ begun: Begun) async throws {
    let effect = EffectID(telling: "run", run.id.rawValue)
    let since = Instant(milliseconds: begun.since)
    let words = run.status == .done ? try lastWords(of: run) : nil
    let place = begun.channel.map { SlackPlace(channel: $0, threadTS: begun.thread) }
    do throws(SlackFailure) {
      // What went wrong is for whoever asked, and for nobody who reads along.
      if words == nil || place == nil {
        let text = words ?? SlackText("\(run.agent): \(run.status.title). \(run.reason ?? "")")
        try await voice.tell(
          begun.user,
          SlackContent.messages(text + SlackText(ours: "\n") + links.link(RunPages.address(of: run.id))),
          as: EffectID(telling: "end", run.id.rawValue), since: since)
      }
      guard let place, words != nil || !begun.isPrivate else { return }
      try await voice.say(words.map { .lastWords($0) } ?? .notDone, in: place, as: effect, since: since)
    } catch {
      // Of a channel that is gone, or that we are not in any more, nobody waits for an answer.
      guard case .refused = error else { throw error }
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
