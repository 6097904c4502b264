import Arena
import ArgumentParser
import Charts
import Foundation
import Judgement
import Ledger
import Surroundings

struct ArenaScoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Judge simulated organisations and compare with the truth.",
    discussion: """
      Recall, false findings, precision at several prevalences, average precision, calibration and delay, kind by kind; \
      beside them what simpler detectors find when they may be wrong as rarely.
      """)

  @OptionGroup var options: ArenaOptions

  @Option(
    help: ArgumentHelp(
      "How the judge errs, as fitting wrote it beside the policy; to try estimates of groups. Default: the built-in one’s.",
      valueName: "file"))
  var errors: String?

  @Flag(help: "Print JSON.")
  var json = false

  @Option(help: ArgumentHelp("Write a page with the tables and pictures.", valueName: "file"))
  var page: String?

  @Option(help: ArgumentHelp("Write what other detectors would look at, a row a session.", valueName: "file"))
  var features: String?

  func run() async throws {
    let readings = try await options.readings(wantsFeatures: true)
    guard let start = readings.first?.truth.organisation.start else { return }
    let policy = try options.policy()
    let people = readings.flatMap { $0.judged(by: Judge(policy: policy)) }
    let card = ScoreCard(
      judge: policy.version, of: people, from: start, fitted: options.fitted, prior: options.prior)
    let rows = readings.flatMap(\.features)
    let baselines = Baseline.allCases.map { baseline in
      BaselineScore(
        baseline, rows: rows, people: people, from: start, fitted: options.fitted, prior: options.prior)
    }
    let known = try errors.map { path in
      try JSONDecoder().decode(PrevalenceErrors.self, from: Data(contentsOf: URL(filePath: path)))
    }
    let groups = try (known ?? PrevalenceErrors.builtIn(for: policy)).map {
      GroupTrials(of: people, fitted: options.fitted, policy: policy, errors: $0, groups: 500)
    }
    let sheet = ScoreSheet(
      card: card, groups: groups, baselines: baselines, problems: readings.reduce(0) { $0 + $1.problems })
    if let features { try OutputFile.write(Self.encoded(rows), to: features) }
    if let page {
      let frame = PageFrame(title: "Arena", style: .inline)
      try OutputFile.write(frame.document(sheet.content.html()), to: page)
    }
    try StandardOutput.write(json ? Self.encoded(sheet) : sheet.text)
  }

  private static func encoded(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }
}

/// A simpler detector's card, its line drawn on the kinds that weights are fitted on.
struct BaselineScore: Encodable {
  var baseline: Baseline
  var line: Double
  var card: ScoreCard

  init(
    _ baseline: Baseline, rows: [SessionFeatures], people: [JudgedPerson], from start: Instant,
    fitted: Set<PersonKind>, prior: Double
  ) {
    self.baseline = baseline
    let scores = Dictionary(
      rows.map { ($0.session, baseline.score($0)) }, uniquingKeysWith: { first, _ in first })
    func scored(above line: Double?) -> [JudgedPerson] {
      people.map { person in
        var person = person
        for index in person.sessions.indices {
          let score = scores[person.sessions[index].name] ?? 0
          person.sessions[index].bits = score
          person.sessions[index].isFinding = line.map { score >= $0 } ?? true
        }
        return person
      }
    }
    let open = scored(above: nil).filter { fitted.contains($0.kind) }
    let steps = Set(open.flatMap(\.sessions).map(\.bits)).sorted()
    // Thinned, because every step goes through everybody; above all there is nothing to find.
    let thinned = stride(from: 0, to: steps.count, by: max(1, steps.count / 400)).map { steps[$0] }
    let found = FindingLine(open, from: start, steps: thinned + [(steps.last ?? 0) + 1])
    line = found.bits
    card = ScoreCard(
      judge: baseline.title, of: scored(above: found.bits), from: start, fitted: fitted, prior: prior)
  }
}
