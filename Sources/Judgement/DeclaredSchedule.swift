package import Ledger
package import Schedules

/// Work that somebody said a machine starts, and when: automation that is declared is judged by nobody's clock.
package struct DeclaredSchedule: Hashable, Sendable {
  package var name: String
  /// Whose; `nil` for everybody's.
  package var account: AccountID?
  package var schedule: Schedule
  package var tolerance: Tolerance

  /// How much later than said it may begin.
  package enum Tolerance: Hashable, Sendable {
    case seconds(Int)
    /// As late as Assay itself begins what it missed (``Occurrences/grace(of:)``).
    case grace
  }

  package init(
    name: String, account: AccountID? = nil, schedule: Schedule, tolerance: Tolerance = .seconds(300)
  ) {
    self.name = name
    self.account = account
    self.schedule = schedule
    self.tolerance = tolerance
  }

  /// Whether a session of `account` that began at `start` is one of these.
  package func covers(_ start: Instant, of account: AccountID) -> Bool {
    if let own = self.account, own != account { return false }
    let occurrences = Occurrences(schedule)
    // A little early counts too: clocks differ.
    let end = start + .seconds(60)
    switch tolerance {
    case .seconds(let seconds):
      let floor = start - .seconds(seconds) - .milliseconds(1)
      return occurrences.next(after: floor).map { $0 <= end } ?? false
    case .grace:
      let floor = start - Occurrences.longestGrace - .milliseconds(1)
      guard let last = occurrences.last(through: end, after: floor) else { return false }
      return start - last <= occurrences.grace(of: last)
    }
  }
}

/// In a policy file: `{"name": "nightly", "times": "0 2 * * *", "zone": "Europe/Vienna", "toleranceSeconds": 300}`.
extension DeclaredSchedule: Codable {
  private enum CodingKeys: String, CodingKey {
    case name, account, times, zone, toleranceSeconds
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let zone = try values.decodeIfPresent(String.self, forKey: .zone) ?? "UTC"
    let times = try values.decode(String.self, forKey: .times)
    let schedule: Schedule
    do throws(ScheduleError) {
      schedule = try Schedule(times, zone: zone)
    } catch {
      throw DecodingError.dataCorruptedError(forKey: .times, in: values, debugDescription: "\(error)")
    }
    var tolerance = Tolerance.seconds(300)
    if values.contains(.toleranceSeconds) {
      if try values.decodeNil(forKey: .toleranceSeconds) {
        tolerance = .grace
      } else {
        let seconds = try values.decode(Int.self, forKey: .toleranceSeconds)
        guard (0...86_400).contains(seconds) else {
          throw DecodingError.dataCorruptedError(
            forKey: .toleranceSeconds, in: values, debugDescription: "give 0 to 86,400 seconds")
        }
        tolerance = .seconds(seconds)
      }
    }
    self.init(
      name: try values.decode(String.self, forKey: .name),
      account: try values.decodeIfPresent(AccountID.self, forKey: .account), schedule: schedule,
      tolerance: tolerance)
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(name, forKey: .name)
    try values.encodeIfPresent(account, forKey: .account)
    try values.encode(schedule.text, forKey: .times)
    try values.encode(schedule.zone, forKey: .zone)
    switch tolerance {
    case .seconds(let seconds): try values.encode(seconds, forKey: .toleranceSeconds)
    case .grace: try values.encodeNil(forKey: .toleranceSeconds)
    }
  }
}
