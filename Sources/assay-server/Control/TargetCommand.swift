import Account
import Charts
import ArgumentParser
import ControlSQLite
import Directory
import Foundation
import Ledger
import Server
import Surroundings

/// `assay target`: what share of people is to use AI every week.
struct TargetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "target",
    abstract: "An adoption target, and who is counted.",
    discussion: """
      How far a target is reached stands on the page /target, and what it does stands beside it. At most one is in \
      force; setting another ends it. Weeks that were counted before stay as they were counted. docs/targets.md says \
      who is counted and how.

      EXAMPLES
        assay target set 'AI every week' --share 80 --title Developer
        assay target list
        assay target end
      """,
    subcommands: [Set.self, List.self, End.self])

  struct Set: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Announce a target; one that is in force ends.",
      discussion: """
        Counted is everybody in the directory who works in the week, or whoever is in one of the teams, or has one of \
        the titles. Active is who asks an AI tool for something on so many days; agents and programs never count.

        EXAMPLES
          assay target set 'AI every week' --share 80 --title Developer
          assay target set 'Two days' --share 60 --days 2 --team payments
          assay target set 'All of us' --share 50 --everyone --announced 2026-03-02
          assay target set 'Twenty a week' --share 80 --everyone --least-requests 20
        """)

    @Argument(help: "What the target is called.") var name: String
    @Option(help: ArgumentHelp("Of a hundred people who are counted.", valueName: "percent")) var share: Int
    @Option(help: ArgumentHelp("On so many days of the week at least. Default: 1.", valueName: "count"))
    var days = 1
    @Option(
      help: ArgumentHelp("Count only whoever asks so often in the week as well.", valueName: "count"))
    var leastRequests: Int?
    @Option(
      help: ArgumentHelp(
        "Count only whoever uses so much in the week as well, at list price.", valueName: "dollars"))
    var leastDollars: Int?
    @Option(
      help: ArgumentHelp("Count only whoever uses so many tokens in the week as well.", valueName: "count"))
    var leastTokens: Int?
    @Flag(help: "Count everybody.") var everyone = false
    @Option(help: ArgumentHelp("Count whoever is in this team; may be repeated.", valueName: "name"))
    var team: [String] = []
    @Option(help: ArgumentHelp("Count whoever has this title; may be repeated.", valueName: "title"))
    var title: [String] = []
    @Option(
      help: ArgumentHelp("Since which day people have known of it (UTC). Default: now.", valueName: "day"))
    var announced: String?
    @OptionGroup var control: ControlOptions

    func validate() throws {
      let kinds = [everyone, !team.isEmpty, !title.isEmpty].count { $0 }
      guard kinds == 1 else { throw ValidationError("Give one of --everyone, --team and --title.") }
      guard [leastRequests, leastDollars, leastTokens].compactMap({ $0 }).count <= 1 else {
        throw ValidationError("Give one of --least-requests, --least-dollars and --least-tokens.")
      }
    }

    private var leastAmount: AdoptionTarget.LeastAmount? {
      leastRequests.map { AdoptionTarget.LeastAmount($0, .requests) }
        ?? leastDollars.map { AdoptionTarget.LeastAmount($0, .dollars) }
        ?? leastTokens.map { AdoptionTarget.LeastAmount($0, .tokens) }
    }

    func run() throws {
      let announced =
        try announced.map { try GivenTime.past($0, option: "--announced") } ?? Instant(Date())
      let store = try control.open()
      let snapshot = try store.snapshot()
      let eligibility: AdoptionTarget.Eligibility =
        if everyone {
          .everyone
        } else if team.isEmpty {
          .titles(Swift.Set(title))
        } else {
          .teams(Swift.Set(try team.map { try snapshot.team(named: $0).id }))
        }
      let former = try store.targets().last { $0.ended == nil }
      let target = try store.setTarget(
        AdoptionTarget(
          name: name, percent: share, announced: announced, eligibility: eligibility, leastDays: days,
          leastAmount: leastAmount))
      let ended = former.map { " “\($0.name)” has ended." } ?? ""
      try StandardOutput.write(
        Display.safe("“\(target.name)” is in force: \(target.sentence(NamedDirectory(snapshot))).\(ended)")
          + "\n"
      )
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List all targets there ever were.",
      discussion: """
        EXAMPLES
          assay target list
          assay target list --json
        """)

    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var control: ControlOptions

    func run() throws {
      let store = try control.open()
      let directory = NamedDirectory(try store.snapshot())
      let targets = try store.targets()
      guard !json else {
        let items = targets.map { target in
          JSONValue.object([
            ("id", .integer(target.id)), ("name", .string(target.name)),
            ("percent", .integer(Int64(target.percent))), ("least_days", .integer(Int64(target.leastDays))),
            (
              "least_amount",
              target.leastAmount.map { least in
                .object([("count", .integer(Int64(least.count))), ("unit", .string(least.unit.rawValue))])
              } ?? .null
            ),
            ("counted", .string(target.eligibility.words(directory))),
            ("announced", .string(target.announced.utc)), ("ended", .optional(target.ended?.utc)),
          ])
        }
        return try StandardOutput.write(JSONValue.object([("targets", .array(items))]).document)
      }
      var table = ListTable(headings: ["NAME", "SHARE", "DAYS", "AMOUNT", "COUNTED", "ANNOUNCED", "ENDED"])
      table.rows = targets.map { target in
        [
          target.name, "\(target.percent) %", "\(target.leastDays)", target.leastAmount?.words ?? "–",
          target.eligibility.words(directory),
          target.announced.local, target.ended?.local ?? "in force",
        ]
      }
      try StandardOutput.write(
        table.text(empty: "No target was ever set. assay target set NAME --share PERCENT sets one."))
    }
  }

  struct End: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "End the target that is in force; what was counted stays.",
      discussion: """
        EXAMPLES
          assay target end
        """)

    @OptionGroup var control: ControlOptions

    func run() throws {
      let target = try control.open().endTarget(at: Instant(Date()))
      try StandardOutput.write(Display.safe("“\(target.name)” has ended. No further week is counted.") + "\n")
    }
  }
}

extension AdoptionTarget {
  /// `80 % of Developer on at least 1 day of each week`.
  fileprivate func sentence(_ directory: NamedDirectory) -> String {
    "\(percent) % of \(eligibility.words(directory)) on at least \(Figures.counted(leastDays, "day")) of each week"
      + (leastAmount.map { ", with at least \($0.words) in it" } ?? "")
  }
}

extension AdoptionTarget.Eligibility {
  fileprivate func words(_ directory: NamedDirectory) -> String {
    switch self {
    case .everyone: "everybody"
    case .teams(let teams):
      "teams: " + teams.sorted().map { directory.team($0) ?? "\($0)" }.joined(separator: ", ")
    case .titles(let titles): "titles: " + titles.sorted().joined(separator: ", ")
    }
  }
}
