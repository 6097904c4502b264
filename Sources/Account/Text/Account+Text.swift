import Charts
import Foundation
import Ledger

/// How a report is printed on a terminal.
package struct TextOptions: Sendable {
  /// Columns, 60 to 200.
  package var width: Int
  package var usesColour: Bool
  package var grouping: Grouping
  /// How many lines the table may have; the rest become one line. `nil` prints all.
  package var rowLimit: Int?
  /// What the user calls the program by.
  package var command = "assay"
  /// The options behind which other commands find the same sessions, with a space before each; empty for one's own.
  package var sources = ""

  /// - Parameter columns: those of the terminal; `nil` in a pipe, which gets 80.
  package init(
    columns: Int? = nil, usesColour: Bool = false, grouping: Grouping = .project, rowLimit: Int? = 40
  ) {
    width = Swift.min(Swift.max(columns ?? 80, 60), 200)
    self.usesColour = usesColour
    self.grouping = grouping
    self.rowLimit = rowLimit
  }
}

extension Account {
  /// The report as a terminal shows it.
  package func text(_ options: TextOptions = TextOptions()) -> String {
    let ink = Ink(isOn: options.usesColour)
    var lines = [ink.bold("Assay") + "  " + ink.dim("\(periodText) · \(timeZone.identifier)"), ""]
    lines += Display.wrap(headline, to: options.width).map(ink.bold)
    guard totals.records > 0 else {
      lines += unreadLines(options, ink) + hintLines(options, ink)
      return Self.printable(lines)
    }
    lines += [""] + stateLines(options, ink)
    lines += [""] + Display.wrap(tokensText, to: options.width, indent: "Tokens: ", hanging: "        ")
    lines += [""] + tableLines(options, ink)
    lines += ["", ink.bold("Coverage") + ink.dim("  \(coveredText)")]
    lines += coverageSentences.flatMap {
      Display.wrap(Display.safe($0), to: options.width, indent: "  ", hanging: "    ")
    }
    lines += unreadLines(options, ink) + hintLines(options, ink)
    return Self.printable(lines)
  }

  private func unreadLines(_ options: TextOptions, _ ink: Ink) -> [String] {
    let sentences = diagnosticSentences
    guard !sentences.isEmpty else { return [] }
    return ["", ink.bold("Could not be read") + ink.dim("  lines and files with --verbose")]
      + sentences.flatMap { Display.wrap($0, to: options.width, indent: "  ", hanging: "    ") }
  }

  /// Plain spaces where a page would have fixed ones.
  static func printable(_ lines: [String]) -> String {
    lines.map { String($0.map { $0 == "\u{A0}" ? " " : $0 }) + "\n" }.joined()
  }

  private func hintLines(_ options: TextOptions, _ ink: Ink) -> [String] {
    let hints = hints(command: options.command, sources: options.sources)
    guard !hints.isEmpty else { return [] }
    return [""]
      + hints.flatMap { Display.wrap(Display.safe($0), to: options.width, indent: "→ ", hanging: "  ") }.map(
        ink.dim)
  }

  private func stateLines(_ options: TextOptions, _ ink: Ink) -> [String] {
    let basis = ShareBasis(totals)
    let shares = sharesByState
    let scale = MoneyScale(fitting: states.map(\.totals.knownCost))
    let amounts = states.map {
      basis == .cost ? scale.text($0.totals.knownCost) : Figures.grouped($0.totals.records)
    }
    let amountWidth = amounts.map(Display.width).max() ?? 0
    let track = Swift.min(72, options.width - 2 - 11 - 2 - 6 - 2 - amountWidth)
    let largest = shares.map(\.weight).max() ?? 0
    var lines: [String] = []
    for (index, state) in states.enumerated() {
      let share = shares[index]
      let bar = Bar.text(share.weight, of: largest, columns: track, hatched: state.state == .unknown)
      let isNothing = state.totals.isEmpty
      let line =
        "  " + Display.pad(state.state.rawValue, to: 11) + " "
        + ink.state(state.state, Display.pad(bar, to: track))
        + Display.pad(share.text, to: 7, right: true) + "  "
        + Display.pad(amounts[index], to: amountWidth, right: true)
      lines.append(isNothing ? ink.dim(line) : line)
      lines += tierLines(state, options, ink)
    }
    return lines
  }

  /// `held` is always shown with how far it got.
  private func tierLines(_ state: StateTotals, _ options: TextOptions, _ ink: Ink) -> [String] {
    guard state.showsTiers else { return [] }
    let basis = ShareBasis(totals)
    let parts = state.tiers.reversed().map { tier in
      let amount =
        basis == .cost ? (tier.totals.knownCost ?? .zero).text : Figures.grouped(tier.totals.records)
      return "\(tier.tier.name)\(Figures.joint)\(amount)"
    }
    let indent = String(repeating: " ", count: 14)
    return Display.wrap(parts.joined(separator: " · "), to: options.width, indent: indent).map(ink.dim)
  }

  private func tableLines(_ options: TextOptions, _ ink: Ink) -> [String] {
    let groups = limited(groups(by: options.grouping), options)
    let table = GroupTable(account: self, groups: groups, options: options).table(ink)
    var (lines, omitted) = table.lines(width: options.width, ink: ink)
    omitted.removeAll { $0 == GroupTable.mixHeading }
    if !omitted.isEmpty {
      lines += Display.wrap(
        "Not shown at this width: \(omitted.joined(separator: ", ")); all are in --csv and --json.",
        to: options.width
      ).map(ink.dim)
    }
    if options.grouping == .window {
      lines += Display.wrap("--by weekly-window lists the weekly limit windows.", to: options.width).map(
        ink.dim)
    }
    return lines
  }

  /// The first groups by cost or the last by time, and the others as one.
  private func limited(_ groups: [AccountGroup], _ options: TextOptions) -> [AccountGroup] {
    guard let limit = options.rowLimit, groups.count > limit, limit > 1 else { return groups }
    let isChronological = options.grouping.isChronological
    let kept = isChronological ? groups.suffix(limit - 1) : groups.prefix(limit - 1)
    let others = isChronological ? groups.dropLast(limit - 1) : groups.dropFirst(limit - 1)
    var rest = AccountGroup(
      key: "", label: isChronological ? "\(others.count) earlier" : "\(others.count) others", totals: .zero,
      states: OutcomeState.allCases.map { StateTotals(state: $0) })
    for group in others {
      rest.totals += group.totals
      for index in rest.states.indices { rest.states[index].totals += group.states[index].totals }
    }
    return isChronological ? [rest] + kept : kept + [rest]
  }
}
