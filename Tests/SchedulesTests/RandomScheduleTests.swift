import Foundation
import Ledger
import Schedules
import Statistics
import Testing

@Suite("Any schedule")
struct RandomScheduleTests {
  private static let alphabet = Array("0123456789*/-,@ \tmonjanfriLW#?everyathdZT:+é")

  @Test func `Whatever is given is read or refused, and what is read goes forward`() {
    var random = SeededRandom(seed: 7)
    var read = 0
    for _ in 0..<20_000 {
      let length = Int.random(in: 0...24, using: &random)
      var text = String((0..<length).map { _ in Self.alphabet.randomElement(using: &random) ?? " " })
      if Bool.random(using: &random) { text = "*/5 3 " + text + " * *" }
      guard let schedule = try? Schedule(text, zone: "America/New_York") else { continue }
      read += 1
      let after = Instant(
        milliseconds: Int64.random(in: -1_000_000_000_000...4_000_000_000_000, using: &random))
      if let next = Occurrences(schedule).next(after: after) { #expect(next > after) }
    }
    #expect(read > 50)
  }

  @Test func `The last occurrence is the one that has none between it and the end`() throws {
    var random = SeededRandom(seed: 8)
    for text in ["*/7 2,3 * * *", "0 * * * *", "30 2 29 2 *", "every 90m", "0 0 1,15 * fri"] {
      let occurrences = Occurrences(try Schedule(text, zone: "Europe/Vienna"))
      for _ in 0..<20 {
        let floor = Instant(
          milliseconds: Int64.random(in: 1_700_000_000_000...1_800_000_000_000, using: &random))
        let end = floor + .seconds(Int64.random(in: 0...200_000_000, using: &random))
        let last = occurrences.last(through: end, after: floor)
        if let last {
          #expect(last > floor && last <= end)
          #expect(occurrences.next(after: last).map { $0 > end } ?? true)
        } else {
          #expect(occurrences.next(after: floor).map { $0 > end } ?? true)
        }
      }
    }
  }

  @Test func `The queue gives what is due in order, whatever is moved and taken out`() {
    var random = SeededRandom(seed: 9)
    var queue = DueQueue<Int>()
    var plain: [Int: Instant] = [:]
    for _ in 0..<3_000 {
      let name = Int.random(in: 0..<300, using: &random)
      let at: Instant? =
        Int.random(in: 0..<4, using: &random) == 0
        ? nil : Instant(milliseconds: Int64.random(in: 0..<100_000, using: &random))
      queue.set(name, to: at)
      plain[name] = at
      #expect(queue.first?.at == plain.values.min())
      #expect(queue[name] == at)
    }
    var before = Instant(milliseconds: -1)
    var count = 0
    while let due = queue.popDue(by: Instant(milliseconds: 50_000)) {
      #expect(due.at >= before && due.at == plain[due.name])
      before = due.at
      count += 1
    }
    #expect(count == plain.values.count { $0.milliseconds <= 50_000 })
    #expect(queue.count == plain.count - count)
  }
}
