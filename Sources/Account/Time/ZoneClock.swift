import Charts
package import Foundation
package import Ledger

/// Reads instants on the clocks of one time zone: which day they fall on, and when that day begins.
/// Its offsets are remembered by quarter of an hour, since asking the system costs microseconds each time.
package struct ZoneClock {
  package let zone: TimeZone
  private var offsets: [Int64: Int64] = [:]

  package init(_ zone: TimeZone) { self.zone = zone }

  /// Instants outside the years 1 to 9999 are read as the nearest inside, so that no input can overflow.
  private static let earliest: Int64 = -62_135_596_800
  private static let latest: Int64 = 253_402_300_799

  private static func seconds(_ instant: Instant) -> Int64 {
    let whole = instant.milliseconds / 1000
    return Swift.min(Swift.max(instant.milliseconds % 1000 < 0 ? whole - 1 : whole, earliest), latest)
  }

  /// Seconds to add to UTC.
  package mutating func offset(at instant: Instant) -> Int64 { offset(atSecond: Self.seconds(instant)) }

  private mutating func offset(atSecond second: Int64) -> Int64 {
    // Transitions fall on quarters of an hour everywhere since 1972, so one offset holds for the quarter.
    let quarter = floorDivide(second, 900)
    if let known = offsets[quarter] { return known }
    let date = Date(timeIntervalSince1970: Double(quarter * 900))
    let offset = Int64(zone.secondsFromGMT(for: date))
    offsets[quarter] = offset
    return offset
  }

  /// The day on the wall calendar.
  package mutating func day(of instant: Instant) -> CivilDay {
    let second = Self.seconds(instant)
    return CivilDay(number: Int(floorDivide(second + offset(atSecond: second), 86_400)))
  }

  /// Hours and minutes on the wall clock.
  package mutating func time(of instant: Instant) -> (hour: Int, minute: Int) {
    let second = Self.seconds(instant)
    let local = second + offset(atSecond: second)
    let ofDay = Int(local - floorDivide(local, 86_400) * 86_400)
    return (ofDay / 3600, ofDay % 3600 / 60)
  }

  /// The first instant of a day. Where clocks skip midnight, that is the moment of the skip; where they pass
  /// it twice, the day begins the last time, so that an instant and its day never disagree.
  package mutating func start(of day: CivilDay) -> Instant {
    let midnight = Swift.min(Swift.max(Int64(day.number) * 86_400, Self.earliest), Self.latest)
    let before = offset(atSecond: midnight - 86_400)
    let after = offset(atSecond: midnight + 86_400)
    let candidates = [midnight - Swift.max(before, after), midnight - Swift.min(before, after)]
    let match = candidates.first { offset(atSecond: $0) + $0 == midnight }
    return Instant(milliseconds: (match ?? (midnight - before)) * 1000)
  }

  /// `2026-11-21T09:00:00+01:00`, to the second.
  package mutating func iso(_ instant: Instant) -> String {
    let second = Self.seconds(instant)
    let offset = offset(atSecond: second)
    let local = second + offset
    let day = CivilDay(number: Int(floorDivide(local, 86_400)))
    let ofDay = Int(local - Int64(day.number) * 86_400)
    let time =
      "\(Figures.padded(ofDay / 3600, 2)):\(Figures.padded(ofDay % 3600 / 60, 2)):\(Figures.padded(ofDay % 60, 2))"
    let size = Int(offset.magnitude)
    let sign = offset < 0 ? "-" : "+"
    let suffix =
      offset == 0 ? "Z" : "\(sign)\(Figures.padded(size / 3600, 2)):\(Figures.padded(size % 3600 / 60, 2))"
    return "\(day.iso)T\(time)\(suffix)"
  }

  /// `09:05`
  package mutating func clock(_ instant: Instant) -> String {
    let (hour, minute) = time(of: instant)
    return "\(Figures.padded(hour, 2)):\(Figures.padded(minute, 2))"
  }
}

extension Instant {
  /// `2026-11-21T09:00:00.123Z`; without the fraction where it is zero.
  package var utc: String {
    var clock = ZoneClock(.gmt)
    let text = clock.iso(self)
    let fraction = Int(((milliseconds % 1000) + 1000) % 1000)
    return fraction == 0 ? text : "\(text.dropLast()).\(Figures.padded(fraction, 3))Z"
  }

  /// `2026-11-21 09:00 UTC`, for sentences.
  package var utcMinute: String {
    var clock = ZoneClock(.gmt)
    return "\(clock.iso(self).prefix(10)) \(clock.clock(self)) UTC"
  }
}

/// Rounds towards minus infinity, unlike `/`.
func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
  let quotient = value / divisor
  return value % divisor < 0 ? quotient - 1 : quotient
}
