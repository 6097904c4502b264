import Testing

@testable import Visibility

/// Who sees what, written down by hand and read by people: what the code decides must be this, line for line.
/// "–" is refused. Everything that has no line here is refused to everybody.
@Suite struct PolicyTableTests {
  @Test("with everything off, who sees what is this table") func off() throws {
    let rows = PolicyTable.rows(VisibilitySettings(), purpose: try Self.purpose)
    #expect(rows == Self.lines(Self.everythingOff))
  }

  @Test("an administrator who states no purpose sees nobody's usage") func noPurpose() {
    let rows = PolicyTable.rows(VisibilitySettings(), purpose: nil)
    #expect(rows == Self.lines(Self.everythingOff).map { $0.replacing("usage, logged", with: "–") })
  }

  @Test("what an organisation can switch on changes these lines and no others") func on() throws {
    let settings = VisibilitySettings(
      reports: .init(
        purpose: try Purpose("coaching in the pilot teams"), since: Week(year: 2026, number: 21)),
      leaderboard: .init(since: Week(year: 2026, number: 21), until: Week(year: 2026, number: 30)),
      floors: Floors(others: 7, manager: 12))
    let rows = PolicyTable.rows(settings, purpose: try Self.purpose)
    let before = Self.lines(Self.everythingOff).map {
      $0.replacing("cells of 5", with: "cells of 7").replacing("cells of 10", with: "cells of 12")
    }
    let changed = zip(before, rows).filter { $0 != $1 }.map(\.1)
    #expect(rows.count == before.count)
    #expect(changed == Self.lines(Self.switchedOn))
  }

  private static var purpose: Purpose { get throws { try Purpose("to answer a request of the person") } }

  private static func lines(_ table: String) -> [String] {
    table.split(separator: "\n").map { line in
      line.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
        .joined(separator: " | ")
    }
  }

  private static let everythingOff = """
    myself | me                | member: all | finance: all | platform: all | admin: all | HR: all | machine: –
    myself | findings          | member: all | finance: all | platform: all | admin: all | HR: all | machine: –
    myself | contest           | member: all | finance: all | platform: all | admin: all | HR: all | machine: –
    myself | what-others-see   | member: all | finance: all | platform: all | admin: all | HR: all | machine: –
    myself | who-looked        | member: all | finance: all | platform: all | admin: all | HR: all | machine: –
    myself | person-usage      | member: all | finance: all | platform: all | admin: all | HR: all | machine: –
    myself | person-export     | member: all | finance: all | platform: all | admin: all | HR: all | machine: –
    myself | leaderboard-place | member: –   | finance: –   | platform: –   | admin: –   | HR: –   | machine: –
    myself | feedback          | member: all | finance: all | platform: all | admin: all | HR: all | machine: –
    myself | runs              | member: all | finance: all | platform: all | admin: all | HR: all | machine: –

    directReport | me                | member: – | finance: – | platform: – | admin: – | HR: – | machine: –
    directReport | findings          | member: – | finance: – | platform: – | admin: – | HR: – | machine: –
    directReport | contest           | member: – | finance: – | platform: – | admin: – | HR: – | machine: –
    directReport | what-others-see   | member: – | finance: – | platform: – | admin: – | HR: – | machine: –
    directReport | who-looked        | member: – | finance: – | platform: – | admin: – | HR: – | machine: –
    directReport | person-usage      | member: – | finance: – | platform: – | admin: usage, logged | HR: – | machine: –
    directReport | person-export     | member: – | finance: – | platform: – | admin: – | HR: – | machine: –
    directReport | leaderboard-place | member: – | finance: – | platform: – | admin: – | HR: – | machine: –
    directReport | feedback          | member: – | finance: – | platform: – | admin: – | HR: – | machine: –
    directReport | runs              | member: – | finance: – | platform: – | admin: – | HR: – | machine: –

    reportFurtherDown | me                | member: – | finance: – | platform: – | admin: – | HR: – | machine: –
    reportFurtherDown | findings          | member: – | finance: – | platform: – | admin: – | HR: – | machine: –
    reportFurtherDown | contest           | member: – | finance: – | platform: – | admin: – | HR: – | machine: –
    reportFurtherDown | what-others-see   | member: – | finance: – | platform: – | admin: – | HR: – | machine: –
    reportFurtherDown | who-looked        | member: – | finance: – | platform: – | admin: – | HR: – | machine: –
    reportFurtherDown | person-usage      | member: – | finance: – | platform: – | admin: usage, logged | HR: – | machine: –
    reportFurtherDown | person-export     | member: – | finance: – | platform: – | admin: – | HR: – | machine: –
    reportFurtherDown | leaderboard-place | member: – | finance: – | platform: – | admin: – | HR: – | machine: –
    reportFurtherDown | feedback          | member: – | finance: – | platform: – | admin: – | HR: – | machine: –
    reportFurtherDown | runs              | member: – | finance: – | platform: – | admin: – | HR: – | machine: –

    other | me                | member: – | finance: – | platform: – | admin: – | HR: – | machine: –
    other | findings          | member: – | finance: – | platform: – | admin: – | HR: – | machine: –
    other | contest           | member: – | finance: – | platform: – | admin: – | HR: – | machine: –
    other | what-others-see   | member: – | finance: – | platform: – | admin: – | HR: – | machine: –
    other | who-looked        | member: – | finance: – | platform: – | admin: – | HR: – | machine: –
    other | person-usage      | member: – | finance: – | platform: – | admin: usage, logged | HR: – | machine: –
    other | person-export     | member: – | finance: – | platform: – | admin: – | HR: – | machine: –
    other | leaderboard-place | member: – | finance: – | platform: – | admin: – | HR: – | machine: –
    other | feedback          | member: – | finance: – | platform: – | admin: – | HR: – | machine: –
    other | runs              | member: – | finance: – | platform: – | admin: – | HR: – | machine: –

    group          | group-cells | member: cells of 5  | finance: cells of 5  | platform: cells of 5  | admin: cells of 5  | HR: – | machine: cells of 5
    group          | board       | member: cells of 5  | finance: cells of 5  | platform: cells of 5  | admin: cells of 5  | HR: – | machine: cells of 5
    group          | digest      | member: cells of 5  | finance: cells of 5  | platform: cells of 5  | admin: cells of 5  | HR: – | machine: cells of 5
    group          | cell-export | member: cells of 5  | finance: cells of 5  | platform: cells of 5  | admin: cells of 5  | HR: – | machine: cells of 5
    group I manage | group-cells | member: cells of 10 | finance: cells of 10 | platform: cells of 10 | admin: cells of 10 | HR: – | machine: cells of 10
    group I manage | board       | member: cells of 10 | finance: cells of 10 | platform: cells of 10 | admin: cells of 10 | HR: – | machine: cells of 10
    group I manage | digest      | member: cells of 10 | finance: cells of 10 | platform: cells of 10 | admin: cells of 10 | HR: – | machine: cells of 10
    group I manage | cell-export | member: cells of 10 | finance: cells of 10 | platform: cells of 10 | admin: cells of 10 | HR: – | machine: cells of 10

    organisation | cell-export          | member: cells of 5 | finance: cells of 5 | platform: cells of 5 | admin: cells of 5 | HR: – | machine: cells of 5
    organisation | organisation-totals  | member: totals | finance: totals     | platform: totals     | admin: totals    | HR: – | machine: totals
    organisation | adoption-target      | member: totals | finance: totals     | platform: totals     | admin: totals    | HR: – | machine: totals
    organisation | cost-centres         | member: –      | finance: cells of 5 | platform: cells of 5 | admin: –         | HR: – | machine: –
    organisation | reconciliation       | member: –      | finance: totals     | platform: totals     | admin: –         | HR: – | machine: –
    organisation | people               | member: –      | finance: –          | platform: –          | admin: directory | HR: – | machine: –
    organisation | unmatched-identities | member: –      | finance: –          | platform: –          | admin: directory | HR: – | machine: –

    configuration | sources       | member: – | finance: – | platform: diagnostics | admin: diagnostics   | HR: – | machine: –
    configuration | configuration | member: – | finance: – | platform: –           | admin: configuration | HR: – | machine: –
    """

  /// Direct reports' usage is on since week 21, and so is the leaderboard.
  private static let switchedOn = """
    myself            | leaderboard-place | member: place | finance: place | platform: place | admin: place | HR: place | machine: –
    directReport      | person-usage      | member: usage since 2026-W21, logged | finance: usage since 2026-W21, logged | platform: usage since 2026-W21, logged | admin: usage since 2026-W21, logged | HR: – | machine: –
    directReport      | leaderboard-place | member: place, logged | finance: place, logged | platform: place, logged | admin: place, logged | HR: – | machine: –
    """
}
