import Foundation
import Ledger
@testable import Schedules
import Statistics
import Testing

@Suite("Missed occurrences")
struct MissedOccurrencesTests {
  private let hourly: Occurrences
  private let nine: Instant

  init() throws {
    hourly = Occurrences(try Schedule("0 * * * *"))
    nine = try instant("2026-06-01T09:00:00Z")
  }

  private func row(_ first: Int64, _ last: Int64, _ count: Int) -> Accounted.Row {
    Accounted.Row(first: nine + .hours(first), last: nine + .hours(last), count: count)
  }

  private func state() -> MissedOccurrences { MissedOccurrences(declared: nine - .minutes(30)) }

  @Test func `What is due is handed out once`() throws {
    var state = state()
    #expect(state.poll(at: nine - .seconds(1), of: hourly) == .init(wake: nine))
    let poll = state.poll(at: nine + .seconds(2), of: hourly)
    #expect(poll.claim?.occurrence == nine && poll.claim?.late == .seconds(2))
    #expect(state.poll(at: nine + .seconds(3), of: hourly).claim == nil)
    #expect(state.settleBegan() == [Accounted(row: row(0, 0, 1), fate: .ran(late: .seconds(2)))])
    #expect(state.poll(at: nine + .seconds(4), of: hourly) == .init(wake: nine + .hours(1)))
  }

  @Test func `A backlog is collapsed into the last, if that is within its grace`() throws {
    var state = state()
    let poll = state.poll(at: nine + .hours(4) + .minutes(29), of: hourly)
    #expect(poll.claim?.occurrence == nine + .hours(4) && poll.accounts.isEmpty)
    #expect(
      state.settleBegan() == [
        Accounted(row: row(0, 3, 4), fate: .collapsed(into: nine + .hours(4))),
        Accounted(row: row(4, 4, 1), fate: .ran(late: .minutes(29))),
      ])
  }

  @Test func `Beyond the grace all are skipped, and the log says so`() throws {
    var state = state()
    let poll = state.poll(at: nine + .hours(4) + .minutes(31), of: hourly)
    #expect(poll.claim == nil && poll.wake == nine + .hours(5))
    #expect(poll.accounts == [Accounted(row: row(0, 4, 5), fate: .skipped(.notLooking))])
  }

  @Test func `What is held runs late if the hold ends in time, and is skipped for that reason if not`() throws
  {
    var state = state()
    let held = state.poll(at: nine, of: hourly, hold: .busy)
    #expect(held.claim == nil && held.wake == nine + .minutes(30) + .milliseconds(1))
    var other = state
    #expect(state.poll(at: nine + .minutes(20), of: hourly).claim?.late == .minutes(20))
    let skipped = other.poll(at: nine + .minutes(31), of: hourly, hold: .busy)
    #expect(skipped.accounts == [Accounted(row: row(0, 0, 1), fate: .skipped(.held(.busy)))])
    // Held at nine; nobody looked from then until noon.
    var third = self.state()
    _ = third.poll(at: nine, of: hourly, hold: .stopped)
    #expect(
      third.poll(at: nine + .hours(3) + .minutes(40), of: hourly).accounts == [
        Accounted(row: row(0, 0, 1), fate: .skipped(.held(.stopped))),
        Accounted(row: row(1, 3, 3), fate: .skipped(.notLooking)),
      ])
  }

  @Test func `A claim lost in a crash is handed out once more, and never a third time`() throws {
    var state = state()
    _ = state.poll(at: nine, of: hourly)
    state = try JSONDecoder().decode(MissedOccurrences.self, from: JSONEncoder().encode(state))
    let second = state.recover(at: nine + .minutes(5), of: hourly, didBegin: false)
    #expect(second.claim?.occurrence == nine && second.claim?.isSecond == true)
    let third = state.recover(at: nine + .minutes(6), of: hourly, didBegin: false)
    #expect(third.claim == nil)
    #expect(third.accounts == [Accounted(row: row(0, 0, 1), fate: .skipped(.lost))])
    #expect(state.poll(at: nine + .minutes(7), of: hourly).claim == nil)
  }

  @Test func `A run that had begun before the crash does not begin again`() throws {
    var state = state()
    _ = state.poll(at: nine, of: hourly)
    let poll = state.recover(at: nine + .minutes(5), of: hourly, didBegin: true)
    #expect(poll.claim == nil && poll.accounts == [Accounted(row: row(0, 0, 1), fate: .ran(late: .zero))])
    #expect(state.poll(at: nine + .minutes(6), of: hourly).claim == nil)
  }

  @Test func `A clock put far ahead and back again neither repeats a run nor stops the schedule`() throws {
    var state = state()
    _ = state.poll(at: nine, of: hourly)
    _ = state.settleBegan()
    let ahead = state.poll(at: nine + .days(3650), of: hourly)
    #expect(ahead.claim != nil)
    let accounts = state.settleBegan()
    #expect(accounts.first?.row.count == nil && accounts.count == 2)
    let back = state.poll(at: nine - .minutes(1), of: hourly)
    #expect(back.claim == nil && back.wake == nine)
    #expect(back.accounts.map(\.fate) == [.reopened])
    #expect(state.poll(at: nine + .minutes(1), of: hourly).claim == nil, "it ran")
    #expect(state.poll(at: nine + .hours(1), of: hourly).claim?.occurrence == nine + .hours(1))
  }

  @Test func `What a changed schedule leaves open is accounted for`() throws {
    var state = state()
    #expect(
      state.retire(at: nine + .hours(1), of: hourly)
        == [Accounted(row: row(0, 1, 2), fate: .skipped(.replaced))])
    #expect(state.retire(at: nine + .hours(1), of: hourly).isEmpty)
  }

  /// Polls, holds, crashes before and after a run began, and a clock that is moved both ways.
  @Test(arguments: ["*/10 * * * *", "0 3,15 * * *", "every 90m", "30 2 * * *"], 0..<12)
  func `Each runs at most once and has one fate, whatever happens`(text: String, seed: UInt64) throws {
    var random = SeededRandom(seed: 100 + seed)
    let occurrences = Occurrences(try Schedule(text, zone: "Europe/Vienna"))
    var now = try instant("2026-03-27T00:00:00Z")
    let declared = now
    var state = MissedOccurrences(declared: now)
    var runs: [Instant: Int] = [:]
    var fates: [Instant: Accounted.Fate] = [:]

    var claimed: Set<Instant> = []
    /// What was handed out and came to something stays so when the clock is put back.
    func isSettled(_ occurrence: Instant, _ fate: Accounted.Fate) -> Bool {
      switch fate {
      case .ran, .skipped(.lost), .skipped(.refused): claimed.contains(occurrence)
      case .collapsed, .skipped, .reopened: false
      }
    }

    func note(_ accounts: [Accounted]) {
      for account in accounts {
        var counted = 0
        var place = account.row.first - .milliseconds(1)
        while let next = occurrences.next(after: place), next <= account.row.last {
          place = next
          if case .reopened = account.fate {
            // The row says nothing of those that are settled.
            if let fate = fates[next], !isSettled(next, fate) {
              fates[next] = nil
              counted += 1
            }
          } else if fates[next].map({ !isSettled(next, $0) }) ?? true {
            #expect(fates[next] == nil, "\(next.date) has two fates")
            fates[next] = account.fate
            counted += 1
          }
        }
        #expect(account.row.count == counted, "\(account)")
      }
    }

    for _ in 0..<400 {
      switch Int.random(in: 0..<20, using: &random) {
      case 0: now = now - .seconds(Int64.random(in: 0...90_000, using: &random))
      case 1: now = now + .seconds(Int64.random(in: 0...300_000, using: &random))
      default: now = now + .seconds(Int64.random(in: 0...4000, using: &random))
      }
      now = max(now, declared)
      let hold: Accounted.Hold? = Int.random(in: 0..<4, using: &random) == 0 ? .busy : nil
      var poll = state.poll(at: now, of: occurrences, hold: hold)
      note(poll.accounts)
      while let claim = poll.claim {
        #expect(hold == nil || claim.isSecond)
        claimed.insert(claim.occurrence)
        let crashes = Int.random(in: 0..<6, using: &random)
        if crashes != 1 { runs[claim.occurrence, default: 0] += 1 }
        guard crashes < 2 else {
          note(state.settleBegan())
          break
        }
        // 0: after the run began, 1: before.
        state = try JSONDecoder().decode(MissedOccurrences.self, from: JSONEncoder().encode(state))
        now = now + .seconds(Int64.random(in: 0...9000, using: &random))
        poll = state.recover(at: now, of: occurrences, didBegin: crashes == 0)
        note(poll.accounts)
      }
    }
    #expect(runs.values.allSatisfy { $0 == 1 } && !runs.isEmpty)
    var place = declared
    while let next = occurrences.next(after: place), next <= state.accountedThrough {
      #expect(fates[next] != nil, "\(next.date) is not accounted for")
      place = next
    }
    for (occurrence, fate) in fates { if case .ran = fate { #expect(runs[occurrence] == 1) } }
  }
}
