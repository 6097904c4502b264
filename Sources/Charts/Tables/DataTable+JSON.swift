import Ledger

extension DataTable {
  /// An array of objects, one a row: money in whole nano-dollars, `null` for what is not known, `{"withheld": true}` for
  /// what is not shown.
  package var json: JSONValue {
    let keys = uniqueKeys
    return .array(
      rows.map { row in
        .object(zip(keys, row.cells).map { ($0, Self.json($1)) })
      })
  }

  /// Two columns of one name would otherwise be one member.
  private var uniqueKeys: [String] {
    var seen: [String: Int] = [:]
    return columns.enumerated().map { index, column in
      let key = column.key.isEmpty ? "column_\(index + 1)" : column.key
      seen[key, default: 0] += 1
      let count = seen[key] ?? 1
      return count == 1 ? key : "\(key)_\(count)"
    }
  }

  /// Parts of one name are one member.
  private static func merged(_ parts: [TonedPart]) -> [(String, JSONValue)] {
    var sums: [(key: String, weight: Int64)] = []
    for part in parts {
      let key = DataColumn.key(part.label)
      if let index = sums.firstIndex(where: { $0.key == key }) {
        sums[index].weight &+= part.weight
      } else {
        sums.append((key, part.weight))
      }
    }
    return sums.map { ($0.key, .integer($0.weight)) }
  }

  private static func json(_ value: DataValue) -> JSONValue {
    switch value {
    case .text(let text), .toned(let text, _): .string(text)
    case .count(let count): .integer(count)
    case .money(let amount): .integer(amount.count)
    case .share(let number), .number(let number): .number(number)
    case .interval(let interval):
      .object([
        ("estimate", .number(interval.estimate)), ("low", .number(interval.low)),
        ("high", .number(interval.high)),
      ])
    case .trend(let values): .array(values.map(json))
    case .parts(let parts): .object(merged(parts))
    case .missing: .null
    case .withheld: .object([("withheld", .bool(true))])
    }
  }
}
