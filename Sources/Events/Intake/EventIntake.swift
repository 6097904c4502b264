package import Foundation
package import Ledger

/// Reads what other systems send: webhooks, and Assay's own JSON. Headers and bytes in, reports out; nothing is stored
/// and nothing is sent from here.
///
/// Whoever calls it stores ``Intake/reports`` before answering with ``Intake/status``.
package enum EventIntake {
  /// - Parameters:
  ///   - source: Who sends, as the route says.
  ///   - body: As it came, byte for byte: signatures are of that.
  ///   - secret: Agreed with the sender. Without one no webhook is believed; Assay's own JSON needs none, because who
  ///     sends it is known from the token that it comes with.
  ///   - now: For the age of signatures that name their time.
  package static func read(
    _ source: OutcomeEvent.Source, headers: IntakeHeaders, body: Data, secret: EventSecret?, at now: Instant,
    options: IntakeOptions = IntakeOptions()
  ) -> Result<Intake, IntakeProblem> {
    do throws(IntakeProblem) {
      try check(source, headers, body, options)
      if source != .json {
        guard let secret else { throw IntakeProblem(.noSecret) }
        try Signature.check(source, headers, body, secret, now)
      }
      try JSONShape.check(body, values: source == .json ? options.jsonValues : options.webhookValues)
      var intake =
        switch source {
        case .github: try GitHubWebhook.read(headers, body, options)
        case .gitlab: try GitLabWebhook.read(headers, body, options)
        case .jira: try JiraWebhook.read(body, options)
        case .json: try JSONEvents.read(body)
        }
      if !options.identities { intake.claims = [] }
      return .success(intake)
    } catch {
      return .failure(error)
    }
  }

  private static func check(
    _ source: OutcomeEvent.Source, _ headers: IntakeHeaders, _ body: Data, _ options: IntakeOptions
  ) throws(IntakeProblem) {
    let limit = source == .json ? options.jsonBytes : options.webhookBytes
    guard body.count <= limit else { throw IntakeProblem(.tooLarge(limit)) }
    // Some senders name none.
    guard let type = headers["content-type"] else { return }
    let name = type.prefix { $0 != ";" }.lowercased().trimmingCharacters(in: .whitespaces)
    guard name == "application/json" || name.hasSuffix("+json") else { throw IntakeProblem(.notJSON) }
  }
}

/// What a request says.
package struct Intake: Sendable, Hashable {
  /// To be stored before the sender is answered.
  package var reports: [OutcomeEvent] = []
  /// Who had a part in it; empty unless ``IntakeOptions/identities`` asks for it.
  package var claims: [EventClaim] = []
  /// Why a request that is in order holds nothing to store.
  package var passedOver: PassedOver?
  /// The sender's name for this delivery, the same when it is sent again; `nil` where it gives none. Nothing depends on
  /// it: a report that is stored twice changes nothing.
  package var delivery: Key128?

  package init(
    reports: [OutcomeEvent] = [], claims: [EventClaim] = [], passedOver: PassedOver? = nil,
    delivery: Key128? = nil
  ) {
    self.reports = reports
    self.claims = claims
    self.passedOver = passedOver
    self.delivery = delivery
  }

  /// The HTTP status to answer with once the reports are stored.
  package var status: Int { reports.isEmpty && passedOver != .ping ? 202 : 200 }

  /// To be counted.
  package enum PassedOver: String, Sendable, Hashable, CaseIterable {
    case ping
    /// An event of a type that is not read.
    case unknownEvent = "unknown-event"
    /// Of a type that is read, and not about what is kept: a tag, a deleted branch, an issue without the labels.
    case notKept = "not-kept"
  }
}

/// Who had a part in an event, as the sender says. It binds nobody.
package struct EventClaim: Sendable, Hashable {
  package enum Role: String, Sendable, Hashable { case author, committer, reviewer, approver, sender }

  package var event: EventID
  package var role: Role
  /// The name of an account at the source.
  package var login: String?
  package var mail: String?

  init?(_ event: EventID, _ role: Role, login: String? = nil, mail: String? = nil) {
    let login = login.flatMap { Cleaned.name($0) }
    let mail = mail.flatMap { Cleaned.name($0) }
    guard login != nil || mail != nil else { return nil }
    self.event = event
    self.role = role
    self.login = login
    self.mail = mail
  }
}

/// What of all that is sent is of interest.
package struct IntakeOptions: Sendable, Hashable {
  /// Issues with one of these labels are incidents. Compared without case.
  package var incidentLabels: Set<String> = ["incident"]
  /// Issues with one of these labels, and no incidents, are tickets.
  package var bugLabels: Set<String> = ["bug"]
  /// Types of Jira's that are tickets.
  package var bugTypes: Set<String> = ["bug"]
  /// Types of Jira's that are incidents.
  package var incidentTypes: Set<String> = ["incident"]
  /// Whether to return who had a part in it.
  package var identities = false
  /// GitHub sends no more than 25 MB.
  package var webhookBytes = 25 << 20
  package var jsonBytes = 1 << 20
  /// Names of all files of a push with thousands of commits are among them.
  package var webhookValues = 1_000_000
  package var jsonValues = 50_000

  package init() {}

  func kind(labels: [String]) -> OutcomeEvent.Kind? {
    kind(labels, incidents: incidentLabels, tickets: bugLabels)
  }

  func kind(type: String) -> OutcomeEvent.Kind? {
    kind([type], incidents: incidentTypes, tickets: bugTypes)
  }

  private func kind(
    _ names: [String], incidents: Set<String>, tickets: Set<String>
  ) -> OutcomeEvent.Kind? {
    let names = Set(names.map { $0.lowercased() })
    if !names.isDisjoint(with: incidents.map { $0.lowercased() }) { return .incident }
    return names.isDisjoint(with: tickets.map { $0.lowercased() }) ? nil : .ticket
  }
}

/// The headers of a request, by names without case.
package struct IntakeHeaders: Sendable {
  private var values: [String: String?] = [:]

  package init(_ fields: some Sequence<(name: String, value: String)>) {
    for (name, value) in fields {
      let name = name.lowercased()
      // Of two signatures none holds.
      values[name] = values[name] == nil ? value : .some(nil)
    }
  }

  /// `nil` if there is none or more than one.
  package subscript(_ name: String) -> String? { values[name] ?? nil }

  func has(_ name: String) -> Bool { values[name] != nil }
}
