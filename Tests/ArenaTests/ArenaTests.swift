import Arena
import Foundation
import Ledger
import Testing

@Test("scratch: the demo is written")
func scratch() async throws {
  let root = URL(fileURLWithPath: "/tmp/arena-demo")
  try? FileManager.default.removeItem(at: root)
  let clock = ContinuousClock()
  let now = Instant(milliseconds: 1_795_251_600_000)
  let begin = clock.now
  let truth = try await Scenario.demo(endingAt: now).write(
    home: root.appendingPathComponent("home"), repositories: root.appendingPathComponent("code"))
  print("TIME", clock.now - begin, truth.sessions.count)
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
  try encoder.encode(truth).write(to: root.appendingPathComponent("truth.json"))
}
