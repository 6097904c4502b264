import Charts
import Foundation
import Testing

/// Writes every chart of the tests on a page for eyes to judge: `ASSAY_RENDER=DIR swift test --filter RenderCharts`.
@Suite("Charts to look at", .enabled(if: ProcessInfo.processInfo.environment["ASSAY_RENDER"] != nil))
struct RenderCharts {
  @Test("Every example is on one page")
  func write() throws {
    let directory = URL(filePath: try #require(ProcessInfo.processInfo.environment["ASSAY_RENDER"]))
    let content =
      PageContent.heading("Charts", "What they look like.") + .chart(ChartTests.adoption)
      + .chart(ChartTests.distribution) + .chart(ChartTests.bars) + .chart(ChartTests.flow)
      + .table(DataTableTests.table)
    try PageFrame(title: "Charts", style: .inline).document(content.html()).write(
      to: directory.appending(path: "charts.html"), atomically: true, encoding: .utf8)
  }
}
