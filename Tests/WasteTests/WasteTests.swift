import Ledger
import Testing

@testable import Waste

@Suite struct WasteTests {
  private func dollars(_ amount: Double) -> NanoDollars { NanoDollars(Int64((amount * 1e9).rounded())) }

  // MARK: Cache

  @Test(arguments: [(Int64(4), false), (6, true), (90, true)])
  func `a cache is lost when a pause is longer than it lives`(minutes: Int64, isLost: Bool) throws {
    var course = Course()
    course.turn()
    course.ask(written: 100_000)
    course.pass(.minutes(minutes))
    course.turn()
    course.ask(read: isLost ? 0 : 100_000, written: isLost ? 101_000 : 1000)
    let waste = try course.waste()
    #expect(waste.map(\.kind) == (isLost ? [.lostCache] : []))
    guard isLost else { return }
    // Opus 4.5: written at 6.25, read at 0.5 dollars a million.
    #expect(waste[0].tokens == TokenCounts(cacheWrite5m: 100_000))
    #expect(waste[0].cost == dollars(100_000 * (6.25 - 0.5) / 1e6))
  }

  @Test func `what was compacted, or is small, or of another model, is no lost cache`() throws {
    for (before, after, model) in [
      (Int64(100_000), Int64(30_000), "claude-opus-4-5"), (15_000, 15_000, "claude-opus-4-5"),
      (100_000, 100_000, "claude-sonnet-4-5"),
    ] {
      var course = Course()
      course.turn()
      course.ask(written: before)
      course.pass(.hours(2))
      course.model = model
      course.turn()
      course.ask(written: after)
      #expect(try course.waste().isEmpty)
    }
  }

  @Test func `what a source does not say is no waste`() throws {
    var course = Course()
    course.turn()
    course.ask(input: nil, read: nil, written: nil)
    course.pass(.hours(2))
    course.turn()
    course.ask(input: nil, read: nil, written: nil)
    #expect(try course.waste().isEmpty)
  }

  // MARK: Reading again

  @Test func `a file read three times unchanged costs what the third added`() throws {
    var course = Course()
    course.turn()
    course.ask(written: 10_000, output: 100)
    for _ in 0..<3 {
      course.call(.read, 7)
      let context = course.records.last.map { $0.counts } ?? TokenCounts()
      let was = (context.cacheRead ?? 0) + (context.cacheWrite5m ?? 0)
      course.ask(read: was, written: 5100, output: 100)
    }
    let waste = try course.waste()
    #expect(waste.map(\.kind) == [.rereading])
    #expect(waste[0].tokens == TokenCounts(cacheWrite5m: 5000))
    #expect(waste[0].text.contains("3 times"))
  }

  @Test func `reading again what was changed is work`() throws {
    var course = Course()
    course.turn()
    course.ask(written: 10_000)
    for _ in 0..<6 {
      course.call(.read, 7)
      course.edit(7)
      course.ask(read: 10_000, written: 5000)
    }
    #expect(try course.waste().isEmpty)
  }

  // MARK: Loops

  @Test(arguments: [(3, false, false), (6, false, true), (6, true, false)])
  func `a command that keeps failing is a loop unless something is changed`(
    times: Int, changes: Bool, isLoop: Bool
  ) throws {
    var course = Course()
    course.turn()
    course.ask(input: 10)
    for number in 0..<times {
      course.call(.command, command: .test, exit: .failed)
      if changes { course.edit(UInt64(number)) }
      course.ask(input: 1000)
    }
    let waste = try course.waste()
    #expect(waste.map(\.kind) == (isLoop ? [.retryLoop] : []))
    // What follows the second failure, up to the last.
    if isLoop { #expect(waste[0].tokens.input == Int64(times - 2) * 1000) }
  }

  @Test func `the same call over and over is a runaway, and is counted once`() throws {
    var course = Course()
    course.turn()
    course.ask(written: 30_000)
    for step in 0..<20 {
      course.call(.search, 9)
      course.ask(read: 30_000 + Int64(step) * 1100, written: 1100, output: 100)
    }
    let waste = try course.waste()
    #expect(waste.first?.kind == .runawayAgent)
    // Each call of the model is in one finding: the rest of the reading again is what the loop had not claimed.
    let claimed = waste.reduce(0) { $0 + ($1.tokens.cacheWrite5m ?? 0) }
    #expect(claimed <= course.records.reduce(0) { $0 + ($1.counts.cacheWrite5m ?? 0) })
    #expect(waste.first?.text.contains("20 times") == true)
  }

  @Test func `a long file read part by part is no loop`() throws {
    var course = Course()
    course.turn()
    course.ask(written: 30_000)
    for _ in 0..<20 {
      course.call(.command, 9, command: .inspect)
      course.ask(read: 30_000, written: 0, output: 100)
    }
    #expect(try course.waste().isEmpty)
  }

  // MARK: Context and model

  @Test func `a long history is talked about only if it is carried on`() throws {
    for calls in [2, 6] {
      var course = Course()
      course.turn()
      for _ in 0..<calls { course.ask(read: 260_000, written: 500) }
      let waste = try course.waste()
      #expect(waste.map(\.kind) == (calls == 6 ? [.oversizedContext] : []))
      if calls == 6 { #expect(waste[0].tokens == TokenCounts(cacheRead: 6 * 60_500)) }
    }
  }

  @Test(arguments: [
    ("claude-opus-4-5", Int64(80), Int64(200), true), ("claude-haiku-4-5", 80, 200, false),
    ("claude-opus-4-5", 2000, 200, false), ("claude-opus-4-5", 80, 5000, false),
    ("nobody-knows-this", 80, 200, false),
  ])
  func `a small question on a large model could have had a smaller one`(
    model: String, prompt: Int64, output: Int64, isFound: Bool
  ) throws {
    var course = Course()
    course.model = model
    course.turn(prompt: prompt, output: output)
    course.ask(input: 1000, output: 100)
    let waste = try course.waste()
    #expect(waste.map(\.kind) == (isFound ? [.expensiveModel] : []))
    if isFound { #expect(waste[0].cost == dollars((1000 * (5 - 1) + 100 * (25 - 5)) / 1e6)) }
  }

  @Test func `a smaller model that had to take in a long history anew is no saving`() throws {
    var course = Course()
    course.turn(prompt: 80, output: 200)
    course.ask(input: 10, read: 100_000, output: 50)
    #expect(try course.waste().isEmpty)
  }

  @Test func `a question that led to work is not small`() throws {
    var course = Course()
    course.turn(prompt: 80, output: 100)
    course.ask(input: 1000)
    course.call(.search, 1)
    #expect(try course.waste().isEmpty)
  }

  // MARK: Sums

  @Test(arguments: 0..<40)
  func `however a session goes, no more is wasted than was used`(seed: Int) throws {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
    func draw(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    var course = Course()
    for _ in 0..<(1 + draw(4)) {
      course.turn(prompt: Int64(draw(600)), output: Int64(draw(1500)))
      for _ in 0..<draw(30) {
        course.ask(
          input: Int64(draw(3000)), read: Int64(draw(300_000)), written: Int64(draw(100_000)),
          output: Int64(draw(900)))
        course.pass(.seconds(Int64(draw(700))))
        switch draw(4) {
        case 0: course.call(.command, command: .test, exit: draw(3) > 0 ? .failed : .succeeded)
        case 1: course.edit(UInt64(draw(3)))
        default: course.call(.read, UInt64(draw(3)))
        }
      }
    }
    let waste = try course.waste()
    for key in TokenCounts.classes {
      // What is paid for again counts as written or as input; a call's context is all that it can be of.
      let found = waste.reduce(0) { $0 + ($1.tokens[keyPath: key] ?? 0) }
      let used = course.records.reduce(0) { $0 + ($1.counts[keyPath: key] ?? 0) }
      #expect(found <= used)
    }
    let report = WasteReport(waste, sessions: 1)
    #expect(report.cost == waste.reduce(.zero) { $0 + ($1.cost ?? .zero) })
    #expect(report.rows.reduce(0) { $0 + $1.findings } == waste.count)
  }
}
