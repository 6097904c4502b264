package import Ledger

/// What the account rests on, and what it could not see. How many records are unknown or unpriced is not
/// here: it stands in every ``Totals``.
package struct Coverage: Hashable, Sendable {
  /// What was read, by tool.
  package var sources: [SourceCoverage]
  /// Models without a price, with the tokens they used.
  package var unpriced: [UnpricedModel]
  /// Sessions of tool versions that are known to write fewer output tokens than were billed.
  package var outputUnderRecordedSessions: Int
  /// Sessions whose records end before their totals were written.
  package var totalsMissingSessions: Int
  /// Sessions of which only usage is known: no turns, edits or tool calls.
  package var usageOnlySessions: Int
  package var repositories: [RepositoryCoverage]
  /// For each token class, how many records say and how many do not.
  package var classes: [ClassCoverage]
  /// What the reader should know about how the records were captured, in sentences.
  package var notes: [String]

  package init(
    sources: [SourceCoverage] = [], unpriced: [UnpricedModel] = [], outputUnderRecordedSessions: Int = 0,
    totalsMissingSessions: Int = 0, usageOnlySessions: Int = 0, repositories: [RepositoryCoverage] = [],
    classes: [ClassCoverage] = [], notes: [String] = []
  ) {
    self.sources = sources
    self.unpriced = unpriced
    self.outputUnderRecordedSessions = outputUnderRecordedSessions
    self.totalsMissingSessions = totalsMissingSessions
    self.usageOnlySessions = usageOnlySessions
    self.repositories = repositories
    self.classes = classes
    self.notes = notes
  }
}

extension Coverage {
  /// With the models without a price, the token classes and the counts of flagged sessions that follow from these,
  /// where it does not say itself.
  func completed(cells: [RollupCell], sessions: [AccountSession]) -> Coverage {
    var coverage = self
    if unpriced.isEmpty {
      var models: [String?: Totals] = [:]
      // A cell is of one model, so that all of it has a price or none.
      for cell in cells where cell.totals.isUnpriced { models[cell.model, default: .zero] += cell.totals }
      coverage.unpriced = models.map { model, totals in
        UnpricedModel(
          model: model, records: totals.unpricedRecords, unitemisedRecords: totals.unitemisedRecords,
          counts: totals.counts)
      }.sorted { $0.records != $1.records ? $0.records > $1.records : ($0.model ?? "") < ($1.model ?? "") }
    }
    if classes.isEmpty { coverage.classes = TokenClass.allCases.map { Self.coverage(of: $0, in: cells) } }
    func count(_ flag: SessionFlags) -> Int { sessions.count { $0.flags.contains(flag) } }
    if outputUnderRecordedSessions == 0 { coverage.outputUnderRecordedSessions = count(.outputUnderRecorded) }
    if totalsMissingSessions == 0 { coverage.totalsMissingSessions = count(.totalsMissing) }
    if usageOnlySessions == 0 { coverage.usageOnlySessions = count(.usageOnly) }
    return coverage
  }
}

extension Coverage {
  /// The records of a cell are alike in what they state.
  private static func coverage(of tokenClass: TokenClass, in cells: [RollupCell]) -> ClassCoverage {
    var coverage = ClassCoverage(tokenClass: tokenClass, known: 0, unknown: 0)
    for cell in cells {
      if tokenClass.tokens(in: cell.totals.counts) == nil {
        coverage.unknown &+= cell.totals.records
      } else {
        coverage.known &+= cell.totals.records
      }
    }
    return coverage
  }
}

/// The files of one tool that were read.
package struct SourceCoverage: Hashable, Sendable {
  package var tool: Tool
  package var files: Int
  package var bytes: Int64
  /// Where they were found, as the person knows the place (`~/.claude/projects`).
  package var locations: [String]

  package init(tool: Tool, files: Int, bytes: Int64, locations: [String] = []) {
    self.tool = tool
    self.files = files
    self.bytes = bytes
    self.locations = locations
  }
}

/// A model that no price is known for.
package struct UnpricedModel: Hashable, Sendable {
  /// `nil` if the records do not name their model.
  package var model: String?
  package var records: Int64
  /// Beside `records`: what is known only from totals of the source.
  package var unitemisedRecords: Int64
  package var counts: TokenCounts

  package init(model: String?, records: Int64, unitemisedRecords: Int64 = 0, counts: TokenCounts) {
    self.model = model
    self.records = records
    self.unitemisedRecords = unitemisedRecords
    self.counts = counts
  }
}

/// One repository that sessions worked in.
package struct RepositoryCoverage: Hashable, Sendable {
  package enum Availability: String, Sendable, Hashable, CaseIterable {
    case found, missing, partial, denied
  }

  package var name: String
  package var availability: Availability
  /// Why it could not be used, in words; `nil` where it was found.
  package var reason: String?
  package var sessions: Int

  package init(name: String, availability: Availability, reason: String? = nil, sessions: Int = 0) {
    self.name = name
    self.availability = availability
    self.reason = reason
    self.sessions = sessions
  }
}

/// For one token class, how many of the itemised records say what they used of it, and how many do not.
package struct ClassCoverage: Hashable, Sendable {
  package var tokenClass: TokenClass
  package var known: Int64
  package var unknown: Int64

  package init(tokenClass: TokenClass, known: Int64, unknown: Int64) {
    self.tokenClass = tokenClass
    self.known = known
    self.unknown = unknown
  }
}

/// What could not be read of one source, or was read with a doubt, aggregated by kind.
package struct AccountDiagnostic: Hashable, Sendable {
  /// The file as the person knows it, or a name of the source.
  package var source: String
  package var kind: Diagnostic.Kind
  package var count: Int
  /// Line numbers from 1, the first few.
  package var lines: [Int]
  /// What was found, without any of its content.
  package var detail: String?

  package init(source: String, kind: Diagnostic.Kind, count: Int, lines: [Int] = [], detail: String? = nil) {
    self.source = source
    self.kind = kind
    self.count = count
    self.lines = lines
    self.detail = detail
  }
}
