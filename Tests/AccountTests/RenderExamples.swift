import Account
import Foundation
import Testing

/// Writes every rendering of the example for eyes to judge: `ASSAY_RENDER=DIR swift test --filter RenderExamples`.
@Suite("Renderings to look at", .enabled(if: ProcessInfo.processInfo.environment["ASSAY_RENDER"] != nil))
struct RenderExamples {
  @Test("Every rendering of the example is written")
  func write() throws {
    let directory = URL(filePath: try #require(ProcessInfo.processInfo.environment["ASSAY_RENDER"]))
    let account = Example.month()
    for width in [60, 80, 120] {
      for grouping in Grouping.allCases {
        let text = account.text(TextOptions(columns: width, usesColour: width == 120, grouping: grouping))
        try text.write(
          to: directory.appending(path: "\(grouping.rawValue)-\(width).txt"), atomically: true,
          encoding: .utf8)
      }
    }
    for (name, account) in [
      ("month", account), ("empty", Account.build(cells: [], sessions: [], timeZone: Example.berlin)),
    ] {
      let html = account.html(generatedAt: Example.now)
      try html.write(to: directory.appending(path: "\(name).html"), atomically: true, encoding: .utf8)
    }
    try Example.explanation().text(TextOptions(usesColour: false), timeZone: Example.berlin)
      .write(to: directory.appending(path: "explain.txt"), atomically: true, encoding: .utf8)
    try Example.explanation().json(generatedAt: Example.now)
      .write(to: directory.appending(path: "explain.json"), atomically: true, encoding: .utf8)
    try account.csv(by: .day).write(
      to: directory.appending(path: "day.csv"), atomically: true, encoding: .utf8)
    try account.focus().write(to: directory.appending(path: "focus.csv"), atomically: true, encoding: .utf8)
  }
}
