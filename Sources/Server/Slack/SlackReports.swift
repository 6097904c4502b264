import Account
import Charts
import ControlSQLite
import Digest
import Directory
import Journal
import Ledger
import Slack
import Targets
import Visibility

/// Figures and runs in words for Slack: for one person, from the same readings as their pages, under the same policy.
struct SlackReports: Sendable {
  let control: ControlStore
  let journal: any JournalStore
  let sight: Sight
  let digests: DigestReading
  let target: TargetReading
  let links: SlackPageLinks

  // MARK: Their team

  func digest(for somebody: SlackPeople.Somebody, at now: Instant) throws -> SlackText {
    try told {
      let context = AssayContext(caller: somebody.caller, asked: now)
      guard let team = try team(of: somebody, context, .digest) else { return Self.noTeam }
      guard try !control.frozenWeeks().isEmpty else { return SlackText(WeekWords.noneClosed) }
      let digest = try digests.digest(ofTeam: team.id, week: nil, context)
      var parts = [
        Self.strong(digest.title), Self.lines(digest.outcomeSentences), SlackText(digest.useSentence),
        Self.strong("In the team’s own words"), Self.lines(digest.wordSentences),
      ]
      parts += digest.quotes.flatMap { [SlackText(quoting: $0.text), SlackText($0.about)] }
      return SlackText.joined(
        parts + [links.link("\(DigestPages.address)/\(team.id)/\(digest.week)")], by: "\n\n")
    }
  }

  /// What the team's use cost in the latest settled week of which that is shown, by what came of it: parts that add
  /// up to it.
  func team(for somebody: SlackPeople.Somebody, at now: Instant) throws -> SlackText {
    try told {
      let context = AssayContext(caller: somebody.caller, asked: now)
      guard let team = try team(of: somebody, context, .groupCells) else { return Self.noTeam }
      let (settled, cell) = (try control.frozenWeeks().filter(\.isSettled), Cell(.team(team.id)))
      // A week in which nobody of it used anything says nothing of what its use led to.
      guard let week = settled.last(where: { $0.split(of: cell) != nil }) ?? settled.last else {
        return SlackText(
          ours: "No week has been settled yet: what came of a week is told four weeks after it.")
      }
      let title = Self.strong("\(team.name), week \(week.week)")
      guard let parts = week.split(of: cell)?.split.parts else {
        return SlackText.joined([title, SlackText(FrozenWeek.whyMissing)], by: "\n")
      }
      let sum = parts.reduce(Int64(0)) { $0 + $1.weight }
      let rows =
        parts.map { [$0.label, NanoDollars($0.weight).text] } + [["all of it", NanoDollars(sum).text]]
      return SlackText.joined(
        [
          title, SlackText(ours: "What its use cost at list price, by what came of it:"),
          SlackTable([.init("What came of it"), .init("Cost", .trailing)], rows: rows).text,
          SlackText(ours: "That no outcome was found is no judgement."), links.link("/groups"),
        ], by: "\n")
    }
  }

  private static let noTeam = SlackText(ours: "You are in no team here, so there is nothing of one to show.")

  /// - Throws: ``ProblemDetails`` if the policy says no, before it is said whether there is a team.
  private func team(
    of somebody: SlackPeople.Somebody, _ context: AssayContext, _ page: Page
  ) throws -> Team? {
    _ = try sight.ask(page, on: .group(isManagedByViewer: false), context)
    let people = try control.snapshot()
    let id = people.team(of: somebody.account, at: context.asked)
    return people.contents.teams.first { $0.id == id }
  }

  // MARK: The organisation

  /// Never how far it is reached without what it does.
  func adoption(for somebody: SlackPeople.Somebody, at now: Instant) throws -> SlackText {
    try told {
      let context = AssayContext(caller: somebody.caller, asked: now)
      _ = try sight.ask(.adoptionTarget, on: .organisation, context)
      guard let shown = try target.shown() else { return SlackText(TargetReading.none) }
      let words = TargetWords(shown)
      return SlackText.joined(
        [
          Self.strong(shown.view.target.name), SlackText("\(words.goal). \(words.standing)"),
          Self.strong("What the target does"), SlackText(words.behaviour),
          Self.table(TargetWords.daysColumns, words.days), Self.table(TargetWords.spendColumns, words.spend),
          SlackText(TargetBehaviourWords.caution), links.link(TargetPages.address),
        ], by: "\n\n")
    }
  }

  // MARK: Their agents

  func runs(of somebody: SlackPeople.Somebody, most: Int, at now: Instant) throws -> SlackText {
    try told {
      let account = try sight.own(.runs, AssayContext(caller: somebody.caller, asked: now)).account
      let runs = try journal.runs(of: RunFilter(account: account), limit: most)
      guard !runs.isEmpty else { return SlackText(ours: "No agent has done anything for you yet.") }
      return SlackText.joined(try runs.map(line), by: "\n")
    }
  }

  private func line(_ run: Run) throws -> SlackText {
    let spend = try journal.spend(.run(run.id), since: nil)
    let cost = spend.calls > 0 && spend.calls == spend.unpriced ? "cost unknown" : spend.cost.text
    let outcomes = try journal.outcomes(of: run.id).map { "\($0.kind) \($0.state.title)" }
    let words = [run.status.title, cost] + outcomes
    return SlackText(ours: "*") + SlackText(SlackLabel(run.agent, most: 80).text) + SlackText(ours: "* ")
      + SlackText(run.begun) + SlackText(": \(words.joined(separator: ", ")). ")
      + links.link(RunPages.address(of: run.id))
  }

  // MARK: Words

  /// The policy's own.
  private func told(_ ask: () throws -> SlackText) throws -> SlackText {
    do {
      return try ask()
    } catch let problem as ProblemDetails {
      return SlackText(problem.detail ?? problem.title)
    }
  }

  private static func strong(_ text: String) -> SlackText {
    SlackText(ours: "*") + SlackText(SlackLabel(text, most: 200).text) + SlackText(ours: "*")
  }

  private static func lines(_ lines: [String]) -> SlackText {
    SlackText.joined(lines.map { SlackText($0) }, by: "\n")
  }

  private static func table(_ columns: [String], _ rows: [[String]]) -> SlackText {
    SlackTable(
      columns.enumerated().map { SlackTable.Column($0.element, $0.offset == 0 ? .leading : .trailing) },
      rows: rows
    ).text
  }
}
