import Arena
import ArgumentParser
import Charts
import Foundation
import Judgement
import Ledger
import Statistics
import Surroundings

struct ArenaFitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fit the weights of evidence on simulated organisations, and write a policy file.",
    discussion: """
      A logistic regression in bits, penalised, in which evidence against a purpose weighs nothing or more and evidence \
      for one nothing or less. Whole kinds of people are held out. The line above which a session is a finding is drawn \
      so that honest people have one in at most one of 200 person-months, as an upper bound.

      Beside the policy, FILE.errors.json holds how its scores spread in both classes: what estimates of groups need.
      """)

  @OptionGroup var options: ArenaOptions

  @Option(
    help: ArgumentHelp("Where to write the policy.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var output: String

  @Option(help: "How strongly weights are drawn towards nothing.")
  var penalty = 0.5

  @Option(
    help: "Bits that no kind of evidence weighs more than: real people have habits that no simulated one has."
  )
  var most = 8.0

  @Option(help: "The name of the new policy.")
  var version = "2-fitted"

  func run() async throws {
    let readings = try await options.readings(wantsFeatures: false)
    guard let start = readings.first?.truth.organisation.start else { return }
    let old = try options.policy()
    let fitted = options.fitted
    func people(_ policy: EvidencePolicy) -> [JudgedPerson] {
      readings.flatMap { $0.judged(by: Judge(policy: policy), isOpen: true) }
        .filter { fitted.contains($0.kind) }
    }
    let directions = Dictionary(
      uniqueKeysWithValues: EvidenceKind.allCases.filter { $0 != .prior }.map { ($0.rawValue, $0.sign) })
    let fit = WeightFit(
      people(old), directions: directions, prior: options.prior, penalty: penalty, mostBits: most)

    var policy = old
    policy.version = version
    policy.source = source(readings)
    policy.weights = [.prior: fit.priorBits]
    for kind in EvidenceKind.allCases {
      if let bits = fit.bits[kind.rawValue] { policy.weights[kind] = bits }
    }
    // Of what hardly ever came up nothing was learnt: it weighs what it was reasoned to.
    let rates = EvidenceRates(people(old))
    let kept = EvidenceKind.allCases.filter { kind in
      kind != .prior
        && max(rates.performed[kind.rawValue] ?? 0, rates.other[kind.rawValue] ?? 0) < Self.leastSeen
    }
    let unlearnt = UnlearntWeights(people(old), reasoned: old, fittedPrior: fit.priorBits, most: most)
    for kind in kept { policy.weights[kind] = unlearnt.bits(of: kind) }
    policy.level(except: Set(kept))
    // Which sessions can be findings at all depends on the weights.
    let judged = people(policy)
    let line = FindingLine(
      judged, from: start, steps: Array(stride(from: Self.fewestBits, through: 40, by: 0.25)))
    policy.findingBits = line.bits
    policy.measuredError = EvidencePolicy.MeasuredError(
      measuredOn: "on simulated organisations that the weights were fitted on",
      honestPersonMonths: line.honestMonths,
      personMonthsWithFinding: line.falseMonths, upperBound: line.bound)
    try OutputFile.write(String(decoding: policy.json(), as: UTF8.self), to: output)
    try writeErrors(
      readings.flatMap { $0.judged(by: Judge(policy: policy)) }.filter { fitted.contains($0.kind) }, policy)
    try StandardOutput.write(
      """
      On simulated organisations: fitted on \(judged.count) people of \(Set(judged.map(\.kind)).count) kinds, \
      held out \(options.heldOut.defaultValueDescription).
      \(warning(judged))A finding needs \(line.bits) bits: \(line.falseMonths) of \(line.honestMonths) person-months have a false one, \
      with 95 % confidence no more than \(Self.percent(line.bound)) of them.
      \(fit.rounds.map { "The fit settled after \($0) rounds." } ?? "The fit did not settle.") Written to \(output).

      \(evidence(judged, policy).lines.joined(separator: "\n"))

      """)
  }

  /// Whatever the honest do, what is called a finding is likelier than not: four to one.
  private static let fewestBits = 2.0

  /// Share of sessions of either class below which a kind of evidence is not fitted.
  private static let leastSeen = 0.002

  /// A kind without a false finding shows one in 200 only after 598 person-months.
  private func warning(_ people: [JudgedPerson]) -> String {
    let months = Dictionary(grouping: people.filter { !$0.isBurner }, by: \.kind)
      .mapValues { $0.reduce(0) { $0 + Int($1.months.rounded()) } }
    guard let fewest = months.values.min(), BinomialBound.upper(0, of: fewest) > 1.0 / 200 else { return "" }
    return
      "Too few for what is asked: a kind with no false finding at all shows one in 200 only with 598 person-months, and \(fewest) are the fewest here.\n"
  }

  /// How often each kind of evidence is there, each kind of person counting the same.
  private func evidence(_ people: [JudgedPerson], _ policy: EvidencePolicy) -> DataTable {
    let rates = EvidenceRates(people)
    return DataTable(
      id: "evidence", caption: "Evidence",
      columns: [
        DataColumn("Evidence"), DataColumn("Bits", .number(unit: "", decimals: 2)),
        DataColumn("In purposeless sessions", .share, decimals: 1),
        DataColumn("In others", .share, decimals: 1),
      ],
      rows: EvidenceKind.allCases.filter { $0 != .prior }.map { kind in
        [
          .text(kind.rawValue), .number(policy.weight(of: kind)), .share(rates.performed[kind.rawValue] ?? 0),
          .share(rates.other[kind.rawValue] ?? 0),
        ]
      })
  }

  private func source(_ readings: [ArenaReading]) -> String {
    let seeds = readings.map { String($0.truth.organisation.seed) }.joined(separator: ", ")
    return
      "Fitted on simulated organisations (seeds \(seeds)) for a population in which \(Self.percent(options.prior)) of sessions are purposeless; kinds held out: \(options.heldOut.defaultValueDescription). What hardly came up in them weighs what it was reasoned to."
  }

  /// How scores of purposeless and of other person-weeks and sessions spread, person by person.
  private func writeErrors(_ people: [JudgedPerson], _ policy: EvidencePolicy) throws {
    guard
      let errors = PrevalenceErrors(
        of: people, policy: policy, measuredOn: "on simulated organisations, of the kinds seen in fitting")
    else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try OutputFile.write(
      String(decoding: encoder.encode(errors), as: UTF8.self) + "\n", to: "\(output).errors.json")
  }

  static func percent(_ share: Double) -> String { "\((share * 10_000).rounded() / 100) %" }
}

extension EvidencePolicy {
  /// More of the same never weighs less. Where it was fitted so, the less is taken to weigh no more than the more; where
  /// nothing was learnt of the more, it weighs as the less.
  fileprivate mutating func level(except reasoned: Set<EvidenceKind>) {
    let ladders: [[EvidenceKind]] = [
      [.duplicateSessions, .manyDuplicateSessions], [.closedChain, .deepChain],
      [.selfMetering, .repeatedSelfMetering], [.markedSessions, .manyMarkedSessions, .mostlyMarkedSessions],
      [.alikePrompts, .repeatedPrompts], [.recurringMessages, .mostlyRecurringMessages],
      [.jitteredTurns, .regularTurns], [.littleOutcome, .noOutcome],
    ]
    for ladder in ladders {
      for (less, more) in zip(ladder, ladder.dropFirst()).reversed() where weight(of: more) < weight(of: less)
      {
        if reasoned.contains(more) {
          weights[more] = weight(of: less)
        } else {
          weights[less] = weight(of: more)
        }
      }
    }
  }
}

extension EvidenceKind {
  fileprivate var sign: SignedLogistic.Sign {
    switch direction {
    case .either: .free
    case .againstPurpose: .positive
    case .forPurpose: .negative
    }
  }
}
