import Directory
import Ledger

/// Stops the same request of the same key being made again and again.
///
/// A request opens the breaker when it is asked for more than `limit` times within the period, and closes it when,
/// at a later try, it was asked for at most half as often within the period before that try; refused tries count.
/// So a loop that goes on stays stopped, and one that ends is forgotten after a period at most. Times are kept in
/// sixteenths of the period, and the count may leave out up to one sixteenth of it: never a request refused that
/// was not repeated often enough.
///
/// Memory is fixed: a table of sets of eight. In a full set the request that was asked for least makes room, the
/// oldest of equals; so a loop stays in view among thousands of different requests between two of its rounds. When
/// there are more, it may be missed; no other request is ever mistaken for it.
struct RepeatBreaker: Sendable {
  struct Verdict: Hashable, Sendable {
    var repetition: Repetition
    /// Whether the breaker opened just now.
    var isFirst: Bool
  }

  private struct Entry {
    var fingerprint: UInt64 = 0
    var asker: UInt64 = 0
    /// The running number of the latest sixteenth; lane `latest % 16` holds it, and the others those before it.
    var latest: Int64 = 0
    var isOpen = false
    var times = SIMD16<UInt16>()

    var count: Int { Int(times.wrappedSum()) }

    /// Lets what is older than a period before sixteenth `now` fall out. A clock that was set back by less than a
    /// period counts as standing still; by more, all is forgotten.
    mutating func advance(to now: Int64) {
      let passed = now - latest
      if passed >= 16 || passed <= -16 {
        times = SIMD16()
        latest = now
      } else if passed > 0 {
        for sixteenth in (latest + 1)...now { times[Self.lane(sixteenth)] = 0 }
        latest = now
      }
    }

    /// The sixteenth in which at most `count` will be left if none is added.
    func sixteenth(leaving count: Int) -> Int64 {
      var left = self.count
      var oldest = latest - 15
      while left > count, oldest <= latest {
        left -= Int(times[Self.lane(oldest)])
        oldest += 1
      }
      return oldest + 15
    }

    mutating func addOne() {
      let lane = Self.lane(latest)
      // The sum of sixteen stays within 16 bits.
      times[lane] = min(times[lane] + 1, UInt16(RepeatPolicy.greatestLimit + 1))
    }

    static func lane(_ sixteenth: Int64) -> Int { Int(truncatingIfNeeded: sixteenth & 15) }
  }

  private static let ways = 8

  let policy: RepeatPolicy
  private let sixteenthMilliseconds: Int64
  private var entries: [Entry]

  init(policy: RepeatPolicy) {
    self.policy = policy
    sixteenthMilliseconds = max(1, policy.period.wholeMilliseconds / 16)
    entries = Array(repeating: Entry(), count: policy.remembered)
  }

  /// Counts one more time; `nil` if it may pass.
  mutating func ask(_ fingerprint: UInt64, of scope: Limit.Scope, at instant: Instant) -> Verdict? {
    let now = instant.inCalendar.milliseconds.quotientRoundedDown(by: sixteenthMilliseconds)
    let asker = Self.asker(scope)
    let position = self.position(of: fingerprint, asker: asker, now: now)
    if entries[position].fingerprint != fingerprint || entries[position].asker != asker {
      entries[position] = Entry(fingerprint: fingerprint, asker: asker, latest: now)
    }
    entries[position].advance(to: now)
    if entries[position].isOpen, entries[position].count <= policy.limitToPassAgain {
      entries[position].isOpen = false
    }
    entries[position].addOne()
    let wasOpen = entries[position].isOpen
    guard wasOpen || entries[position].count > policy.limit else { return nil }
    entries[position].isOpen = true
    let passes = entries[position].sixteenth(leaving: policy.limitToPassAgain)
    return Verdict(
      repetition: Repetition(
        scope: scope, times: entries[position].count, policy: policy,
        passes: Instant(milliseconds: passes * sixteenthMilliseconds)),
      isFirst: !wasOpen)
  }

  /// Where the request is, or where it may be written.
  private func position(of fingerprint: UInt64, asker: UInt64, now: Int64) -> Int {
    let sets = UInt64(entries.count / Self.ways)
    // A multiplier with bits all over (2⁶⁴ / golden ratio), so that poor fingerprints spread too.
    let mixed = (fingerprint ^ asker &* 0xD6E8_FEB8_6659_FD93) &* 0x9E37_79B9_7F4A_7C15
    let first = Int((mixed >> 32) % sets) * Self.ways
    var victim = first
    var leastWorth = (Int.max, Int64.max)
    for position in first..<(first + Self.ways) {
      let entry = entries[position]
      if entry.fingerprint == fingerprint, entry.asker == asker { return position }
      let isPast = entry.count == 0 || abs(now - entry.latest) >= 16
      let worth = (isPast ? 0 : entry.count + (entry.isOpen ? 1 << 20 : 0), entry.latest)
      if worth < leastWorth { (victim, leastWorth) = (position, worth) }
    }
    return victim
  }

  private static func asker(_ scope: Limit.Scope) -> UInt64 {
    let (kind, id): (UInt64, Int64) =
      switch scope {
      case .organisation: (0, 0)
      case .key(let id): (1, id)
      case .person(let id): (2, id)
      case .team(let id): (3, id)
      case .project(let id): (4, id)
      case .agent(let id): (5, id)
      }
    return UInt64(bitPattern: id) &* 8 &+ kind
  }
}
