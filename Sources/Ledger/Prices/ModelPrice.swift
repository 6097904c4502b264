/// What one model costs during one period, at the provider's list price.
package struct ModelPrice: Hashable, Sendable {
  /// A way of being served that has prices of its own.
  package enum Mode: String, CaseIterable, Sendable, Hashable {
    case batch, flex, priority, fast
  }

  /// The canonical name.
  package var model: String
  package var provider: String
  package var standard: Tariff
  package var modes: [Mode: Tariff]
  /// Nano-dollars per thousand searches the provider made on the model's behalf; `nil` if not known.
  package var webSearch: Int64?
  package var validity: Validity
  /// Where the prices were read: a page or table, without scheme.
  package var source: String
  /// The day on which they were last compared with the source, as `YYYY-MM-DD`.
  package var checked: String
  package var note: String?

  package init(
    model: String, provider: String, standard: Tariff, modes: [Mode: Tariff] = [:], webSearch: Int64? = nil,
    validity: Validity = Validity(), source: String, checked: String, note: String? = nil
  ) {
    self.model = model
    self.provider = provider
    self.standard = standard
    self.modes = modes
    self.webSearch = webSearch
    self.validity = validity
    self.source = source
    self.checked = checked
    self.note = note
  }

  /// What `counts` cost, rounded once, half to even, to whole nano-dollars.
  ///
  /// Classes that are unknown count as nothing (say so beside the figure, law 2), and so do searches whose price
  /// is not known. A service for which the model has no prices of its own costs the standard ones
  /// (``hasPrices(for:)``). Fast mode comes before the tier, since no provider sells both at once.
  ///
  /// - Parameter isOneRequest: Whether `counts` are those of a single request. Long-context prices hold for whole
  ///   requests, so totals of several are priced as ordinary ones, which is the least they can have cost.
  /// - Returns: `nil` only if the amount is more than ``NanoDollars`` can hold (nine billion dollars): the counts
  ///   are then wrong, and no figure is better than a false one.
  package func cost(
    of counts: TokenCounts, service: UsageRecord.Service = .init(), isOneRequest: Bool = true
  ) -> NanoDollars? {
    let tariff = tariff(for: service)
    let rates = isOneRequest ? tariff.rates(forRequest: counts) : tariff.rates
    var millionths = rates.total(of: counts)
    if let webSearch {
      // Per thousand searches, so a thousand times as much per million.
      millionths += Int128(max(service.webSearches, 0)) * Int128(webSearch) * 1000
    }
    var (amount, rest) = millionths.quotientAndRemainder(dividingBy: 1_000_000)
    rest *= 2
    if rest > 1_000_000 || (rest == 1_000_000 && !amount.isMultiple(of: 2)) { amount += 1 }
    return Int64(exactly: amount).map { NanoDollars($0) }
  }

  /// Whether the prices of this service are known, rather than taken to be the standard ones.
  package func hasPrices(for service: UsageRecord.Service) -> Bool {
    if service.webSearches > 0 && webSearch == nil { return false }
    if service.isFast { return modes[.fast] != nil }
    return service.tier == .standard || service.tier.mode.map { modes[$0] != nil } ?? false
  }

  private func tariff(for service: UsageRecord.Service) -> Tariff {
    if service.isFast, let fast = modes[.fast] { return fast }
    guard let mode = service.tier.mode else { return standard }
    return modes[mode] ?? standard
  }
}

extension UsageRecord.Service.Tier {
  fileprivate var mode: ModelPrice.Mode? {
    switch self {
    case .standard: nil
    case .batch: .batch
    case .priority: .priority
    case .flex: .flex
    }
  }
}

/// The days (UTC) on which a price holds, both ends included; `nil` is without end.
package struct Validity: Hashable, Sendable {
  package var from: CalendarDay?
  package var until: CalendarDay?

  package init(from: CalendarDay? = nil, until: CalendarDay? = nil) {
    self.from = from
    self.until = until
  }

  package func contains(_ instant: Instant) -> Bool {
    if let from, instant < from.start { return false }
    if let until, instant >= until.end { return false }
    return true
  }
}

/// A day of the Gregorian calendar, in UTC.
package struct CalendarDay: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  package let description: String
  package let start: Instant

  package var end: Instant { start + .days(1) }

  /// Reads `YYYY-MM-DD`; `nil` if that is no day of the years 2000 to 2199.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      let year = Int64(text.prefix(4)), let month = Int64(text.dropFirst(5).prefix(2)),
      let day = Int64(text.dropFirst(8)), (2000..<2200).contains(year), (1...12).contains(month), day >= 1
    else { return nil }
    let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard day <= lengths[Int(month) - 1] else { return nil }
    let years = year - 1
    let daysBefore = years * 365 + years / 4 - years / 100 + years / 400 - 719_162
    let days = daysBefore + lengths.prefix(Int(month) - 1).reduce(0, +) + day - 1
    description = text
    start = Instant(milliseconds: days * 86_400_000)
  }

  /// The day that `instant` falls on; of years that have four digits.
  package init(containing instant: Instant) {
    let length: Int64 = 86_400_000
    let into = instant.milliseconds % length
    start = Instant(milliseconds: instant.milliseconds &- (into < 0 ? into + length : into))
    // Howard Hinnant's `civil_from_days`: years begin in March, so that the leap day is the last.
    let days = min(max(start.milliseconds / length, -719_162), 2_932_896) + 719_468
    let dayOfEra = days % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let fromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * fromMarch + 2) / 5 + 1
    let month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
    let year = yearOfEra + days / 146_097 * 400 + (month <= 2 ? 1 : 0)
    func padded(_ number: Int64, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
    description = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }

  package static func < (a: CalendarDay, b: CalendarDay) -> Bool { a.start < b.start }
}

extension CalendarDay {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let day = CalendarDay(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a day")
    }
    self = day
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
