import ArgumentParser
import Charts
import Foundation
import Ledger
import LedgerSQLite
import Reconciliation
import Surroundings

/// `assay reconcile import`: takes a provider's figures from files.
struct ReconcileImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Takes in what a provider reports, from files.",
    discussion: """
      Answers of the APIs as JSON, one or many in a file, and Cursor's CSV. What a file is, it shows itself. Give all \
      pages of one query together. A day that was taken in before is replaced; nothing is added twice. People in a \
      report are added up and not kept.

      EXAMPLES
        assay reconcile import page-1.json page-2.json
        assay reconcile import usage-events.csv
        assay reconcile import --account emea usage.json

      EXIT STATUS
        0   all of it was read
        1   nothing was taken in
        2   taken in, but something could not be read; the messages say what and where
      """)

  @Argument(help: ArgumentHelp("The files.", valueName: "file")) var files: [String]
  @Option(help: "Which report it is, for answers in which nothing shows it.")
  var report: BillReport?
  @Option(help: "Which of several accounts at the provider it is of.") var account = ""
  @OptionGroup var options: BillLedgerOptions

  private static let mostBytes = 256 << 20

  func run() throws {
    guard !files.isEmpty else { throw ValidationError("Give at least one file.") }
    let found = BillImport(try files.map(file), account: account)
    try found.store(in: options.open(), account: account)
  }

  private func file(_ given: String) throws -> BillImport.File {
    let path = GivenPath.absolute(given)
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
      let size = attributes[.size] as? Int
    else { throw CommandFailure("\(given) cannot be read. Check the path and its permissions.") }
    guard size <= Self.mostBytes else {
      throw CommandFailure("\(given) is larger than 256 MB. Import fewer days at a time.")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure("\(given) cannot be read. Check its permissions.")
    }
    let modified = (attributes[.modificationDate] as? Date).map { Instant($0) } ?? Instant(Date())
    return BillImport.File(
      name: given, bytes: Array(data), takenAt: min(modified, Instant(Date())), report: report)
  }
}

extension BillImport {
  /// Stores what was read, and says what it was.
  ///
  /// - Throws: `ExitCode` if something could not be read.
  func store(in ledger: SQLiteLedger, account: String) throws {
    for problem in problems {
      FileHandle.standardError.write(Data((Display.safe(problem.description) + "\n").utf8))
    }
    guard let first = days.map(\.day).min(), let last = days.map(\.day).max() else {
      FileHandle.standardError.write(Data("Nothing was taken in.\n".utf8))
      throw ExitCode(1)
    }
    let before = try ledger.bills(in: first...last)
    try ledger.replaceBills(days, lines: lines)
    var text = ""
    for reading in readings {
      let time = reading.first == reading.last ? "\(reading.first)" : "\(reading.first) to \(reading.last)"
      text += "\(reading.report.title): \(Figures.counted(reading.days, "day")), \(time)"
      text +=
        reading.unfinished == 0
        ? ".\n"
        : "; of \(Figures.counted(reading.unfinished, "day")) the figures are not whole, or may still grow.\n"
    }
    let shrunk = Self.shrunk(before.lines, lines, days: days, account: account)
    if !shrunk.isEmpty {
      text +=
        "Less than was taken in before: \(shrunk.joined(separator: ", ")). If an older export took the place of a newer, import the newer again.\n"
    }
    try StandardOutput.write(text)
    if !problems.isEmpty { throw ExitCode(2) }
  }

  /// Days of which the provider reported more before.
  private static func shrunk(
    _ before: [BillLine], _ after: [BillLine], days: [BillDay], account: String
  ) -> [String] {
    func sums(_ lines: [BillLine]) -> [BillReport: [CalendarDay: BillFigures]] {
      var sums: [BillReport: [CalendarDay: BillFigures]] = [:]
      for line in lines where line.account == account {
        sums[line.report, default: [:]][line.day, default: BillFigures()] += line.figures
      }
      return sums
    }
    let (old, new) = (sums(before), sums(after))
    return days.filter { day in
      guard let was = old[day.report]?[day.day] else { return false }
      let now = new[day.report]?[day.day] ?? BillFigures()
      return was.measures.contains { (was[$0] ?? 0) > (now[$0] ?? 0) }
    }.map { "\($0.report.rawValue) \($0.day)" }
  }
}
