package import Ledger

/// What files, or the answers of an API, say together: each day and model once, however often it is in them.
package struct BillImport: Sendable {
  package struct File: Sendable {
    package var name: String
    package var bytes: [UInt8]
    /// When the provider said so: the file's date, or when it was asked.
    package var takenAt: Instant
    /// For answers that do not show what they are of.
    package var report: BillReport?
    /// Of an API that was asked: the days asked for, in case the answer names none.
    package var asked: ClosedRange<CalendarDay>?

    package init(
      name: String, bytes: [UInt8], takenAt: Instant, report: BillReport? = nil,
      asked: ClosedRange<CalendarDay>? = nil
    ) {
      self.name = name
      self.bytes = bytes
      self.takenAt = takenAt
      self.report = report
      self.asked = asked
    }
  }

  package private(set) var days: [BillDay] = []
  package private(set) var lines: [BillLine] = []
  package private(set) var problems: [BillProblem] = []

  /// What of one report was read.
  package struct Reading: Sendable {
    package var report: BillReport
    package var days: Int
    package var first: CalendarDay
    package var last: CalendarDay
    package var unfinished: Int
  }

  package var readings: [Reading] {
    BillReport.allCases.compactMap { report in
      let own = days.filter { $0.report == report }
      guard let first = own.map(\.day).min(), let last = own.map(\.day).max() else { return nil }
      return Reading(
        report: report, days: own.count, first: first, last: last, unfinished: own.count { !$0.isWhole })
    }
  }

  /// - Parameter account: What the account at the provider is called here; empty where there is one.
  package init(_ files: [File], account: String = "") {
    var parts: [BillReport: Part] = [:]
    for file in files {
      var documents = BillDocuments(file.bytes, file: file.name, as: file.report)
      // Pages of one query lie together: what the others are of, those without anything in them are of as well.
      let sort = Set(documents.answers.map(\.report))
      for page in documents.empty {
        if sort.count == 1, let report = sort.first {
          documents.answers.append(BillDocuments.read(page, as: report, &documents.problems))
        } else {
          documents.problems.note(
            page.place, "Nothing is in it by which to know the report. Say it with --report NAME.")
        }
      }
      if documents.isUnknown {
        documents.problems.note("", "This is none of the reports that are known: \(BillDocuments.known).")
      }
      for var answer in documents.answers {
        // Buckets say themselves which days they are of.
        if let asked = file.asked, [.claudeCode, .copilot, .cursor].contains(answer.report) {
          for day in asked.lowerBound.days(through: asked.upperBound) { answer.cover(day) }
        }
        parts[answer.report, default: Part()].add(answer, takenAt: file.takenAt)
      }
      problems += documents.problems.all
    }
    for (report, part) in parts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let cut = part.cutDays
      if !cut.isEmpty {
        problems.append(
          BillProblem(
            file: report.title, place: "",
            reason: "The last answer says that there are more. Import them with it: what is here is not all."
          ))
      }
      for (day, isWhole) in part.days(of: report).sorted(by: { $0.key < $1.key }) {
        days.append(
          BillDay(
            report: report, account: account, day: day, takenAt: part.takenAt,
            isWhole: isWhole && !cut.contains(day) && !part.damaged.contains(day)))
      }
      lines += part.lines(account: account)
    }
  }

  /// All answers of one report.
  private struct Part {
    private var buckets: [BillStretch: [BillItem]] = [:]
    private var entries: [Key128: BillItem] = [:]
    private var covered: Set<BillStretch> = []
    private(set) var damaged: Set<CalendarDay> = []
    private var hasLast = false
    private var daysWithMore: Set<CalendarDay> = []
    private(set) var takenAt = Instant(milliseconds: .max)

    mutating func add(_ answer: BillAnswer, takenAt: Instant) {
      // Of several the earliest: a day is not called final too soon.
      self.takenAt = min(self.takenAt, takenAt)
      let days = Set(answer.covered.map(\.day))
      if answer.isDamaged { damaged.formUnion(days) }
      if answer.hasMore == true { daysWithMore.formUnion(days) } else { hasLast = true }
      covered.formUnion(answer.covered)
      var own: [BillStretch: [BillItem]] = [:]
      for item in answer.items {
        switch item.identity {
        case .bucket(let stretch): own[stretch, default: []].append(item)
        case .entry(let key): entries[key] = item
        }
      }
      for stretch in answer.covered { buckets[stretch] = own[stretch] }
    }

    /// The days of which a part may be in an answer that is not here.
    var cutDays: Set<CalendarDay> {
      guard !hasLast, !daysWithMore.isEmpty else { return [] }
      // Buckets are never divided among answers, so that only what comes behind the last is missing.
      return buckets.values.contains { !$0.isEmpty }
        ? Set([daysWithMore.max()].compactMap(\.self)) : daysWithMore
    }

    /// Whether each day is all there and, by when it was taken, final.
    func days(of report: BillReport) -> [CalendarDay: Bool] {
      Dictionary(grouping: covered, by: \.day).mapValues { stretches in
        let isAll =
          stretches.contains { $0.end - $0.start >= .days(1) }
          || stretches.reduce(Duration.zero) { $0 + ($1.end - $1.start) } >= .days(1)
        let end = stretches.first?.day.end ?? takenAt
        return isAll && end + report.settling <= takenAt
      }
    }

    /// By day, model and what else a line names; people are gone.
    func lines(account: String) -> [BillLine] {
      let wholeDays = Set(buckets.filter { $0.key.end - $0.key.start >= .days(1) }.map(\.key.day))
      let ofBuckets = buckets.filter { stretch, _ in
        // Of a day as a whole and its hours, the whole counts.
        stretch.end - stretch.start >= .days(1) || !wholeDays.contains(stretch.day)
      }.flatMap(\.value)
      var ranks: [CalendarDay: Int] = [:]
      for item in entries.values {
        ranks[item.line.day] = min(ranks[item.line.day] ?? .max, item.rank)
      }
      let ofEntries = entries.values.filter { $0.rank == ranks[$0.line.day] }
      var sums: [BillLine: BillFigures] = [:]
      for item in ofBuckets + ofEntries {
        var line = item.line
        line.account = account
        line.figures = BillFigures()
        sums[line, default: BillFigures()] += item.line.figures
      }
      return sums.map { line, figures in
        var line = line
        line.figures = figures
        return line
      }.sorted {
        ($0.day, $0.model ?? "", $0.workspace ?? "", $0.tier ?? "", $0.contextWindow ?? "")
          < ($1.day, $1.model ?? "", $1.workspace ?? "", $1.tier ?? "", $1.contextWindow ?? "")
      }
    }
  }
}
