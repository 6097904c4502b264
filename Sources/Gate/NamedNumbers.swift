import Foundation

/// The numbers that a text names, by value: `1,200.50` is 1200.5, `$50` is 50. Digits within a date or a name are none.
struct NamedNumbers {
  private var numbers: Set<Decimal> = []

  init(_ text: String) {
    for word in text.split(whereSeparator: { $0.isWhitespace || "()[]{}\"'“”‘’;|<>=".contains($0) }) {
      let bare = word.drop { "$€£¥#:".contains($0) }
      var digits = String(bare)
      while let last = digits.last, ".,:!?%€£¥$".contains(last) { digits.removeLast() }
      if let number = Self.parse(digits) { numbers.insert(number) }
    }
  }

  func contains(_ value: Decimal) -> Bool { numbers.contains(value) }

  private static func parse(_ word: String) -> Decimal? {
    guard (1...30).contains(word.utf8.count) else { return nil }
    let unsigned = word.first == "-" ? word.dropFirst() : word[...]
    let halves = unsigned.split(separator: ".", omittingEmptySubsequences: false)
    guard let whole = halves.first, halves.count <= 2, halves.allSatisfy({ !$0.isEmpty }) else { return nil }
    let groups = whole.split(separator: ",", omittingEmptySubsequences: false)
    guard groups.dropFirst().allSatisfy({ $0.count == 3 }), groups.first?.isEmpty == false else { return nil }
    if groups.count > 1, groups.first.map({ $0.count > 3 }) == true { return nil }
    let digits = groups.joined() + (halves.count == 2 ? "." + halves[1] : "")
    guard digits.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") }) else { return nil }
    return Decimal(string: (word.first == "-" ? "-" : "") + digits, locale: Locale(identifier: "en_US_POSIX"))
  }
}
