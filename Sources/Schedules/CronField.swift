/// One of the five fields of a cron expression.
enum CronField: Int, CaseIterable {
  case minute, hour, day, month, weekday

  var name: String {
    switch self {
    case .minute: "minute"
    case .hour: "hour"
    case .day: "day of month"
    case .month: "month"
    case .weekday: "day of week"
    }
  }

  var range: ClosedRange<Int> {
    switch self {
    case .minute: 0...59
    case .hour: 0...23
    case .day: 1...31
    case .month: 1...12
    // Sunday is 0 and 7.
    case .weekday: 0...7
    }
  }

  private var names: [String] {
    switch self {
    case .minute, .hour, .day: []
    case .month: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    case .weekday: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
    }
  }

  /// The values that a field stands for, one bit each; Sunday is bit 0 alone.
  ///
  /// - Parameter offset: Where the field begins in the whole, for the error.
  func bits(_ text: Substring, at offset: Int, of whole: String) throws(ScheduleError) -> UInt64 {
    var bits: UInt64 = 0
    var place = offset
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let problem = { (reason: String) in
        ScheduleError(text: whole, offset: place, reason: "\(name): \(reason)")
      }
      bits |= try partBits(part, problem)
      place += part.count + 1
    }
    return self == .weekday ? (bits | bits >> 7) & 0x7F : bits
  }

  private func partBits(
    _ part: Substring, _ problem: (String) -> ScheduleError
  ) throws(ScheduleError) -> UInt64 {
    guard !part.isEmpty else { throw problem("a value is missing") }
    let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
    guard let span = pieces.first, pieces.count <= 2 else { throw problem("one “/” at most: */15") }
    let bounds = try self.bounds(span, problem)
    var step = 1
    if pieces.count == 2 {
      guard let given = Self.number(pieces[1]), given > 0 else {
        throw problem("“\(pieces[1].prefix(20))” is no step; give a number from 1")
      }
      guard span == "*" || span.contains("-") else {
        // Crons differ on 5/10: some begin at 5, some forget the step.
        throw problem("a step goes after * or a range: \(span)-\(range.upperBound)/\(given)")
      }
      guard given <= (self == .weekday ? 7 : range.count) else {
        throw problem(
          "a step of \(given) is more than there are; for a longer period write “every”: every 90m")
      }
      step = given
    }
    var bits: UInt64 = 0
    // Day 7 is day 0 again: a star must not step on to it.
    let last = span == "*" && self == .weekday ? 6 : bounds.upperBound
    for value in stride(from: bounds.lowerBound, through: last, by: step) { bits |= 1 << UInt64(value) }
    return bits
  }

  private func bounds(
    _ span: Substring, _ problem: (String) -> ScheduleError
  ) throws(ScheduleError) -> ClosedRange<Int> {
    if span == "*" { return range }
    let ends = span.split(separator: "-", omittingEmptySubsequences: false)
    guard let first = ends.first, ends.count <= 2 else { throw problem("a range has two ends: 1-5") }
    let low = try value(first, problem)
    guard ends.count == 2 else { return low...low }
    var high = try value(ends[1], problem)
    if self == .weekday, high == 0, low > 0 { high = 7 }
    guard low <= high else {
      throw problem(
        "“\(span)” runs backwards; give \(first)-\(range.upperBound),\(range.lowerBound)-\(ends[1])")
    }
    return low...high
  }

  private func value(_ text: Substring, _ problem: (String) -> ScheduleError) throws(ScheduleError) -> Int {
    if let number = Self.number(text) {
      guard range.contains(number) else {
        throw problem("\(number) is not from \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
    if let place = names.firstIndex(of: text.lowercased()) { return self == .month ? place + 1 : place }
    let given = text.prefix(20)
    guard !text.isEmpty else { throw problem("a value is missing") }
    guard !text.contains(where: { "LW#?".contains($0) }) else {
      throw problem("“\(given)”: L, W, # and ? are not of crontab(5)")
    }
    let wanted = names.isEmpty ? "" : ", or a name such as \(names[1])"
    throw problem("“\(given)” is no number from \(range.lowerBound) to \(range.upperBound)\(wanted)")
  }

  /// ASCII digits, few enough not to overflow.
  private static func number(_ text: Substring) -> Int? {
    guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else {
      return nil
    }
    return Int(text)
  }
}
