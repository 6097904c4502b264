package import AsyncHTTPClient
import Charts
package import ControlSQLite
import Demand
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import Inventory
package import Ledger
import LedgerSQLite
package import Logging
import NIOCore
import NIOSSL
import Provisioning
import ServiceLifecycle
import ServiceSettings
import SignIn
import Synchronization
import Targets

/// Pages, API and the ways in for data, over HTTP.
package struct Server: Service {
  /// What is kept where.
  package struct Stores: Sendable {
    package var ledger: any LedgerStore & BillStore & KeptStore
    package var control: ControlStore

    package init(ledger: any LedgerStore & BillStore & KeptStore, control: ControlStore) {
      self.ledger = ledger
      self.control = control
    }
  }

  private let settings: ServerSettings
  private let stores: Stores
  private let provider: OpenIDProvider?
  private let events: EventRoutes
  private let prices: PriceCatalogue
  private let judging: JudgementBasis
  private let coefficients: FootprintCoefficients
  private let slack: SlackOffice?
  private let log: Logger
  private let onReady: @Sendable (Int) -> Void
  /// The port that it listens on; 0 until it does.
  private let port: ListeningPort

  /// - Parameters:
  ///   - client: One that follows no redirects; for the sign-in service.
  ///   - prices: An organisation's own; those built in if there are none.
  ///   - judging: As the weeks are closed by; by `settings` if there is none.
  ///   - slack: Whose services run beside it; made by `settings` if there is none.
  ///   - onReady: Called with the port when requests are taken.
  package init(
    _ settings: ServerSettings, stores: Stores, client: HTTPClient, environment: [String: String],
    log: Logger, prices: PriceCatalogue? = nil, judging: JudgementBasis? = nil,
    slack: SlackOffice? = nil,
    onReady: @escaping @Sendable (_ port: Int) -> Void = { _ in }
  ) throws {
    try settings.validate()
    self.settings = settings
    self.stores = stores
    provider = try settings.signIn.map { signIn in
      try OpenIDProvider(signIn, client: client, environment: environment)
    }
    events = try EventRoutes(
      store: stores.ledger, webhooks: settings.webhooks, bounds: settings.bounds, environment: environment)
    self.prices = try prices ?? PriceCatalogue.builtIn()
    self.judging = try judging ?? JudgementBasis(settings.judgement)
    coefficients = try settings.demand.coefficients()
    self.slack =
      try slack
      ?? SlackOffice(
        settings, stores: stores, client: client, environment: environment, roster: nil, log: log)
    self.log = log
    self.onReady = onReady
    port = ListeningPort()
  }

  package func run() async throws {
    let port = port
    let onReady = onReady
    let router = router()
    router.answerOtherMethods()
    let application = Application(
      responder: router.buildResponder(), server: try listener(),
      configuration: ApplicationConfiguration(
        address: .hostname(settings.listen.host, port: settings.listen.port), serverName: nil,
        backlog: 512,
        availableConnectionsDelegate: MaximumAvailableConnections(settings.bounds.connections)),
      onServerRunning: { channel in
        let actual = channel.localAddress?.port ?? 0
        port.set(actual)
        onReady(actual)
      },
      logger: log)
    do {
      try await application.run()
    } catch let error as IOError {
      let place = "\(settings.listen.host), port \(settings.listen.port)"
      throw ConfigurationError(
        .rule(
          error.errnoCode == EADDRINUSE
            ? "Another program listens on \(place). Stop it, or choose another address with listen or --listen."
            : "\(place) cannot be listened on: \(String(cString: strerror(error.errnoCode)))."))
    }
  }

  private func listener() throws -> HTTPServerBuilder {
    let idle = TimeAmount.milliseconds(settings.bounds.idleTime.wholeMilliseconds)
    let http = HTTPServerBuilder.http1(configuration: HTTP1Channel.Configuration(idleTimeout: idle))
    guard let files = settings.tls else { return http }
    guard let chain = try? NIOSSLCertificate.fromPEMFile(files.certificateChain), !chain.isEmpty else {
      throw ConfigurationError(
        .rule(
          "No certificate in PEM form can be read from \(files.certificateChain) (tls: certificate_chain)."))
    }
    guard let key = try? NIOSSLPrivateKey(file: files.privateKey, format: .pem) else {
      throw ConfigurationError(
        .rule("No private key in PEM form can be read from \(files.privateKey) (tls: private_key)."))
    }
    var tls = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    tls.minimumTLSVersion = .tlsv12
    return try .tls(http, tlsConfiguration: tls)
  }

  func router() -> Router<AssayContext> {
    let control = stores.control
    let sight = Sight(control: control, roles: settings.roles, timeZone: settings.timeZone)
    let layout = PageLayout(organisation: settings.organisation, sight: sight, demo: settings.demo)
    let cookie = SessionCookie(isSecure: settings.isSecure)
    let hosts = ServerNames(settings: settings, port: port)
    let router = Router(context: AssayContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: SecurityHeaders(isSecure: settings.isSecure))
    router.add(middleware: ProblemAnswers(page: layout.problem))
    router.add(middleware: HostGuard(hosts: { hosts.all }, isSecure: settings.isSecure))
    router.add(
      middleware: CallerMiddleware(
        control: stores.control, isLocal: settings.isLocal, cookie: cookie))
    router.get("/health") { _, _ in "ready\n" }
    router.get("/assets/style.css") { _, _ in
      Response(
        status: .ok,
        headers: [.contentType: "text/css; charset=utf-8", .cacheControl: "public, max-age=3600"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: PageFrame.stylesheet)))
    }
    if let demo = settings.demo {
      DemoRoutes(looks: demo, control: control, cookie: cookie, layout: layout).add(to: router)
    } else {
      router.get("/") { _, _ in Response.redirect(to: "/me", type: .found) }
    }
    if let provider, let callback = hosts.callback {
      SignInRoutes(
        provider: provider, control: stores.control, cookie: cookie, callback: callback, layout: layout
      ).add(to: router)
    }
    ProvisioningRoutes { SCIMService(control, base: hosts.base + ProvisioningRoutes.base) }.add(to: router)
    TelemetryRoutes(
      ledger: stores.ledger, control: control, bounds: settings.bounds, queue: IngestQueue(stores.ledger)
    ).add(to: router)
    events.add(to: router)
    slack?.add(to: router, layout)
    FactsRoutes(ledger: stores.ledger, bounds: settings.bounds).add(to: router)
    PersonalPages(
      ledger: stores.ledger, control: control, sight: sight, timeZone: settings.timeZone,
      retention: settings.retention, layout: layout
    ).add(to: router)
    OwnExportRoute(ledger: stores.ledger, control: control, sight: sight, retention: settings.retention).add(
      to: router)
    let findings = FindingsReading(
      ledger: stores.ledger, control: control, prices: prices, basis: judging)
    FindingsPages(reading: findings, sight: sight, layout: layout).add(to: router)
    SessionPages(
      ledger: stores.ledger, control: control, sight: sight, timeZone: settings.timeZone, findings: findings,
      layout: layout
    ).add(to: router)
    LeaderboardPages(
      board: Leaderboard(ledger: stores.ledger, control: control, timeZone: settings.timeZone),
      control: control, sight: sight, timeZone: settings.timeZone, layout: layout
    ).add(to: router)
    let digests = DigestReading(
      control: control, sight: sight, timeZone: settings.timeZone, organisation: settings.organisation)
    DigestPages(reading: digests, layout: layout).add(to: router)
    FeedbackPages(ledger: stores.ledger, control: control, sight: sight, layout: layout).add(to: router)
    let journal = SQLiteJournal(control)
    AgentPages(journal: journal, sight: sight, layout: layout).add(to: router)
    MemoryPages(SQLiteMemory(control), journal: journal, sight: sight, layout: layout).add(to: router)
    RunPages(journal: journal, sight: sight, layout: layout).add(to: router)
    ApprovalPages(journal: journal, sight: sight, layout: layout).add(to: router)
    FeedbackAPI(control: control, sight: sight).add(to: router)
    OwnAPI(ledger: stores.ledger, control: control, sight: sight, timeZone: settings.timeZone).add(to: router)
    OrganisationAPI(ledger: stores.ledger, control: control, sight: sight, timeZone: settings.timeZone)
      .add(to: router)
    let boards = BoardShelf(control)
    let target = TargetReading(
      control: control, settings: settings.target, timeZone: settings.timeZone)
    TargetAPI(reading: target, sight: sight).add(to: router)
    TargetPages(reading: target, sight: sight, layout: layout).add(to: router)
    APIDescription().add(to: router)
    MCPRoutes(
      ledger: stores.ledger, control: control, sight: sight, timeZone: settings.timeZone,
      bounds: settings.bounds, digests: digests, boards: boards, target: target
    ).add(to: router)
    OverviewPage(control: control, sight: sight, target: target, layout: layout).add(to: router)
    EstimatePage(control: control, sight: sight, layout: layout).add(to: router)
    DemandPage(
      reading: DemandReading(
        control: control, settings: settings.demand, coefficients: coefficients, timeZone: settings.timeZone,
        announcements: settings.target.announcements.map(\.at)), sight: sight, layout: layout
    ).add(to: router)
    GroupPages(control: control, sight: sight, layout: layout).add(to: router)
    BoardPages(control: control, shelf: boards, sight: sight, layout: layout).add(to: router)
    BoardAPI(shelf: boards, sight: sight).add(to: router)
    OthersPages(
      ledger: stores.ledger, control: control, sight: sight, timeZone: settings.timeZone, layout: layout
    ).add(to: router)
    let reconciliation = ReconciliationReading(
      bills: stores.ledger, control: control, prices: prices, isLocal: settings.isLocal)
    ReconciliationPages(reading: reconciliation, sight: sight, layout: layout).add(to: router)
    ReconciliationAPI(reading: reconciliation, sight: sight).add(to: router)
    return router
  }
}

extension Server: CustomStringConvertible {
  /// Services are named in logs.
  package var description: String { "server" }
}

/// Set once, when the listener is bound: port 0 asks the system for any.
final class ListeningPort: Sendable {
  private let value = Atomic<Int>(0)

  func set(_ port: Int) { value.store(port, ordering: .releasing) }
  var number: Int { value.load(ordering: .acquiring) }
}

/// What this server is called by those who may use it.
struct ServerNames: Sendable {
  let settings: ServerSettings
  let port: ListeningPort

  /// As browsers write them in `Host`, lowercase.
  var all: Set<String> {
    if let url = settings.publicURL, let host = url.host()?.lowercased() {
      return [url.port.map { "\(host):\($0)" } ?? host]
    }
    let number = port.number
    return Set(
      ["localhost", "127.0.0.1", "[::1]", settings.listen.host.lowercased()].map { "\($0):\(number)" })
  }

  /// Its address for people and programs, without a slash at the end.
  var base: String {
    if let url = settings.publicURL {
      return url.absoluteString.hasSuffix("/") ? String(url.absoluteString.dropLast()) : url.absoluteString
    }
    let number = port.number == 0 ? settings.listen.port : port.number
    return "\(settings.tls == nil ? "http" : "https")://\(settings.listen.host):\(number)"
  }

  /// Where the sign-in service sends browsers back to.
  var callback: URL? { URL(string: base + "/sign-in/callback") }
}
