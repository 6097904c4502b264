import Effects
import Foundation
import Ledger
import Yams

/// The values of one mapping. What is not there, or not as it must be, is a problem with its line; reading goes on.
struct Fields {
  let file: String
  let problems: Problems
  /// Of the mapping itself.
  let line: Int
  private var values: [String: (line: Int, node: Node)] = [:]

  /// - Parameter known: Every key that may be there.
  init(_ mapping: Node.Mapping, known: [String], in file: String, _ problems: Problems) {
    self.file = file
    self.problems = problems
    line = mapping.mark?.line ?? 1
    for (key, value) in mapping {
      let place = key.mark?.line ?? line
      guard let name = key.string, known.contains(name) else {
        let given = key.string ?? "?"
        let meant = nearest(to: given, of: known).map { " Did you mean “\($0)”?" } ?? ""
        problems.add(
          file, place,
          "There is no key \(quoted(given)).\(meant) Those there are: \(known.joined(separator: ", ")).")
        continue
      }
      values[name] = (value.mark?.line ?? place, value)
    }
  }

  func wrong(_ key: String, _ expected: String) {
    problems.add(file, values[key]?.line ?? line, "“\(key)” takes \(expected).")
  }

  func has(_ key: String) -> Bool { values[key] != nil }

  func line(of key: String) -> Int { values[key]?.line ?? line }

  func node(_ key: String) -> Node? { values[key]?.node }

  func fields(_ key: String, known: [String]) -> Fields? {
    guard let node = node(key) else { return nil }
    guard let mapping = node.mapping else {
      wrong(key, "keys and values: \(known.joined(separator: ", "))")
      return nil
    }
    return Fields(mapping, known: known, in: file, problems)
  }

  /// A text of one to `most` characters.
  func text(_ key: String, most: Int = 200) -> String? {
    guard let node = node(key) else { return nil }
    guard let text = node.scalar?.string, !text.isEmpty, text.count <= most, !text.contains("\0") else {
      wrong(key, "a text of 1 to \(most) characters")
      return nil
    }
    return text
  }

  func required(_ key: String, most: Int = 200) -> String? {
    if !has(key) { problems.add(file, line, "“\(key)” is missing.") }
    return text(key, most: most)
  }

  func boolean(_ key: String) -> Bool? {
    guard let node = node(key) else { return nil }
    switch node.scalar?.string {
    case "true": return true
    case "false": return false
    default:
      wrong(key, "true or false")
      return nil
    }
  }

  func number(_ key: String, in range: ClosedRange<Int>) -> Int? {
    guard let node = node(key) else { return nil }
    guard let text = node.scalar?.string, let number = Int(text.replacing("_", with: "")),
      range.contains(number)
    else {
      wrong(key, "a whole number from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return number
  }

  /// A list of texts, or one text alone.
  func texts(_ key: String, most: Int = 100) -> [String]? {
    guard let node = node(key) else { return nil }
    let nodes = node.sequence.map { Array($0) } ?? [node]
    let texts = nodes.compactMap { $0.scalar?.string }.filter { !$0.isEmpty && $0.count <= 200 }
    guard texts.count == nodes.count, texts.count <= most else {
      wrong(key, "a list of at most \(most) short texts")
      return nil
    }
    if Set(texts).count < texts.count { wrong(key, "each name once") }
    return texts
  }

  func choice<Choice: RawRepresentable & CaseIterable>(_ key: String) -> Choice?
  where Choice.RawValue == String {
    guard let node = node(key) else { return nil }
    guard let choice = node.scalar.flatMap({ Choice(rawValue: $0.string) }) else {
      wrong(key, Choice.allCases.map(\.rawValue).joined(separator: " or "))
      return nil
    }
    return choice
  }

  /// `30s`, `15m`, `1h`, `14d`, up to a year.
  func duration(_ key: String) -> Duration? {
    guard let node = node(key) else { return nil }
    let seconds: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let text = node.scalar?.string, let unit = text.last.flatMap({ seconds[$0] }),
      let count = Int64(text.dropLast()), (1...31_536_000 / unit).contains(count)
    else {
      wrong(key, "a length of time of up to a year: 30m, 12h, 14d")
      return nil
    }
    return .seconds(count * unit)
  }

  /// `0.50 USD`: digits after the point down to nano-dollars, no floating point.
  func money(_ key: String) -> NanoDollars? {
    guard let node = node(key) else { return nil }
    let expected = "an amount of dollars such as 0.50 USD"
    let words = (node.scalar?.string ?? "").split(separator: " ")
    let parts = (words.first ?? "").split(separator: ".", omittingEmptySubsequences: false)
    guard words.count == 2, words[1] == "USD", (1...2).contains(parts.count),
      (1...9).contains(parts[0].count),
      parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }), let whole = Int64(parts[0])
    else {
      wrong(key, expected)
      return nil
    }
    var nano: Int64 = 0
    if parts.count == 2 {
      guard (1...9).contains(parts[1].count),
        let digits = Int64(parts[1] + String(repeating: "0", count: 9 - parts[1].count))
      else {
        wrong(key, expected)
        return nil
      }
      nano = digits
    }
    return NanoDollars(whole * NanoDollars.perDollar + nano)
  }

  /// The mappings of a list, each with the same keys.
  func list(_ key: String, known: [String], most: Int = 100) -> [Fields] {
    guard let node = node(key) else { return [] }
    guard let list = node.sequence, list.count <= most, list.allSatisfy({ $0.mapping != nil }) else {
      wrong(key, "a list of at most \(most), each with keys and values: \(known.joined(separator: ", "))")
      return []
    }
    return list.compactMap { $0.mapping.map { Fields($0, known: known, in: file, problems) } }
  }
}

extension JSON {
  /// A plain value as YAML's core schema reads it, or a list of such.
  init?(_ node: Node) {
    if let list = node.sequence {
      let values = list.compactMap { JSON($0) }
      guard values.count == list.count else { return nil }
      self = .array(values)
      return
    }
    guard let scalar = node.scalar else { return nil }
    // What stands in quotes is a text whatever it looks like.
    guard scalar.style == .plain else {
      self = .string(scalar.string)
      return
    }
    switch scalar.string {
    case "true": self = .bool(true)
    case "false": self = .bool(false)
    case "null", "~", "": self = .null
    default:
      if let number = Int64(scalar.string) {
        self = .integer(number)
      } else if let number = Double(scalar.string), number.isFinite, scalar.string.contains(".") {
        self = .number(number)
      } else {
        self = .string(scalar.string)
      }
    }
  }
}
