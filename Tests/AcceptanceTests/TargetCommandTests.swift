import Foundation
import TestCorpus
import Testing

@Suite("Targets, leave and working days by command") struct TargetCommandTests {
  private let assay: Command

  init() throws {
    var command = try Command()
    command.isServer = true
    assay = command
  }

  @discardableResult
  private func run(_ line: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
    let result = try assay.shell("assay \(line)")
    #expect(
      result.status == 0 && result.errors == "", "\(line): \(result.errors)", sourceLocation: sourceLocation)
    return result.output
  }

  @Test("The examples of the help are right, in the order in which they can be used")
  func examples() throws {
    let order = [
      "target set 'All of us' --share 50 --everyone --announced 2026-03-02",
      "target set 'Two days' --share 60 --days 2 --team payments",
      "target set 'Twenty a week' --share 80 --everyone --least-requests 20",
      "target set 'AI every week' --share 80 --title Developer", "target list", "target list --json",
      "target end", "person leave add ana@example.com 2026-08-03 2026-08-21",
      "person leave add ana@example.com 2026-05-01", "person leave import leave.csv --dry-run",
      "person leave import leave.csv", "person leave list", "person leave list --person ana@example.com",
      "person leave list --person ana@example.com --json", "person leave remove 1",
      "person working-days set ana@example.com mon-thu",
      "person working-days set ana@example.com 'mon tue fri' --since 2026-05-01",
      "person working-days import working-days.csv --dry-run",
      "person working-days import working-days.csv", "person working-days list",
      "person working-days list --person ana@example.com --json",
    ]
    var shown: Set<String> = []
    for line in [
      "target", "target set", "target list", "target end", "person leave", "person leave add",
      "person leave import", "person leave list", "person leave remove", "person working-days",
      "person working-days set", "person working-days import", "person working-days list",
    ] {
      let help = try run("\(line) --help").split(separator: "\n")
      for text in help where !text.hasPrefix("USAGE") { #expect(text.count <= 80, "\(line): \(text)") }
      let examples = help.filter { $0.hasPrefix("  assay ") }
      #expect(!examples.isEmpty, "\(line)")
      shown.formUnion(examples.map { String($0.dropFirst("  assay ".count)) })
    }
    #expect(shown == Set(order))
    try run("team add payments")
    try run("person add ana@example.com")
    let leave = try assay.directory.write(
      Array("mail,first_day,last_day\nana@example.com,2026-12-24,2026-12-31\n".utf8), to: "leave.csv")
    let days = try assay.directory.write(
      Array("mail,days,since\nana@example.com,mon-wed,2026-02-02\n".utf8), to: "working-days.csv")
    var outputs: [String: String] = [:]
    for line in order {
      outputs[line] = try run(
        line.replacing(" leave.csv", with: " \(leave)").replacing("working-days.csv", with: days))
    }
    let list = try #require(outputs["target list"])
    #expect(list.contains("teams: payments") && list.contains("titles: Developer"))
    #expect(list.contains("in force") && list.split(separator: "\n").count == 5)
    #expect(outputs["person leave list"]?.contains("2026-12-31") == true)
    #expect(outputs["person working-days list"]?.contains("mon tue wed") == true)
  }

  @Test(
    "What cannot be is refused with a sentence that says what to do",
    arguments: [
      ("target set x --share 0 --everyone", "Give 1 to 100"),
      ("target set x --share 80", "--everyone, --team and --title"),
      ("target set x --share 80 --everyone --title Developer", "--everyone, --team and --title"),
      ("target set x --share 80 --everyone --days 9", "Give 1 to 7"),
      ("target set x --share 80 --team nobody", "assay team list"),
      ("target set x --share 80 --everyone --announced 2999-01-01", "a day that has begun"),
      ("target end", "assay target set"),
      ("person leave add who@example.com 2026-01-01", "assay person list"),
      ("person leave add ana@example.com 2026-02-30", "2026-03-31"),
      ("person leave add ana@example.com 2026-02-03 2026-02-01", "first day first"),
      ("person leave remove 77", "assay person leave list"),
      ("person working-days set ana@example.com often", "mon-thu"),
    ])
  func refused(line: String, word: String) throws {
    try run("person add ana@example.com")
    let result = try assay.shell("assay \(line)")
    #expect(result.status != 0 && result.output == "")
    #expect(result.errors.contains(word), "\(result.errors)")
  }
}
