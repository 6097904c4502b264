import ControlSQLite
import Effects
import Foundation
import Gate
import Journal
import Ledger
import Testing

struct SecretTests {
  private let bench: JournalBench
  private let secret = "hunter2-Zx81-4711"
  private let labelled = "correct horse battery"
  init() throws { bench = try JournalBench() }

  @Test func `what is secret is nowhere in the files, and what hung on it waits for a person`() throws {
    let journal = bench.journal()
    let claim = try bench.begin(journal)
    let secrets: Set<String> = [secret]
    try journal.recordAnswer(
      Answer(step: 1, model: "scripted", content: ["calls": [.string("use \(secret) there"), 1]], usage: []),
      settling: nil, withholding: secrets, of: claim)
    var intention = Tools.intention(
      2, Tools.declaration("sign_in", .keyed), ["to": "x", "with": .string(labelled)])
    intention.labels = ["with": .secret]
    var request = Tools.question(intention, [bench.owner])
    request.card.arguments = [
      .init(parameter: "with", path: "with", value: .string(labelled), role: .body, source: .owner),
      .init(
        parameter: "to", path: "to", value: .string("at \(secret)"), role: .control,
        source: .untrusted(["a mail about \(secret)"])),
    ]
    request.labels = ["with": .secret]
    request.card.questions = [.foreignAddress(path: "to", address: secret, places: [])]
    _ = try journal.requestApproval(request, withholding: secrets, of: claim)
    guard case .begun(let call) = try journal.intend(intention, withholding: secrets, of: claim) else {
      throw Unexpected()
    }
    // The tool is given all of it.
    #expect(call.arguments["with"]?.string == labelled)
    #expect(throws: JournalError.notWhole(claim.run, step: 2)) { try journal.retry(2, atMost: 5, of: claim) }
    var result = ToolResult([Passage(labelled, from: .system("vault"), labels: .secret)])
    result.undo = ["token": .string(secret)]
    result.follows = [.init(kind: "change", subject: "of \(secret)", holdFor: .hours(1))]
    try journal.conclude(2, as: .done(result), withholding: secrets, of: claim)
    _ = try journal.intend(Tools.intention(3), of: claim)
    try journal.conclude(3, as: .failed("\(secret) was refused"), withholding: secrets, of: claim)
    try journal.skip(
      Tools.intention(4, Tools.post, ["to": .string(secret)]), because: "\(secret) may not be sent",
      withholding: secrets, of: claim)
    try journal.finish(claim, as: .done, because: "done")

    let steps = try journal.steps(of: claim.run)
    #expect(steps[0].answer.whole == nil && steps[0].answer.shown != nil)
    #expect(steps[1].call == nil && steps[1].arguments.shown?["to"] == "x")
    #expect(steps[1].result.whole == nil)
    let mark = Withholding(in: claim.run).mark(labelled)
    #expect(steps[1].result.shown?.passages.first?.text == mark)
    var files = Data()
    for suffix in ["", "-wal"] {
      files += FileManager.default.contents(atPath: bench.path + suffix) ?? Data()
    }
    #expect(files.range(of: Data("sign_in".utf8)) != nil)
    for secret in [secret, labelled] {
      let found = files.range(of: Data(secret.utf8))
      let near = found.map { files[max(0, $0.lowerBound - 200)..<$0.upperBound] } ?? Data()
      let text = String(decoding: near.map { (32..<127).contains($0) ? $0 : 46 }, as: UTF8.self)
      #expect(found == nil, "\(text)")
    }
    _ = try journal.verify()
  }

  @Test func `a call that is not whole is not recovered without a person`() {
    for effect in EffectClass.allCases {
      let action = Recovery.action(
        for: .init(
          effect: effect, attempts: 1, sinceSent: .days(1), finding: .didNotHappen, asked: 3, isWhole: false))
      guard case .leaveUncertain = action else {
        Issue.record("\(effect): \(action)")
        continue
      }
    }
  }

  @Test func `a secret within another is not left standing in part`() {
    let run = RunID(rawValue: "r")
    let withholding = Withholding(of: ["abcd", "abcdefgh", "no"], in: run)
    let text = withholding.text("x abcdefgh y abcd z no")
    #expect(!text.contains("abcd") && !text.contains("efgh") && text.hasSuffix("z no"))
    #expect(withholding.mark("a") != Withholding(in: RunID(rawValue: "s")).mark("a"))
    #expect(Withholding(of: ["4711471147114711"], in: run).json(4711_4711_4711_4711) != 4711_4711_4711_4711)
  }

  @Test func `what is larger than is kept is refused whole`() throws {
    let journal = bench.journal(settings: .init(mostContentBytes: 1000))
    let claim = try bench.begin(journal)
    #expect(throws: JournalError.self) {
      try journal.intend(
        Tools.intention(1, Tools.post, ["to": .string(String(repeating: "x", count: 2000))]), of: claim)
    }
    #expect(try journal.steps(of: claim.run).isEmpty)
    _ = try journal.verify()
  }
}
