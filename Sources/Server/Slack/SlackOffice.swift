package import Agents
package import AsyncHTTPClient
import ControlSQLite
import Foundation
import Hummingbird
package import Journal
import Ledger
package import Logging
import NIOSSL
package import ServiceLifecycle
import ServiceSettings
import Slack
package import SlackClient

/// All of the server that is Slack's: its routes, and the services that listen, answer and tell.
package struct SlackOffice: Sendable {
  private let settings: SlackSettings
  private let control: ControlStore
  private let reception: SlackReception
  private let bell = SlackBell()
  private let inbox: SQLiteSlackInbox
  private let listening: SlackWebAPI?
  let people: SlackPeople
  private let voice: SlackVoice
  let approvals: SlackApprovals
  private let runs: SlackRuns
  let notices: SlackNotices
  let desk: SlackDesk
  private let log: Logger
  private let now: @Sendable () -> Instant

  /// What agents' tools are given of it.
  package var channels: SlackChannels {
    SlackChannels(voice.api, ids: settings.channels) { [people, now] account in
      (try? people.somebody(of: account, at: now()))?.user
    }
  }

  /// - Parameters:
  ///   - client: One that follows no redirects.
  ///   - roster: `nil` where this server carries out no agents.
  /// - Returns: `nil` if the settings name no workspace.
  /// - Throws: `ConfigurationError` if a credential is not there.
  package init?(
    _ settings: ServerSettings, stores: Server.Stores, client: HTTPClient, environment: [String: String],
    roster: AgentRoster?, log: Logger, clock: JournalClock = .system
  ) throws {
    guard let slack = settings.slack else { return nil }
    self.settings = slack
    self.log = log
    let now = clock.now
    self.now = now
    control = stores.control
    let api = SlackWebAPI(
      client, at: slack.api, token: try slack.botToken.load(of: "slack: bot_token", environment: environment))
    listening = try slack.appToken.map {
      SlackWebAPI(client, at: slack.api, token: try $0.load(of: "slack: app_token", environment: environment))
    }
    inbox = SQLiteSlackInbox(control, now: now)
    reception = SlackReception(
      inbox: inbox,
      signingSecret: try slack.signingSecret?.load(of: "slack: signing_secret", environment: environment),
      now: now
    ) { [bell, notes = SlackNotes(log: log, now: now)] note in
      if note == .persisted { bell.ring() }
      notes.note(note)
    }
    let journal = SQLiteJournal(control, clock: clock)
    let notebook = SlackNotebook(store: journal)
    let links = SlackPageLinks(base: ServerNames(settings: settings, port: ListeningPort()).base)
    people = SlackPeople(control: control, notebook: notebook, isLocal: settings.isLocal)
    voice = SlackVoice(api: api, now: now)
    approvals = SlackApprovals(journal: journal, notebook: notebook, people: people, voice: voice, now: now)
    runs = SlackRuns(
      journal: journal, control: control, notebook: notebook, roster: roster, people: people,
      voice: voice, links: links,
      now: now)
    notices = SlackNotices(
      journal: journal, notebook: notebook, people: people, voice: voice, links: links, now: now)
    let sight = Sight(control: control, roles: settings.roles, timeZone: settings.timeZone)
    let reports = SlackReports(
      control: control, journal: journal, sight: sight,
      digests: DigestReading(
        control: control, sight: sight, timeZone: settings.timeZone, organisation: settings.organisation),
      target: TargetReading(control: control, settings: settings.target, timeZone: settings.timeZone),
      links: links)
    desk = SlackDesk(
      team: slack.team, people: people, voice: voice, approvals: approvals, runs: runs, reports: reports,
      links: links, log: log, now: now)
  }

  func add(to router: Router<AssayContext>, _ layout: PageLayout) {
    SlackLinkPages(people: people, api: voice.api, team: settings.team, control: control, layout: layout)
      .add(to: router)
    if settings.signingSecret != nil { SlackRoutes(reception: reception).add(to: router) }
  }

  /// - Parameter interval: Between two looks at what people are to be told of.
  package func services(interval: Duration = .seconds(2)) throws -> [any Service] {
    let (approvals, runs, notices, desk) = (approvals, runs, notices, desk)
    let (api, team) = (voice.api, settings.team)
    var services: [any Service] = [
      SlackHandling(inbox: inbox, bell: bell, logger: log) { try await desk.handle($0) },
      SlackWatch(
        interval: interval, log: log,
        rounds: [
          SlackWatch.Round { try await approvals.sweep() }, SlackWatch.Round { try await runs.report() },
          SlackWatch.Round(every: 15) { try await notices.look() },
          SlackWatch.Round(every: 150) {
            guard try await api.identify().team == team else {
              throw SlackFailure.refused(method: "auth.test", code: "another_workspace")
            }
          },
        ]),
    ]
    if let listening {
      let isSecure = settings.api.root.hasPrefix("https:")
      services.append(
        SlackSocketMode(
          api: listening, reception: reception,
          tls: isSecure ? try NIOSSLContext(configuration: .makeClientConfiguration()) : nil, logger: log))
    }
    return services
  }
}
