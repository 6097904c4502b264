import Directory
import Judgement
import Ledger
import Schedules
import ServiceSettings
import Surroundings

/// `judgement:` of a server's file: by which policy sessions are judged, and what machines are declared to start.
package struct JudgementSettings: Sendable, Equatable {
  /// A policy file; `nil` for the one that comes with Assay.
  package var policy: String?
  /// How often that policy errs, as `assay arena fit` wrote it; without it a policy of one's own gives no estimates.
  package var errors: String?
  /// Whose is looked up in the directory when somebody asks, for people and agents come and go.
  var schedules: [Schedule] = []

  struct Schedule: Sendable, Equatable {
    enum Holder: Sendable, Equatable {
      case everybody
      /// By work mail.
      case person(String)
      case agent(String)
    }

    var holder: Holder
    /// Without an account.
    var declared: DeclaredSchedule
  }

  package init() {}

  init(_ node: SettingsNode) throws(ConfigurationError) {
    let fields = try SettingsFields(node, known: ["policy", "errors", "schedules"])
    policy = try fields.string("policy")
    errors = try fields.string("errors")
    guard errors == nil || policy != nil else {
      throw ConfigurationError(
        .rule(
          "judgement: errors goes with a policy of your own. Give policy as well, or leave errors out: those of the policy that comes with Assay are known."
        ))
    }
    for node in try fields.node("schedules")?.list("schedules") ?? [] {
      let schedule = try Schedule(node)
      guard !schedules.contains(where: { $0.declared.name == schedule.declared.name }) else {
        throw ConfigurationError(
          .rule("Two schedules are called “\(schedule.declared.name)”. Give one another name."))
      }
      schedules.append(schedule)
    }
  }
}

extension JudgementSettings.Schedule {
  init(_ node: SettingsNode) throws(ConfigurationError) {
    let fields = try SettingsFields(
      node, known: ["name", "times", "zone", "tolerance_seconds", "person", "agent"])
    let name = try fields.required("name")
    let (times, zone) = (try fields.required("times"), try fields.string("zone") ?? "UTC")
    let tolerance = try fields.number("tolerance_seconds", in: 0...86_400) ?? 300
    do throws(ScheduleError) {
      declared = DeclaredSchedule(
        name: name, schedule: try Schedules.Schedule(times, zone: zone), tolerance: .seconds(tolerance))
    } catch {
      throw ConfigurationError(.rule("judgement: schedules: \(error)"))
    }
    switch (try fields.string("person"), try fields.string("agent")) {
    case (nil, nil): holder = .everybody
    case (let mail?, nil): holder = .person(mail)
    case (nil, let agent?): holder = .agent(agent)
    case (_?, _?):
      throw ConfigurationError(
        .rule("The schedule “\(name)” names a person and an agent. Give one of them, or neither."))
    }
  }

  /// Of accounts that there are or ever were; `nil` if the directory has nobody of that name.
  func resolved(in directory: DirectorySnapshot) -> DeclaredSchedule? {
    var schedule = declared
    switch holder {
    case .everybody: return schedule
    case .person(let mail):
      let folded = DirectoryText.folded(mail)
      guard let one = directory.contents.people.last(where: { DirectoryText.folded($0.mail) == folded })
      else { return nil }
      schedule.account = one.account
    case .agent(let name):
      let folded = DirectoryText.folded(name)
      guard let one = directory.contents.agents.last(where: { DirectoryText.folded($0.name) == folded })
      else { return nil }
      schedule.account = one.account
    }
    return schedule
  }
}
