import Directory
import Events
import Foundation
import HTTPTypes
import Hummingbird
import Ledger
import Logging
import NIOCore
import ServiceSettings

/// Where other systems report what happened outside: webhooks of forges and trackers, and programs with a token.
struct EventRoutes: Sendable {
  /// A webhook ready to be believed: its secret is loaded.
  struct Hook: Sendable {
    var source: OutcomeEvent.Source
    var secret: EventSecret
  }

  let store: any EventStore
  let hooks: [String: Hook]
  let bounds: ServerSettings.Bounds

  init(
    store: any EventStore, webhooks: [WebhookSettings], bounds: ServerSettings.Bounds,
    environment: [String: String]
  ) throws(ConfigurationError) {
    self.store = store
    self.bounds = bounds
    var hooks: [String: Hook] = [:]
    for webhook in webhooks {
      let credential = try webhook.secret.load(of: "the webhook “\(webhook.name)”", environment: environment)
      guard let secret = EventSecret(credential.secret) else { continue }
      hooks[webhook.name] = Hook(source: webhook.source, secret: secret)
    }
    self.hooks = hooks
  }

  func add(to router: Router<AssayContext>) {
    router.post("/webhooks/:name") { request, context in
      // Unknown names and unsigned requests are told the same: nothing of what is configured.
      let hook = context.parameters.get("name").flatMap { hooks[$0] }
      return try await take(hook?.source ?? .github, hook?.secret, request, context)
    }
    router.post("/api/v1/events") { request, context in
      _ = try context.require(.events)
      return try await take(.json, nil, request, context)
    }
  }

  @Sendable private func take(
    _ source: OutcomeEvent.Source, _ secret: EventSecret?, _ request: Request, _ context: AssayContext
  ) async throws -> Response {
    let options = IntakeOptions()
    let limit = source == .json ? options.jsonBytes : options.webhookBytes
    let body = try await IngestBody(limit: limit, time: bounds.bodyTime).bytes(of: request)
    let headers = IntakeHeaders(request.headers.map { (name: $0.name.rawName, value: $0.value) })
    switch EventIntake.read(
      source, headers: headers, body: Data(body), secret: secret, at: context.asked, options: options)
    {
    case .failure(let problem):
      throw ProblemDetails(problem.status, "event-refused", title: "Not taken", detail: "\(problem)")
    case .success(let intake):
      // Stored before it is answered: a sender that was told so does not send it again.
      let new = intake.reports.isEmpty ? 0 : try store.append(intake.reports, surviving: .crash)
      return try JSONAnswer(["taken": intake.reports.count, "new": new])
        .response(status: HTTPResponse.Status(code: intake.status))
    }
  }
}
