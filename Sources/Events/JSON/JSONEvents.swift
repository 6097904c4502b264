import Foundation
import Ledger

/// Assay's own JSON: one event or an array of them. It is taken whole or, with the field named that is wrong, not at
/// all. docs/events.md describes it.
enum JSONEvents {
  static let most = 1_000

  static func read(_ body: Data) throws(IntakeProblem) -> Intake {
    switch try JSONShape.decode(JSONTree.self, from: body) {
    case .array(let entries):
      guard entries.count <= most else { throw IntakeProblem(.tooMany(most)) }
      var reports: [OutcomeEvent] = []
      for (place, entry) in entries.enumerated() { reports.append(try report(entry, at: "[\(place)]")) }
      return Intake(reports: reports)
    case let entry: return Intake(reports: [try report(entry, at: "")])
    }
  }

  private static func report(_ entry: JSONTree, at place: String) throws(IntakeProblem) -> OutcomeEvent {
    var fields = try JSONFields(entry, at: place)
    let kind = try fields.required("kind") { fields throws(IntakeProblem) in
      try fields.choice("kind", ["deployment", "incident", "ticket", "score"])
    }
    let report: OutcomeEvent =
      switch kind {
      case "deployment": try deployment(&fields)
      case "incident": try incident(&fields)
      case "ticket": try ticket(&fields)
      default: try score(&fields)
      }
    try fields.finish()
    return report
  }

  /// What all kinds have: identifier, repository, and as of when it is said, which is the last instant named if
  /// nothing else is, so that the same event sent again is the same report.
  private static func begin(
    _ kind: OutcomeEvent.Kind, _ fields: inout JSONFields, instants: [Instant?]
  ) throws(IntakeProblem) -> OutcomeEvent {
    let name = try fields.required("id") { fields throws(IntakeProblem) in try fields.text("id") }
    let updated = try fields.instant("updated")
    guard let at = updated ?? instants.compactMap({ $0 }).max() else {
      throw IntakeProblem(.missing, field: fields.path("updated"))
    }
    var report = OutcomeEvent(.reported(kind, name), kind, from: .json, asOf: at)
    report.repository = try fields.remote("repository")
    return report
  }

  private static func deployment(_ fields: inout JSONFields) throws(IntakeProblem) -> OutcomeEvent {
    let started = try fields.instant("started")
    let landed = try fields.instant("deployed")
    let ended = try fields.instant("failed")
    var report = try begin(.deployment, &fields, instants: [started, landed, ended])
    guard report.repository != nil else {
      throw IntakeProblem(.missing, field: fields.path("repository"))
    }
    let hash = try fields.required("commit") { fields throws(IntakeProblem) in try fields.hash("commit") }
    report.commits = [EventCommit(hash)]
    report.started = started
    report.landed = landed
    report.ended = ended
    let names = ["pending", "running", "succeeded", "failed", "cancelled"]
    if let state = try fields.choice("state", names) {
      report.state = OutcomeEvent.State(rawValue: state)
    } else {
      report.state = ended != nil ? .failed : landed != nil ? .succeeded : .running
    }
    if report.state == .succeeded, landed == nil {
      throw IntakeProblem(.missing, field: fields.path("deployed"))
    }
    let environment = try fields.required("environment") { fields throws(IntakeProblem) in
      try fields.text("environment")
    }
    report.environment = Cleaned.environment(environment)
    report.isProduction = try fields.flag("production") ?? Cleaned.isProduction(report.environment)
    report.isUnplanned = try fields.flag("unplanned")
    return report
  }

  private static func incident(_ fields: inout JSONFields) throws(IntakeProblem) -> OutcomeEvent {
    let started = try fields.required("started") { fields throws(IntakeProblem) in
      try fields.instant("started")
    }
    let ended = try fields.instant("resolved")
    if let ended, ended < started {
      throw IntakeProblem(.wrong("later than “started”"), field: fields.path("resolved"))
    }
    var report = try begin(.incident, &fields, instants: [started, ended])
    report.started = started
    report.ended = ended
    report.state = try fields.flag("withdrawn") == true ? .withdrawn : ended == nil ? .open : .resolved
    report.address = try fields.address("address")
    report.environment = Cleaned.environment(try fields.text("environment"))
    report.links =
      try (fields.references("caused_by", .cause) + fields.references("fixed_by", .remedy)).sorted()
    return report
  }

  private static func ticket(_ fields: inout JSONFields) throws(IntakeProblem) -> OutcomeEvent {
    let started = try fields.required("opened") { fields throws(IntakeProblem) in try fields.instant("opened")
    }
    let ended = try fields.instant("closed")
    var report = try begin(.ticket, &fields, instants: [started, ended])
    report.started = started
    report.ended = ended
    report.state = try fields.flag("withdrawn") == true ? .withdrawn : ended == nil ? .open : .resolved
    report.address = try fields.address("address")
    report.name = try fields.ticketKey("key")
    report.links =
      try (fields.references("caused_by", .cause) + fields.references("fixed_by", .remedy)).sorted()
    return report
  }

  private static func score(_ fields: inout JSONFields) throws(IntakeProblem) -> OutcomeEvent {
    let at = try fields.required("at") { fields throws(IntakeProblem) in try fields.instant("at") }
    let name = try fields.required("name") { fields throws(IntakeProblem) in try fields.text("name") }
    let value = try fields.required("value") { fields throws(IntakeProblem) in try fields.figure("value") }
    var report = try begin(.score, &fields, instants: [at])
    report.name = name
    report.value = value
    report.started = at
    return report
  }
}
