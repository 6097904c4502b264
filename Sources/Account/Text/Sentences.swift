import Charts
package import Ledger

/// What a report says in words. The same sentences stand in the terminal and on the page.
extension Account {
  /// `$412.36 over 31 days bought: 61 % held, 12 % fresh, …`
  package var headline: String {
    guard totals.records > 0 else {
      return totals.notBilledRecords > 0
        ? "No model call in this period, only \(Figures.counted(totals.notBilledRecords, "record")) not billed."
        : period.since == nil && period.until == nil
          ? "No use of AI tools was found." : "No use of AI tools was found in this period."
    }
    let basis = ShareBasis(totals)
    let parts = sharesByState.filter { $0.weight > 0 }.map {
      "\($0.text)\(Figures.joint)\($0.state.rawValue)"
    }
    let days = days.map { $0.upperBound.number - $0.lowerBound.number + 1 } ?? 1
    let over = "over \(Figures.counted(days, "day"))"
    switch basis {
    case .cost: return "\(costText) \(over) bought: \(parts.joined(separator: ", "))."
    case .records:
      let calls = Figures.counted(totals.records, "model call")
      let why = totals.cost == nil ? "none of them priced" : "none of which cost anything"
      return "\(calls) \(over), \(why): \(parts.joined(separator: ", "))."
    }
  }

  /// The whole cost; `at least` where some records have none.
  package var costText: String {
    guard let cost = totals.knownCost else { return "An unknown amount" }
    let isPartial = totals.unknownRecords > 0 || !coverage.unpriced.isEmpty
    return isPartial ? "At least \(cost.text)" : cost.text
  }

  /// `covers 98 % of 12,345 model calls`: those that are known and priced.
  package var coveredText: String {
    let covered = totals.records &- totals.unknownRecords &- totals.unpricedRecords
    let share = Shares.text(Swift.max(0, covered), of: totals.records)
    return "\(share) of \(Figures.counted(totals.records, "model call")) known and priced"
  }

  /// Each state's share of the whole, in percentages that add up to 100.
  var sharesByState: [(state: OutcomeState, weight: Int64, text: String)] {
    let basis = ShareBasis(totals)
    let weights = states.map { basis.weight($0.totals) }
    let total = weights.reduce(0, &+)
    return zip(states, zip(weights, Shares.percentages(weights))).map { state, part in
      (state.state, part.0, Shares.text(part.1, weight: part.0, of: total))
    }
  }

  /// `21 Oct – 20 Nov 2026`
  package var periodText: String {
    guard let days else { return "no use yet" }
    let (first, last) = (days.lowerBound, days.upperBound)
    if first == last { return first.long }
    let sameYear = first.yearMonthDay.year == last.yearMonthDay.year
    return "\(sameYear ? first.short : first.long) – \(last.long)"
  }

  /// `input 1.2 M · cache read 45.6 M · … · output 3.4 M, of which reasoning 0.4 M`
  package var tokensText: String { totals.classesText }

  /// What the figures rest on and what they lack, a sentence each.
  package var coverageSentences: [String] {
    var sentences = [sourcesSentence]
    if totals.unknownRecords > 0 {
      sentences.append(
        "\(Figures.counted(totals.unknownRecords, "record")) of unknown usage: counted as a call, in no other figure."
      )
    }
    for model in coverage.unpriced {
      let classes = TokenClass.billed.compactMap { tokenClass -> String? in
        guard let tokens = tokenClass.tokens(in: model.counts), tokens > 0 else { return nil }
        return "\(Figures.tokens(tokens)) \(tokenClass.label)"
      }
      let tokens = classes.isEmpty ? "unknown tokens" : classes.joined(separator: ", ") + " tokens"
      let records = [
        model.records > 0 ? Figures.counted(model.records, "record") : nil,
        model.unitemisedRecords > 0 ? "\(Figures.grouped(model.unitemisedRecords)) unitemised" : nil,
      ].compactMap(\.self)
      sentences.append(
        "Unpriced: \(([model.model ?? "a model without a name"] + records + [tokens]).joined(separator: ", "))."
      )
    }
    if totals.unitemisedRecords > 0 {
      sentences.append(
        "\(Figures.counted(totals.unitemisedRecords, "record")) known only from a tool's own totals, not call by call."
      )
    }
    if totals.notBilledRecords > 0 {
      sentences.append(
        "\(Figures.counted(totals.notBilledRecords, "error or made-up message", "errors and made-up messages")) cost nothing."
      )
    }
    sentences += classSentences
    sentences += sessionSentences + repositorySentences + coverage.notes
    return sentences
  }

  private var sourcesSentence: String {
    guard !coverage.sources.isEmpty else { return "\(Figures.counted(totals.records, "record")) read." }
    let files = coverage.sources.reduce(0) { $0 + $1.files }
    let bytes = coverage.sources.reduce(Int64(0)) { $0 &+ $1.bytes }
    let tools = coverage.sources.map(\.tool.displayName).joined(separator: ", ")
    return
      "\(Figures.counted(totals.records, "record")) from \(Figures.counted(files, "file")) (\(Figures.bytes(bytes))) of \(tools)."
  }

  /// Classes that more records are silent about than are unknown altogether.
  private var classSentences: [String] {
    var classes: [(known: Int64, unknown: Int64, labels: [String])] = []
    for gap in coverage.classes where gap.unknown > totals.unknownRecords && gap.tokenClass != .reasoning {
      if let index = classes.firstIndex(where: { $0.known == gap.known && $0.unknown == gap.unknown }) {
        classes[index].labels.append(gap.tokenClass.label)
      } else {
        classes.append((gap.known, gap.unknown, [gap.tokenClass.label]))
      }
    }
    return classes.map { known, unknown, labels in
      let share = Shares.text(known, of: known &+ unknown)
      return "\(labels.joined(separator: ", ").capitalisedFirst) tokens are known for \(share) of records."
    }
  }

  private var sessionSentences: [String] {
    var sentences: [String] = []
    if coverage.outputUnderRecordedSessions > 0 {
      let sessions = Figures.counted(coverage.outputUnderRecordedSessions, "session")
      sentences.append("\(sessions) of a tool version that writes fewer output tokens than were billed.")
    }
    if coverage.totalsMissingSessions > 0 {
      let sessions = Figures.counted(coverage.totalsMissingSessions, "session")
      sentences.append("\(sessions) whose records end before their totals: killed, or still running.")
    }
    if coverage.usageOnlySessions > 0 {
      let sessions = Figures.counted(coverage.usageOnlySessions, "session")
      sentences.append("\(sessions) of which only usage is recorded, so that nothing can be linked to them.")
    }
    return sentences
  }

  /// One sentence for a repository or two that could not be used; more of a kind are told together.
  private var repositorySentences: [String] {
    RepositoryCoverage.Availability.allCases.filter { $0 != .found }.flatMap { availability -> [String] in
      let gaps = coverage.repositories.filter { $0.availability == availability }
      guard gaps.count > 2 else {
        return gaps.map { gap in
          let reason = gap.reason.map { " (\($0))" } ?? ""
          let sessions = Figures.counted(gap.sessions, "session")
          return "Repository \(gap.shortName) \(availability.words)\(reason): "
            + (availability == .partial
              ? "what was not found there counts as unknown, for \(sessions)."
              : "what \(sessions) bought there is unknown.")
        }
      }
      let sessions = gaps.reduce(0) { $0 + $1.sessions }
      let names = gaps.sorted { $0.sessions > $1.sessions }.prefix(4).map(\.shortName)
      let more = gaps.count > names.count ? " and \(gaps.count - names.count) more" : ""
      return [
        "\(gaps.count) repositories \(availability.pluralWords), so that what "
          + "\(Figures.counted(sessions, "session")) bought there is unknown: \(names.joined(separator: ", "))\(more)."
      ]
    }
  }

  /// What could not be read, by kind.
  package var diagnosticSentences: [String] {
    Diagnostic.Kind.allCases.compactMap { kind in
      let found = diagnostics.filter { $0.kind == kind }
      guard !found.isEmpty else { return nil }
      let count = found.reduce(0) { $0 + $1.count }
      let sources = Set(found.map(\.source)).count
      return "\(Figures.grouped(count)) × \(kind.words), in \(Figures.counted(sources, "file"))."
    }
  }

  /// What to do next: at most two repairs, then where to look.
  ///
  /// - Parameters:
  ///   - command: What the user calls the program by.
  ///   - sources: The options behind which other commands find the same sessions.
  package func hints(command: String = "assay", sources: String = "") -> [String] {
    guard totals.records > 0 else {
      return ["\(command) doctor says where Assay looked; \(command) demo shows a sample."]
    }
    var repairs: [String] = []
    if coverage.repositories.contains(where: { $0.availability == .missing }) {
      repairs.append("\(command) report --repos DIR reads repositories that have moved.")
    }
    if !coverage.unpriced.isEmpty {
      repairs.append("\(command) prices --help says how to price a model.")
    }
    let basis = ShareBasis(totals)
    let dearest = sessions.max { basis.weight($0.totals) < basis.weight($1.totals) }
    guard let dearest, basis.weight(dearest.totals) > 0 else { return Array(repairs.prefix(2)) }
    return repairs.prefix(2) + [
      "\(command) explain \(dearest.session.name)\(sources) shows the session that cost most."
    ]
  }
}

extension String {
  var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}

extension OutcomeState {
  /// What the state means, in a line.
  package var meaning: String {
    switch self {
    case .held: "landed, and stood for the hold window"
    case .fresh: "landed; the hold window is still open"
    case .reverted: "landed, and was undone inside the hold window"
    case .open: "not landed yet: on a branch, in an open pull request, or recent"
    case .explored: "a person worked with it; it left no artefact"
    case .unexplained: "no outcome was found, and the records are complete"
    case .unknown: "the records do not suffice to say"
    }
  }
}

extension RepositoryCoverage {
  /// The last component, where the name is a path.
  var shortName: String { name.split(separator: "/").last.map(String.init) ?? name }
}

extension RepositoryCoverage.Availability {
  var words: String {
    switch self {
    case .found: "was found"
    case .missing: "was not found"
    case .partial: "is an incomplete clone"
    case .denied: "may not be read"
    }
  }

  var pluralWords: String {
    switch self {
    case .found: "were found"
    case .missing: "were not found"
    case .partial: "are incomplete clones"
    case .denied: "may not be read"
    }
  }
}

extension Diagnostic.Kind {
  var words: String {
    switch self {
    case .brokenLine: "a broken line, skipped"
    case .incompleteLine: "a last line without an end, looked at again next time"
    case .invalidUTF8: "bytes that are not UTF-8, replaced"
    case .lineTooLong: "a line beyond the limit, skipped"
    case .unknownRecord: "a record of an unknown type, skipped"
    case .usageMissing: "a record without its usage, counted as unknown"
    case .impossibleCount: "an impossible token count, counted as unknown"
    case .doubtfulTime: "a doubtful time"
    case .unreadableFile: "a file that could not be read"
    case .rewrittenFile: "a file that was rewritten, read anew"
    }
  }
}
