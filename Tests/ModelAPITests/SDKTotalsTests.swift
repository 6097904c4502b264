import Foundation
import Ledger
import ModelAPI
import Testing

/// What the providers' own Python SDKs accumulate from the same bytes (`Fixtures/sdk-totals.py`).
struct SDKTotalsTests {
  struct Total: Decodable {
    var file: String
    var id: String?
    var model: String?
    var input: Int64?
    var cacheRead: Int64?
    var cacheWrite5m: Int64?
    var cacheWrite1h: Int64?
    var output: Int64?
    var reasoning: Int64?
    var iterations: Int
  }

  @Test("Usage, model and identifier are those that the official SDK reads")
  func agree() throws {
    let data = try Data(contentsOf: Fixture.directory.appending(path: "expected.json"))
    let totals = try JSONDecoder().decode([Total].self, from: data)
    #expect(totals.count == 15)
    for total in totals {
      let reading = Metered(try Fixture(total.file)).reading
      let first = try #require(reading.usage.first, "\(total.file)")
      let expected = TokenCounts(
        input: total.input, cacheRead: total.cacheRead, cacheWrite5m: total.cacheWrite5m,
        cacheWrite1h: total.cacheWrite1h, output: total.output, reasoning: total.reasoning)
      #expect(first.counts == expected, "\(total.file)")
      #expect(reading.model == total.model && reading.responseID == total.id, "\(total.file)")
      #expect(first.model == total.model, "\(total.file)")
      #expect(
        reading.isFinal && reading.isEnded && !reading.hasError && reading.source == .provider,
        "\(total.file)")
      #expect(!reading.hasImpossible)
    }
  }
}
