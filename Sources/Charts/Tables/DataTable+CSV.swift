import Ledger

extension DataTable {
  /// RFC 4180: units in the head line, money in decimal dollars, an empty field for what is not known, `withheld` for
  /// what is not shown. An estimate takes three columns, parts of a whole one each.
  package var csv: String {
    var head: [String] = []
    for (index, column) in columns.enumerated() {
      switch column.kind {
      case .parts(let unit):
        head += partNames(of: index).map { "\(column.name): \($0) (\(unit == .dollars ? "USD" : "calls"))" }
      default:
        head.append(column.header)
        if column.hasIntervals { head += ["\(column.header) low", "\(column.header) high"] }
      }
    }
    return CSV.document(
      head: head.map(CSV.guarded),
      rows: rows.map { row in
        zip(row.cells, columns.indices).flatMap { fields($0, $1) }
      })
  }

  private func fields(_ value: DataValue, _ index: Int) -> [String] {
    let column = columns[index]
    if case .parts(let unit) = column.kind {
      let names = partNames(of: index)
      guard case .parts(let parts) = value else { return names.map { _ in value.data } }
      return names.map { name in
        let found = parts.filter { $0.label == name }
        guard !found.isEmpty else { return "" }
        let weight = found.reduce(Int64(0)) { $0 &+ $1.weight }
        return unit == .dollars ? Figures.decimal(NanoDollars(weight)) : String(weight)
      }
    }
    guard column.hasIntervals else { return [value.data] }
    guard case .interval(let interval) = value else {
      let rest = value == .withheld ? value.data : ""
      return [value.data, rest, rest]
    }
    return [interval.estimate, interval.low, interval.high].map(DataValue.decimal)
  }
}

extension DataValue {
  /// Without its unit, for programs.
  var data: String {
    switch self {
    case .text(let text), .toned(let text, _): CSV.guarded(text)
    case .count(let count): String(count)
    case .money(let amount): Figures.decimal(amount)
    case .share(let number), .number(let number): Self.decimal(number)
    case .interval(let interval): Self.decimal(interval.estimate)
    case .trend(let values): values.map { $0 == .missing ? "-" : $0.data }.joined(separator: " ")
    case .parts(let parts): CSV.guarded(parts.map(\.label).joined(separator: " "))
    case .missing: ""
    case .withheld: "withheld"
    }
  }

  static func decimal(_ number: Double) -> String { number.isFinite ? "\(number)" : "" }
}

extension CSV {
  /// Programs that open CSV run what begins like a formula; an apostrophe before it makes it text
  /// (OWASP, “CSV Injection”). Numbers of ours are not texts and stay as they are.
  static func guarded(_ text: String) -> String {
    guard let first = text.unicodeScalars.first(where: { $0 != " " }),
      ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"].contains(first)
    else { return text }
    return "'" + text
  }
}
