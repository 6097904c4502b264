import Attribution
import Charts
package import Foundation
import Ledger

extension SessionExplanation {
  /// The session line by line, as a terminal shows it.
  package func text(_ options: TextOptions = TextOptions(), timeZone: TimeZone) -> String {
    let ink = Ink(isOn: options.usesColour)
    var clock = ZoneClock(timeZone)
    var lines = header(ink, timeZone, &clock)
    lines.append("")
    lines += Display.wrap(headline, to: options.width).map(ink.bold)
    if let reason = session.reason { lines += Display.wrap(Display.safe(reason), to: options.width) }
    lines += Display.wrap(
      "Tokens: " + totals.classesText, to: options.width, hanging: "        ")

    lines += ["", ink.bold("Turns") + ink.dim(turns.isEmpty ? "  none are recorded" : "")]
    var day: CivilDay?
    for turn in turns {
      let today = clock.day(of: turn.started)
      if today != day { lines.append(ink.dim("  \(today.weekdayName) \(today.long)")) }
      day = today
      lines += turnLines(turn, options, ink, &clock)
    }

    lines += ["", ink.bold("Commits") + ink.dim(outcomes.isEmpty ? "  none were found" : "")]
    for outcome in outcomes { lines += outcomeLines(outcome, options, ink, &clock) }
    if let survival = self.lines, survival.landed > 0 {
      lines += Display.wrap(survival.sentence, to: options.width, indent: "  ", hanging: "    ")
    }
    lines += judgementLines(options, ink)
    if !notes.isEmpty {
      lines += ["", ink.bold("What could not be seen")]
      lines += notes.flatMap {
        Display.wrap(Display.safe($0), to: options.width, indent: "  ", hanging: "    ")
      }
    }
    return Account.printable(lines)
  }

  private func header(_ ink: Ink, _ timeZone: TimeZone, _ clock: inout ZoneClock) -> [String] {
    let tool = session.tool?.displayName ?? "unknown tool"
    let project = session.project.map { " · \(Display.safe($0))" } ?? ""
    var first = ink.bold("Session \(Display.safe(session.name))") + "  " + ink.dim(tool + project)
    if session.isSidechain { first += ink.dim(" · run by another agent") }
    guard let started = session.started else { return [first] }
    var when = "\(clock.day(of: started).long) \(clock.clock(started))"
    if let ended = session.ended {
      let sameDay = clock.day(of: started) == clock.day(of: ended)
      when += " – \(sameDay ? "" : clock.day(of: ended).short + " ")\(clock.clock(ended))"
      when += " (\(Figures.duration(ended - started)))"
    }
    let turns = Figures.counted(Swift.max(session.turns, self.turns.count), "turn")
    return [first, ink.dim("\(when) · \(turns) · \(timeZone.identifier)")]
  }

  private var headline: String {
    let basis = ShareBasis(totals)
    let weights = states.map { basis.weight($0.totals) }
    let total = weights.reduce(0, &+)
    let parts = zip(states, zip(weights, Shares.percentages(weights))).filter { $1.0 > 0 }.map {
      state, share in
      Shares.text(share.1, weight: share.0, of: total) + Figures.joint + state.state.rawValue
    }
    let what =
      totals.knownCost.map(\.text) ?? Figures.counted(totals.records, "model call") + " without a price"
    return parts.isEmpty ? "\(what), \(state.rawValue)." : "\(what) bought: \(parts.joined(separator: ", "))."
  }

  private func turnLines(
    _ turn: TurnExplanation, _ options: TextOptions, _ ink: Ink, _ clock: inout ZoneClock
  ) -> [String] {
    let indent = String(repeating: " ", count: 13)
    let number = Display.pad(String(turn.number), to: 4, right: true)
    let cost = MoneyScale(fitting: [totals.knownCost]).text(turn.totals.knownCost)
    let start = "\(number)  \(clock.clock(turn.started))  "
    var lines = [
      start + Display.pad(turn.trigger.words, to: 8) + "  " + ink.bold(Display.pad(cost, to: 8, right: true))
    ]
    if Display.width(start) + 20 + Display.width(turn.actions) <= options.width {
      lines[0] += "  " + turn.actions
    } else {
      lines.append(indent + turn.actions)
    }
    let states = turn.states.filter { !$0.totals.isEmpty }
    if !states.isEmpty {
      let words = states.map { state in
        let tiers = state.tiers.map(\.tier.name).joined(separator: ", ")
        return ink.state(state.state, state.state.rawValue) + (tiers.isEmpty ? "" : " (\(tiers))")
      }
      let more = turn.commits.count > 3 ? " and \(turn.commits.count - 3) more" : ""
      let commits = turn.commits.prefix(3).map { " \($0.prefix(8))" }.joined()
      lines.append(
        "\(indent)→ \(words.joined(separator: ", "))\(commits.isEmpty ? "" : ",")\(commits)\(more)")
      if let link = turn.link {
        lines += Display.wrap(link.words.capitalisedFirst + ".", to: options.width, indent: indent)
      }
    }
    lines += Display.wrap(turn.totals.classesText, to: options.width, indent: indent).map(ink.dim)
    lines += turn.reasons.flatMap {
      Display.wrap(Display.safe($0), to: options.width, indent: indent, hanging: indent + "  ")
    }
    return lines
  }

  private func outcomeLines(
    _ outcome: OutcomeExplanation, _ options: TextOptions, _ ink: Ink, _ clock: inout ZoneClock
  ) -> [String] {
    let indent = String(repeating: " ", count: 12)
    let tier = outcome.tier.map { ", \($0.name)" } ?? ""
    let when = outcome.committed.map { "  \(clock.day(of: $0).long) \(clock.clock($0))" } ?? ""
    let place = outcome.repository.map { " in \(Display.safe($0))" } ?? ""
    var lines = ["  \(outcome.commit.prefix(8))  " + ink.state(outcome.state, outcome.state.rawValue) + tier]
    if !when.isEmpty || !place.isEmpty {
      let words = (when + place).split(separator: " ").joined(separator: " ").capitalisedFirst
      lines += Display.wrap(words, to: options.width, indent: indent).map(ink.dim)
    }
    var facts = [outcome.link.words.capitalisedFirst]
    if let matched = outcome.matchedLines {
      let whole = outcome.addedLines.map { " of the \(Figures.grouped($0)) it added" } ?? ""
      facts.append("\(Figures.counted(matched, "line"))\(whole) \(matched == 1 ? "comes" : "come") from here")
    }
    if let surviving = outcome.survivingLines {
      facts.append("\(Figures.grouped(surviving)) \(surviving == 1 ? "is" : "are") still there")
    }
    lines += Display.wrap(facts.joined(separator: "; ") + ".", to: options.width, indent: indent)
    lines += outcome.reasons.flatMap {
      Display.wrap(Display.safe($0), to: options.width, indent: indent, hanging: indent + "  ")
    }
    return lines
  }
}

extension TurnExplanation {
  /// `5 tool calls, 2 edits (+34 −2)`
  fileprivate var actions: String {
    var parts = toolCalls > 0 ? [Figures.counted(toolCalls, "tool call")] : []
    if edits > 0 {
      let lines = "(+\(Figures.grouped(linesAdded)) −\(Figures.grouped(linesRemoved)))"
      parts.append("\(Figures.counted(edits, "edit")) \(lines)")
    }
    return parts.isEmpty ? "no tool calls" : parts.joined(separator: ", ")
  }
}

extension Totals {
  /// The classes that anything is known or missing of, each by itself; never their sum.
  var classesText: String {
    if records == 0 { return "no model call" }
    if counts.isUnknown { return "usage unknown" }
    let parts = TokenClass.billed.filter { tokens($0) != 0 }.map { tokenClass in
      "\(tokenClass.label) \(Figures.tokens(tokens(tokenClass)))".replacing(" ", with: Figures.joint)
    }
    let reasoning = tokens(.reasoning).flatMap { $0 > 0 ? ", of which reasoning \(Figures.tokens($0))" : nil }
    return parts.isEmpty ? "no tokens" : parts.joined(separator: " · ") + (reasoning ?? "")
  }
}

extension LineSurvival {
  /// How many of the landed lines stood, as far as they are old enough to say.
  var sentence: String {
    var parts = ["\(Figures.counted(Int(landed), "line")) landed, \(aliveNow) still there"]
    if landed14Days > 0 { parts.append("after 14 days \(alive14Days) of \(landed14Days)") }
    if landed30Days > 0 { parts.append("after 30 days \(alive30Days) of \(landed30Days)") }
    return parts.joined(separator: "; ") + "."
  }
}
