import Events
import Foundation
import Statistics
import TestCorpus
import Testing

@testable import Boards

@Suite("Medians of times")
struct MedianTimeTests {
  /// How often the range holds the true figure, of a thousand: never much less than 95 in 100.
  @Test("Ranges hold what they say")
  func coverage() throws {
    var generator = SeededGenerator(seed: 42)
    var hits = 0
    for _ in 0..<1000 {
      let times = (0..<31).map { _ in
        Duration.seconds(Int64(-log(Double.random(in: 1e-12..<1, using: &generator)) * 360_000))
      }
      let range = try #require(Estimate.median(DurationTally(times))?.range)
      if range.contains(log(2) * 360_000) { hits += 1 }
    }
    #expect(hits >= 930, "\(hits) of 1000")
  }
}
