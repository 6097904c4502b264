import Account
import ArgumentParser
import Charts
import ControlSQLite
import Foundation
import Ledger
import Surroundings
import Visibility

/// `assay visibility`: what the organisation decided about who sees what.
struct VisibilityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "visibility",
    abstract: "Who sees what: what your organisation decided.",
    discussion: """
      Everything is off unless it was switched on. Every decision is kept, with its purpose, and everybody reads it on \
      their page “What others see”. docs/visibility.md has the rules that no setting changes.

      EXAMPLES
        assay visibility show
        assay visibility reports --purpose 'planning of budgets with each team lead'
        assay visibility reports --off
        assay visibility floors --others 8 --managers 12
        assay visibility leaderboard --weeks 8
      """,
    subcommands: [Show.self, Reports.self, Floor.self, LeaderboardSwitch.self])

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show what is in force, and every decision.")

    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var control: ControlOptions

    func run() throws {
      let decisions = try control.open().visibilityDecisions()
      guard !json else {
        let items = decisions.map { decision in
          JSONValue.object([
            ("at", .string(decision.at.utc)),
            ("reports_purpose", .optional(decision.settings.reports?.purpose.text)),
            ("reports_since", .optional(decision.settings.reports?.since.description)),
            ("leaderboard_since", .optional(decision.settings.leaderboard?.since.description)),
            ("leaderboard_until", .optional(decision.settings.leaderboard?.until.description)),
            ("floor_others", .integer(Int64(decision.settings.floors.others))),
            ("floor_managers", .integer(Int64(decision.settings.floors.manager))),
          ])
        }
        return try StandardOutput.write(JSONValue.object([("decisions", .array(items))]).document)
      }
      var table = ListTable(headings: ["AT", "MANAGERS SEE REPORTS", "LEADERBOARD", "FLOORS", "PURPOSE"])
      table.rows = decisions.map { decision in
        [
          decision.at.local, decision.settings.reports.map { "from week \($0.since)" } ?? "no",
          decision.settings.leaderboard.map { "\($0.since) to \($0.until)" } ?? "no",
          "\(decision.settings.floors.others), managers \(decision.settings.floors.manager)",
          decision.settings.reports?.purpose.text ?? "–",
        ]
      }
      try StandardOutput.write(
        table.text(
          empty: "Nothing was ever switched on: each sees themself, everybody sees groups of five or more."))
    }
  }

  struct Reports: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Let direct managers see reports’ usage and linked outcomes, or no longer.",
      discussion: """
        From this week on; weeks before stay as they were. Findings are never among it. Everybody reads the purpose.

        EXAMPLES
          assay visibility reports --purpose 'planning of budgets with each team lead'
          assay visibility reports --off
        """)

    @Option(help: ArgumentHelp("What for, in so many words.", valueName: "text")) var purpose: String?
    @Flag(help: "Switch it off.") var off = false
    @OptionGroup var control: ControlOptions

    func validate() throws {
      guard off == (purpose == nil) else { throw ValidationError("Give --purpose TEXT, or --off.") }
    }

    func run() throws {
      let (store, now) = (try control.open(), Instant(Date()))
      var settings = try store.visibilitySettings()
      settings.reports = try purpose.map {
        VisibilitySettings.ReportsVisible(purpose: try Purpose($0), since: Week(containing: now))
      }
      try store.decide(VisibilityDecision(at: now, by: nil, settings: settings))
      try StandardOutput.write(
        off
          ? "Managers see groups only.\n"
          : "Direct managers see usage and linked outcomes of their reports, from week \(Week(containing: now)) on.\n"
      )
    }
  }

  struct Floor: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "floors", abstract: "Set how many active people a group must have to be shown.",
      discussion: """
        Never fewer than 5, and 10 for whoever manages the group. Weeks that are closed stay as they are.

        EXAMPLES
          assay visibility floors --others 8 --managers 12
        """)

    @Option(help: "To those who do not manage it.") var others: Int
    @Option(help: "To those who do.") var managers: Int
    @OptionGroup var control: ControlOptions

    func validate() throws {
      guard others >= Floors.least.others, managers >= Floors.least.manager, others <= 1000, managers <= 1000
      else {
        throw ValidationError(
          "At least \(Floors.least.others), and \(Floors.least.manager) for managers; at most 1000.")
      }
    }

    func run() throws {
      let (store, now) = (try control.open(), Instant(Date()))
      var settings = try store.visibilitySettings()
      settings.floors = Floors(others: others, manager: managers)
      try store.decide(VisibilityDecision(at: now, by: nil, settings: settings))
      try StandardOutput.write(
        "Groups are shown from \(settings.floors.others) active people on, from \(settings.floors.manager) to whoever manages them.\n"
      )
    }
  }

  struct LeaderboardSwitch: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "leaderboard", abstract: "Switch a token leaderboard on for a time, or off.",
      discussion: """
        Each sees their own place, and a direct manager that of each report; there is no list. What it does to use is \
        shown above it. Think twice: where tokens were ranked, people burned tokens (docs/visibility.md).

        EXAMPLES
          assay visibility leaderboard --weeks 8
          assay visibility leaderboard --off
        """)

    @Option(help: ArgumentHelp("For how many weeks, this one included.", valueName: "count")) var weeks: Int?
    @Flag(help: "Switch it off.") var off = false
    @OptionGroup var control: ControlOptions

    func validate() throws {
      guard off == (weeks == nil) else { throw ValidationError("Give --weeks COUNT, or --off.") }
      guard weeks.map({ (1...VisibilitySettings.Leaderboard.longest).contains($0) }) ?? true else {
        throw ValidationError("From 1 to \(VisibilitySettings.Leaderboard.longest) weeks.")
      }
    }

    func run() throws {
      let (store, now) = (try control.open(), Instant(Date()))
      var settings = try store.visibilitySettings()
      settings.leaderboard = weeks.map { weeks in
        VisibilitySettings.Leaderboard(
          since: Week(containing: now), until: Week(containing: now + .days(Int64(7 * (weeks - 1)))))
      }
      try store.decide(VisibilityDecision(at: now, by: nil, settings: settings))
      try StandardOutput.write(
        settings.leaderboard.map {
          "There is a token leaderboard from week \($0.since) to \($0.until): each sees their own place.\n"
        } ?? "There is no token leaderboard.\n")
    }
  }
}
