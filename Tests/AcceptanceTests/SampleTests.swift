import Foundation
import TestCorpus
import Testing

@Suite("Samples through the command line", .disabled(if: Samples.isMissing))
struct SampleTests {
  private let assay: Command
  private let expected: Expected

  init() throws {
    assay = try Command()
    expected = try Expected.load()
    _ = try Samples.url("INDEX.csv")
    #expect(!expected.samples.isEmpty && !expected.lab.isEmpty)
  }

  private func expect(
    _ figures: Figures, _ wanted: Expected.Totals, _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expect(figures, wanted, name, notBilled: wanted.notBilled, sourceLocation: sourceLocation)
  }

  /// - Parameter notBilled: `nil` where the expected figures do not say whose they are.
  private func expect(
    _ figures: Figures, _ wanted: Expected.Totals, _ name: String, notBilled: Int64?,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    // Where totals of the source count, a class that no call states is known to be what they leave of it.
    let hasTotals = wanted.unitemised.numbers.contains { $0 > 0 }
    let billed = zip(wanted.billed, figures.classes).map { $0 ?? (hasTotals && $1 == 0 ? 0 : nil) }
    #expect(figures.classes == billed, "\(name)", sourceLocation: sourceLocation)
    #expect(figures.records == wanted.calls, "\(name): records", sourceLocation: sourceLocation)
    #expect(
      figures.unknown_records == wanted.unknownRecords, "\(name): unknown", sourceLocation: sourceLocation)
    if let notBilled {
      #expect(
        figures.not_billed_records == notBilled, "\(name): not billed", sourceLocation: sourceLocation)
    }
    // Copilot CLI itemises output only; the rest is of its totals, which the expected figures do not tell apart.
    guard wanted.requests == nil else { return }
    #expect(
      (figures.unitemised_records > 0) == hasTotals,
      "\(name): unitemised", sourceLocation: sourceLocation)
  }

  @Test("Every group of samples comes to its expected totals, in every class", arguments: Expected.groupNames)
  func group(name: String) throws {
    let group = try #require(expected.samples[name])
    let files = try group.files.keys.sorted().map { try Samples.url($0).path }
    let report = try assay.report(["--files"] + files)
    // The group's total does not tell calls from records; its files do.
    var total = group.total
    let requests = group.files.values.compactMap(\.requests)
    if !requests.isEmpty { total.requests = requests.reduce(0, +) }
    expect(report.totals, total, name)
    #expect(report.broken == [])
    // Again, with nothing new.
    let second = try assay.report(["--files"] + files)
    #expect(second.totals == report.totals)
  }

  @Test("Every file alone comes to its expected totals", arguments: Expected.groupNames)
  func file(name: String) throws {
    let group = try #require(expected.samples[name])
    for (file, wanted) in group.files.sorted(by: { $0.key < $1.key }) {
      let assay = try Command()
      let report = try assay.report("--files", Samples.url(file).path)
      expect(report.totals, wanted, file)
    }
  }

  @Test("Every lab run comes to its expected totals, session by session", arguments: Expected.runNames)
  func lab(name: String) throws {
    let run = try #require(expected.lab[name])
    let report = try assay.report("--home", Samples.url("lab/\(name)/home").path)
    expect(report.totals, run.home, name)
    #expect(report.broken == [])
    let sessions = Dictionary(
      report.sessions.map { ($0.id, $0.figures) }, uniquingKeysWith: { first, _ in first })
    for (id, wanted) in run.sessions {
      let found = try #require(sessions[id], "the session \(id) is missing")
      expect(found, wanted, "\(name), \(id)", notBilled: nil)
    }
    #expect(sessions.values.reduce(0) { $0 + $1.not_billed_records } == run.home.notBilled)
    for (id, figures) in sessions where run.sessions[id] == nil {
      #expect(figures.records == 0 && figures.not_billed_records >= 0, "\(id) has usage of no call")
    }
  }

  /// The provider's ledger = what the files hold + what they hold otherwise + what they do not hold at all.
  @Test(
    "What the provider billed is in the account, or in the list of what no file holds",
    arguments: Expected.runNames)
  func ledger(name: String) throws {
    let run = try #require(expected.lab[name])
    let ledger = try ProviderLedger(Samples.url("lab/\(name)/cap/ledger.jsonl"))
    #expect(ledger.calls.count == run.billed && run.billed == run.matched + run.missing.count)
    let names = Set(ledger.calls.compactMap(\.name))
    for missing in run.missing { #expect(names.contains(missing.id) && !missing.cause.isEmpty) }

    let report = try assay.report("--home", Samples.url("lab/\(name)/home").path)
    for (index, className) in Expected.Classes.names.prefix(5).enumerated() {
      let inFiles = (report.totals.classes[index] ?? 0) - (run.home.unitemised.numbers[index])
      let otherwise = run.differing.filter { $0.class == className }.reduce(0) { $0 + $1.ledger - $1.file }
      let missing = run.missing.reduce(0) { $0 + $1.classes.numbers[index] }
      #expect(inFiles + otherwise + missing == ledger.total[index], "\(name): \(className), call by call")
      #expect(
        (report.totals.classes[index] ?? 0) + run.gap.numbers[index] == ledger.total[index],
        "\(name): \(className), in all")
    }
  }

  @Test(
    "Every sample adds up, whatever it is grouped by",
    arguments: [
      "day", "week", "month", "session", "project", "tool", "model", "state", "window", "weekly-window",
    ])
  func sumLaw(grouping: String) throws {
    for home in Samples.labHomes {
      let assay = try Command()
      let report = try assay.report("--by", grouping, "--home", Samples.url(home).path)
      #expect(report.broken == [], "\(home)")
      #expect(report.totals.records == 0 || !report.groups.isEmpty)
    }
    let files = try Samples.folders.map { try Samples.url($0).path }
    let report = try assay.report(["--by", grouping, "--files"] + files)
    #expect(report.broken == [])
    #expect(report.totals.records > 700)
    for zone in ["Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Kiritimati"] {
      let zoned = try assay.report(["--by", grouping, "--timezone", zone, "--files"] + files)
      #expect(zoned.broken == [], "\(zone)")
      #expect(zoned.totals == report.totals, "\(zone)")
    }
  }
}
