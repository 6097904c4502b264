import Ledger

/// A column of a table: what its values are, and in which unit.
package struct DataColumn: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// A name or a few words.
    case text
    /// Sentences.
    case words
    /// What is typed or copied: identifiers, hashes.
    case code
    case count
    /// A count of one class of tokens, shortened where it is read.
    case tokens
    case money
    case share
    /// - Parameters:
    ///   - unit: as it stands behind a number: “hours”.
    ///   - decimals: How many are read.
    case number(unit: String, decimals: Int)
    /// Of values over time.
    case trend
    /// Parts of a whole.
    case parts(BarUnit)
  }

  package var name: String
  package var kind: Kind
  /// Whether its values are estimates with intervals, which are drawn beside them.
  package var hasIntervals: Bool
  /// What the estimates are compared with, such as the value of the whole: intervals that contain it look alike.
  package var reference: Double?

  /// Of percentages, how many are read.
  package var decimals: Int

  package init(
    _ name: String, _ kind: Kind = .text, decimals: Int = 0, hasIntervals: Bool = false,
    reference: Double? = nil
  ) {
    self.name = name
    self.decimals = decimals
    self.kind = kind
    self.hasIntervals = hasIntervals
    self.reference = reference
  }

  /// Whether it is read from the left.
  var isText: Bool {
    switch kind {
    case .text, .words, .code, .trend, .parts: true
    case .count, .tokens, .money, .share, .number: false
    }
  }

  // MARK: As data

  /// In the head line of CSV, with the unit.
  var header: String {
    switch kind {
    case .text, .words, .code, .count, .trend, .parts: name
    case .tokens: "\(name) (tokens)"
    case .money: "\(name) (USD)"
    case .share: "\(name) (share of 1)"
    case .number(let unit, _): unit.isEmpty ? name : "\(name) (\(unit))"
    }
  }

  /// In JSON, with the unit.
  var key: String {
    switch kind {
    case .text, .words, .code, .count, .trend, .parts: Self.key(name)
    case .tokens: Self.key("\(name) tokens")
    case .money: Self.key(hasIntervals ? "\(name) usd" : "\(name) nano usd")
    case .share: Self.key("\(name) share")
    case .number(let unit, _): Self.key("\(name) \(unit)")
    }
  }

  /// Lowercase letters and digits with single underscores between words.
  static func key(_ name: String) -> String {
    name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.joined(separator: "_")
  }
}

/// How the values of one column are read: with as many decimals as fit them all.
struct ColumnText {
  private let column: DataColumn
  private let scale: MoneyScale

  init(_ column: DataColumn, of values: some Sequence<DataValue>) {
    self.column = column
    scale = MoneyScale(
      fitting: values.map { value in
        switch value {
        case .money(let amount): amount
        case .interval(let interval): Self.amount(interval.estimate)
        default: nil
        }
      })
  }

  func text(_ value: DataValue) -> String {
    switch value {
    case .text(let text), .toned(let text, _): text
    case .count(let count): column.kind == .tokens ? Figures.tokens(count) : Figures.grouped(count)
    case .money(let amount): scale.text(amount)
    case .share(let share): Figures.share(share, decimals: column.decimals)
    case .number(let number): text(number)
    case .interval(let interval):
      "\(text(interval.estimate)) (\(bare(interval.low)) to \(bare(interval.high)))"
    case .trend(let values):
      values.map { ColumnText(column, of: values).text($0) }.joined(separator: ", ")
    case .parts(let parts):
      parts.map { "\($0.label) \(Self.unit(of: column).text($0.weight))" }.joined(separator: ", ")
    case .missing: Figures.missing
    case .withheld: Self.withheld
    }
  }

  static let withheld = "not shown"

  /// A number in the column's unit.
  func text(_ number: Double) -> String {
    switch column.kind {
    case .money: return scale.text(Self.amount(number))
    case .share: return Figures.share(number, decimals: column.decimals)
    case .number(let unit, let decimals):
      return Figures.number(number, decimals: decimals) + (unit.isEmpty ? "" : Figures.joint + unit)
    case .count, .tokens, .text, .words, .code, .trend, .parts:
      return Figures.number(number, decimals: number == number.rounded() ? 0 : 1)
    }
  }

  /// Where the unit stands beside it already.
  private func bare(_ number: Double) -> String {
    guard case .number(_, let decimals) = column.kind else { return text(number) }
    return Figures.number(number, decimals: decimals)
  }

  static func unit(of column: DataColumn) -> BarUnit {
    if case .parts(let unit) = column.kind { unit } else { .calls }
  }

  /// Dollars as money, within what can be held.
  static func amount(_ dollars: Double) -> NanoDollars? {
    guard dollars.isFinite else { return nil }
    return NanoDollars(Int64(clamping: dollars * Double(NanoDollars.perDollar)))
  }
}

extension Int64 {
  /// The nearest whole number that there is.
  init(clamping value: Double) {
    self =
      value >= 9.2e18 ? .max : value <= -9.2e18 ? .min : value.isNaN ? 0 : Int64(value.rounded())
  }
}
