import AgentFolder
import Agents
import AsyncHTTPClient
import ControlSQLite
import Deployments
import Directory
import Foundation
import Journal
import Ledger
import LedgerSQLite
import Logging
import ModelClient
import Server
import ServiceLifecycle
import ServiceSettings
import SlackClient
import Surroundings
import ToolServers

/// All that carries runs out in this process: their services over one journal, one ledger and one way to models.
struct AgentStaff: Sendable {
  var settings: AgentsSettings
  var roster: AgentRoster
  /// The directory with a folder of files for each run.
  var runs: String
  var control: ControlStore
  var ledger: SQLiteLedger
  /// Follows no redirects.
  var client: HTTPClient
  var prices: PriceCatalogue
  var environment: [String: String]
  /// Whether whoever is at this machine is the one user there is.
  var isLocal: Bool
  var gateway: GatewayPlace
  /// The channels of Slack that agents may be given; `nil` where the settings name none.
  var slack: SlackChannels?
  /// Where judgement learns what begins of itself.
  var schedules = AgentSchedules()
  var log: Logger

  var journal: SQLiteJournal { SQLiteJournal(control) }
  private var memory: MemoryDesk { MemoryDesk(SQLiteMemory(control), journal: journal, now: now) }
  private var now: @Sendable () -> Instant { { Instant(Date()) } }

  /// - Parameter only: The one run that is carried out; then no schedule begins another.
  func services(only run: RunID? = nil) throws -> [any Service] {
    let servers = ToolServerHub(toolServerAccess)
    let workshop = try workshop(servers)
    let executor = RunExecutor(
      journal: journal, model: ModelClient(client, now: now), prices: prices, now: now)
    let roster = roster
    let follower = DeploymentFollower(
      workshop.bench.deployments, journal: journal,
      folder: { name in (try? roster.folder(named: name))?.hash }, now: now)
    let slackFollower = SlackFollower(slack, now: now)
    let mail = MailFollower(workshop.bench.mail.mailboxes, journal: journal, now: now)
    let ledger = ledger
    let carrying = AgentService(
      journal: journal, executor: executor, name: "process \(ProcessInfo.processInfo.processIdentifier)",
      log: log,
      mostAtOnce: settings.mostAtOnce, only: run, servers: servers, prepare: workshop.prepare)
    // One process follows what runs did, and that is the server.
    guard run == nil else { return [carrying] }
    return [
      carrying,
      OutcomeService(
        journal: journal, states: journal, followers: [follower, mail, slackFollower], log: log, now: now
      ) { events in
        _ = try ledger.append(events, surviving: .crash)
      },
      ScheduleService(
        roster: roster, journal: journal, log: log, now: now, owner: owner(), memory: memory,
        declare: { [schedules, isLocal] in schedules.declare($0, isLocal: isLocal) }),
      PushService(
        roster: roster, journal: journal, tools: workshop.bench.deployments, log: log,
        interval: settings.watchEvery, now: now, owner: owner()),
      MailService(roster: roster, journal: journal, room: workshop.bench.mail, log: log, owner: owner()),
    ]
  }

  private func owner() -> ScheduleService.Owner {
    let (control, isLocal) = (control, isLocal)
    return { name throws(AgentProblem) in
      if isLocal { return .local }
      do {
        let directory = try NamedDirectory(control.snapshot()).contents
        let agent = directory.agents.first { $0.name == name && $0.ended == nil }
        return agent.flatMap { agent in directory.people.first { $0.id == agent.owner } }?.account
      } catch {
        throw AgentProblem("The directory cannot be read: \(error)")
      }
    }
  }

  private var toolServerAccess: ToolServerAccess {
    ToolServerAccess(client: client, environment: environment, tokens: AgentOptions.tokens)
  }

  private func workshop(_ servers: ToolServerHub) throws -> AgentWorkshop {
    let control = control
    let isLocal = isLocal
    let targets = try settings.targets.map { try $0.ground(client, environment: environment) }
    let credentials = try Dictionary(
      uniqueKeysWithValues: settings.credentials.map { ($0.name, try $0.load(environment: environment)) })
    let mailboxes = try settings.mailboxes.map { ($0.owner, try $0.load(environment: environment)) }
    let secrets =
      targets.map(\.secrets) + mailboxes.map(\.1.secrets) + [Set(credentials.values.map(\.secret))]
      + [try toolServerAccess.secrets(of: settings.toolServers)]
    return AgentWorkshop(
      roster: roster, policy: settings.policy,
      bench: AgentWorkbench(
        runs: runs, deployments: DeploymentTools(targets.map(\.ground)), memory: memory,
        mail: MailRoom(mailboxes.map { .init($1.mailbox, owner: $0) }, states: journal, now: now),
        slack: slack, repositories: settings.repositories,
        credentials: credentials.mapValues(\.credential),
        toolServers: ToolServerBench(settings.toolServers, hub: servers),
        secrets: secrets.reduce(into: []) { $0.formUnion($1) }),
      journal: journal,
      account: { mail throws(AgentProblem) in
        if isLocal { return .local }
        do {
          return try control.livingPerson(mail: mail)?.account
        } catch {
          throw AgentProblem("The directory cannot be read: \(error)")
        }
      },
      name: { account in
        if isLocal { return "you" }
        let people = (try? NamedDirectory(control.snapshot()).contents.people) ?? []
        return people.first { $0.account == account }?.name ?? "somebody who is not in the directory"
      },
      endpoint: try endpoint(), now: now)
  }

  /// Through the gateway of this process, unless the settings name another address.
  private func endpoint() throws -> AgentWorkshop.Endpoint {
    let given = try settings.model?.key.map { try $0.load(of: "agents", environment: environment) }
    let (address, keys, gateway, isLocal) = (
      settings.model?.url, AgentKeys(control, now: now), gateway, isLocal
    )
    return { model, run async throws(AgentProblem) in
      var base = address ?? ""
      var credential = given
      if address == nil {
        guard let port = await gateway.port else { throw AgentProblem("The process is ending.") }
        base = "http://127.0.0.1:\(port)"
        credential = isLocal ? nil : try await keys.key(of: run.agent, for: run.account)
      }
      do throws(ModelError) {
        var endpoint = try ModelEndpoint(
          model.format, base: base, credential: credential, model: model.name,
          maxOutputTokens: model.maxOutputTokens ?? 8192, windowTokens: 200_000)
        endpoint.headers = ["user-agent": "assay-agent/1", "x-assay-run": run.id.rawValue]
        return endpoint
      } catch {
        throw AgentProblem(error.message)
      }
    }
  }
}

extension AgentSettings.Model {
  fileprivate var format: WireFormat {
    switch api {
    case .messages: .messages
    case .chat: .chatCompletions
    case .responses: .responses
    }
  }
}
