import Foundation
import Judgement
import Ledger
import Schedules
import Testing

@Suite("The policy")
struct PolicyTests {
  @Test("Built in, every kind has a weight of its sign, and reading what is written gives the same")
  func builtIn() throws {
    let policy = try EvidencePolicy.builtIn()
    #expect(Set(policy.weights.keys) == Set(EvidenceKind.allCases))
    #expect(try EvidencePolicy(named: "again", json: policy.json()) == policy)
  }

  @Test(
    "A file that cannot be is refused with the reason",
    arguments: [
      ("{", "it is no JSON"),
      ("{}", "is missing"),
      (
        #"{"version":"x","source":"y","findingBits":3,"findingFamilies":2,"thresholds":{},"weights":{"no-outcome":-1}}"#,
        "give 0 or more"
      ),
      (
        #"{"version":"x","source":"y","findingBits":3,"findingFamilies":2,"thresholds":{},"weights":{"tests-run":1}}"#,
        "give 0 or less"
      ),
      (
        #"{"version":"x","source":"y","findingBits":3,"findingFamilies":2,"thresholds":{},"weights":{"prior":99}}"#,
        "-64 to 64"
      ),
    ])
  func refused(_ text: String, _ reason: String) throws {
    let error = try #require(throws: EvidencePolicyError.self) {
      try EvidencePolicy(named: "mine.json", json: Array(text.utf8))
    }
    #expect(error.description.contains(reason))
    #expect(error.description.hasPrefix("mine.json"))
  }

  private static let ladders: [[EvidenceKind]] = [
    [.duplicateSessions, .manyDuplicateSessions], [.closedChain, .deepChain],
    [.selfMetering, .repeatedSelfMetering], [.markedSessions, .manyMarkedSessions, .mostlyMarkedSessions],
    [.alikePrompts, .repeatedPrompts], [.recurringMessages, .mostlyRecurringMessages],
    [.jitteredTurns, .regularTurns], [.littleOutcome, .noOutcome],
  ]

  @Test("More of the same never weighs less", arguments: ladders)
  func ladder(kinds: [EvidenceKind]) throws {
    let policy = try EvidencePolicy.builtIn()
    for (less, more) in zip(kinds, kinds.dropFirst()) {
      #expect(policy.weight(of: less) <= policy.weight(of: more))
    }
  }

  @Test("Errors are of the built-in policy, schedules aside, and of no other")
  func errors() throws {
    var policy = try EvidencePolicy.builtIn()
    #expect(try PrevalenceErrors.builtIn(for: policy) != nil)
    policy.schedules = [
      DeclaredSchedule(name: "nightly", schedule: try Schedule("0 2 * * *"))
    ]
    #expect(try PrevalenceErrors.builtIn(for: policy) != nil)
    policy.findingBits -= 1
    #expect(try PrevalenceErrors.builtIn(for: policy) == nil)
  }

  @Test("What was measured of the built-in policy is not said of a changed copy", arguments: [true, false])
  func copied(isChanged: Bool) throws {
    var policy = try EvidencePolicy.builtIn()
    if isChanged { policy.findingBits = 0 }
    let file = FileManager.default.temporaryDirectory.appending(path: "policy-\(isChanged)-\(UUID()).json")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(policy.json()).write(to: file)
    let read = try EvidencePolicy.builtIn(orFileAt: file.path)
    #expect((read.measuredError == nil) == isChanged)
    #expect(read.errorSentence.contains("not measured yet") == isChanged)
  }

  @Test(
    "The README says how often a finding is wrong, as it was measured of the policy that comes with Assay")
  func readme() throws {
    let error = try #require(try EvidencePolicy.builtIn().measuredError)
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
      .replacing("\n", with: " ").replacing(",", with: "")
    #expect(text.contains("\(error.honestPersonMonths) person-months of honest people"))
    #expect(text.contains("fewer than 1 in \(Int((1 / error.upperBound).rounded(.down)))"))
    #expect(text.contains("\(Int((try #require(error.recall) * 100).rounded())) of 100 purposeless tokens"))
    // The bound is that of so many: the rule of three, one-sided, at 95 %.
    #expect(error.personMonthsWithFinding == 0)
    #expect(abs(error.upperBound - (1 - pow(0.05, 1 / Double(error.honestPersonMonths)))) < 2e-6)
  }
}
