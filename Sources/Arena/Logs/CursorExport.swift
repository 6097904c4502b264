import Ledger

/// The CSV of usage events that Cursor's dashboard exports: tokens without sessions.
struct CursorExport {
  private(set) var file: LogFile
  private(set) var totals = GroundTruth.Totals()

  /// `rows` events spread over the working days of the scenario, newest first as the dashboard sorts them.
  init(_ scenario: Scenario) {
    var chance = Chance(seed: scenario.seed, label: "cursor")
    file = LogFile(path: "Downloads/usage-events-\(scenario.end.day).csv")
    file.bytes = Array(
      ("Date,Kind,Model,Max Mode,Input (w/ Cache Write),Input (w/o Cache Write),Cache Read,Output Tokens,"
        + "Total Tokens,Cost\n").utf8)
    let span = (scenario.end - scenario.start).wholeMilliseconds
    var times: [Instant] = []
    for _ in 0..<scenario.cursorRows {
      times.append(scenario.start + .milliseconds(chance.int64(0...max(0, span - 1))))
    }
    for time in times.sorted(by: >) {
      let written = chance.happens(60) ? chance.int64(4_000...38_000) : 0
      let fresh = chance.int64(300...9_000)
      let read = chance.int64(20_000...420_000)
      let output = chance.int64(400...9_800)
      let total = written + fresh + read + output
      let (kind, cost) = chance.pick([("Included", "Included"), ("Included", "0.19"), ("On-Demand", "$0.32")])
      let model = chance.pick(["claude-4.5-sonnet", "gpt-5-codex", "auto"])
      let row = [
        time.iso8601, kind, model, "No", "\(written)", "\(fresh)", "\(read)", "\(output)", "\(total)", cost,
      ]
      file.bytes += Array((row.map { "\"\($0)\"" }.joined(separator: ",") + "\n").utf8)
      totals =
        totals
        + GroundTruth.Totals(
          calls: 1,
          counts: TokenCounts(input: fresh, cacheRead: read, cacheWrite5m: written, output: output))
    }
  }
}
