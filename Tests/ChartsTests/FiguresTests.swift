import Charts
import Ledger
import TestCorpus
import Testing

@Suite("Figures")
struct FiguresTests {
  @Test(
    "Tokens are printed with three figures and a unit",
    arguments: [
      (nil, "–"), (0, "0"), (999, "999"), (1000, "1.0 k"), (1250, "1.3 k"), (99_949, "99.9 k"),
      (99_950, "100 k"), (999_499, "999 k"), (999_500, "1.0 M"), (45_600_000, "45.6 M"),
      (7_800_000_000, "7.8 B"), (-1500, "-1.5 k"), (.max, "9,223 Q"), (.min, "-9,223 Q"),
    ] as [(Int64?, String)])
  func tokens(value: Int64?, text: String) {
    #expect(Figures.tokens(value).replacing(Figures.joint, with: " ") == text)
  }

  @Test(
    "Amounts have as many decimals as the largest beside them asks for",
    arguments: [
      ([412_360_000_000], ["$412.36"]), ([12_345_678_900_000], ["$12,346"]), ([0], ["$0.0000"]),
      ([5_000_000_000, 1], ["$5.00", "<$0.01"]), ([4_200_000], ["$0.0042"]), ([1], ["<$0.0001"]),
      ([1_005_000_000], ["$1.01"]), ([9_999_996_000_000], ["$10,000.00"]), ([-1_500_000_000], ["-$1.50"]),
    ] as [([Int64], [String])])
  func money(amounts: [Int64], texts: [String]) {
    let scale = MoneyScale(fitting: amounts.map { NanoDollars($0) })
    #expect(amounts.map { scale.text(NanoDollars($0)) } == texts)
    #expect(scale.text(nil) == "–")
  }

  @Test(
    "Decimals are exact",
    arguments: [(0, "0"), (1, "0.000000001"), (412_360_000_000, "412.36"), (-1_500_000_000, "-1.5")]
      as [(Int64, String)])
  func decimals(count: Int64, text: String) {
    #expect(Figures.decimal(NanoDollars(count)) == text)
  }

  @Test("Shares add up to 100, whatever the weights", arguments: 0..<50)
  func shares(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let weights = (0..<7).map { _ in Int64.random(in: 0...(.max / 2), using: &random) >> Int64(seed) }
    let shares = Shares.percentages(weights)
    #expect(shares.reduce(0, +) == (weights.allSatisfy { $0 == 0 } ? 0 : 100))
    #expect(zip(weights, shares).allSatisfy { $0 > 0 || $1 == 0 })
  }

  @Test(
    "Widths are those of a terminal",
    arguments: [
      ("abc", 3), ("é", 1), ("e\u{301}", 1), ("漢字", 4), ("🙂", 2), ("👨‍👩‍👧", 2), ("한글", 4), ("█▏", 2), ("", 0),
      ("a\u{200B}b", 2),
    ])
  func widths(text: String, columns: Int) {
    #expect(Display.width(text) == columns)
    #expect(Display.width(Display.cut(text + text, to: columns)) <= columns)
  }
}
