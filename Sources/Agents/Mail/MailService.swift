import AgentFolder
import Effects
package import Journal
import Ledger
package import Logging
import Mail
import ServiceLifecycle

/// Begins runs of agents that new mail sets off. It waits on a connection to each mailbox, a new one each minute, and is told
/// by the server (RFC 2177); no model is asked until something came in.
package struct MailService: Service {
  let roster: AgentRoster
  let journal: any JournalStore & AgentStateStore
  let room: MailRoom
  let log: Logger
  let rereading: Duration
  let owner: ScheduleService.Owner

  package init(
    roster: AgentRoster, journal: any JournalStore & AgentStateStore, room: MailRoom, log: Logger,
    rereading: Duration = .minutes(1), owner: @escaping ScheduleService.Owner
  ) {
    self.roster = roster
    self.journal = journal
    self.room = room
    self.log = log
    self.rereading = rereading
    self.owner = owner
  }

  package func run() async throws {
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { group in
        for place in room.places.values { group.addTask { await watch(place.mailbox) } }
      }
    }
  }

  private func watch(_ mailbox: Mailbox) async {
    var pause = Duration.seconds(5)
    var top: MailListing.Cursor?
    while !Task.isCancelled {
      let folders = wanting(mailbox)
      guard !folders.isEmpty else {
        try? await Task.sleep(for: rereading)
        continue
      }
      do throws(ToolFailure) {
        // Comes back when something came in, and else after a while: folders may be others by then, and a run that was
        // under way may have ended.
        let now = try await mailbox.newest(after: top, within: rereading)
        for folder in folders { begin(folder, mailbox, now) }
        (top, pause) = (now, .seconds(5))
      } catch {
        log.warning(
          "a mailbox cannot be watched", metadata: ["mailbox": "\(mailbox.name)", "cause": "\(error)"])
        try? await Task.sleep(for: pause)
        pause = min(pause * 2, .minutes(10))
      }
    }
  }

  /// How the occurrences begin that set off its runs.
  static let occurrence = "mail/"
  private static let mostTries = 6

  private func wanting(_ mailbox: Mailbox) -> [AgentFolder] {
    roster.all().compactMap { _, folder in
      guard case .success(let folder) = folder, folder.settings.triggers.contains(.event(.mail)),
        folder.settings.mailbox == mailbox.name
      else { return nil }
      return folder
    }
  }

  private func begin(_ folder: AgentFolder, _ mailbox: Mailbox, _ top: MailListing.Cursor) {
    do {
      guard let account = try owner(folder.name), try ScheduleService.hold(folder.name, in: journal) == nil
      else {
        return
      }
      let read = try room.cursor(folder.name, account, mailbox.name)
      guard read.map({ $0.uidValidity != top.uidValidity || $0.next < top.next }) ?? true else { return }
      let folder = try roster.folder(named: folder.name)
      // By how far it was read: what one run leaves over sets off another. One that failed is tried again, later each time.
      let what = "\(Self.occurrence)\(mailbox.name)/\(top.uidValidity)/\(read?.next ?? 0)-\(top.next)"
      for attempt in 1...Self.mostTries {
        let run = try journal.begin(
          RunRequest(
            account: account, agent: folder.name, folder: folder.hash,
            purpose: Passage("Mail came into the mailbox \(mailbox.name).", from: .system("mail")),
            occurrence: attempt == 1 ? what : "\(what)/\(attempt)"))
        guard run.status == .failed, let ended = run.ended, room.now() - ended > .minutes(5 << attempt) else {
          return
        }
      }
    } catch {
      log.error(
        "new mail sets no agent off", metadata: ["agent": "\(folder.name)", "cause": "\(error)"])
    }
  }
}
