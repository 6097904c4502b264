import Directory
import Ledger
import TestCorpus
import Testing
import Visibility

@testable import Targets

@Suite("How a week of adoption is published") struct AdoptionClosingTests {
  private static func counted(_ frozen: FrozenAdoption) -> FrozenAdoption.Counted? {
    if case .counted(let counted) = frozen.organisation { counted } else { nil }
  }

  private static func banded(_ frozen: FrozenAdoption) -> FrozenAdoption.Banded? {
    if case .banded(let banded) = frozen.organisation { banded } else { nil }
  }

  @Test("From fifty people on the organisation is counted exactly, and the bounds are those of what is seen")
  func exact() throws {
    let frozen = FrozenAdoption(
      closing: Weeks.week(of: [1: (20, 5, 0), 2: (17, 3, 5), nil: (3, 7, 0)], away: 6))
    let counted = try #require(Self.counted(frozen))
    #expect(counted.eligible == 60)
    #expect(counted.active.exactly == 40 && counted.inactive.exactly == 15)
    #expect(counted.away.exactly == 6 && counted.partTime.text == "fewer than 5")
    let rate = AdoptionRate(counted)
    #expect(rate.text == "67–75 %")
    #expect(rate.verdict(on: 60) == .reached && rate.verdict(on: 70) == .cannotBeSaid)
    #expect(rate.verdict(on: 80) == .notReached)
    #expect(Set(frozen.groups.map(\.group)) == [.team(1), .team(2)])
    let second = try #require(frozen.groups.first { $0.group == .team(2) })
    #expect(AdoptionRate(second.share).text == "65–90 %" && second.share.eligible == .from20)
  }

  @Test(
    "A few are never counted out: not those who did, nor those who did not, nor those who were not seen",
    arguments: [
      ((active: 4, inactive: 60, notConnected: 0), "fewer than 5", "60–64", "0"),
      ((active: 61, inactive: 3, notConnected: 0), "60–64", "fewer than 5", "0–4"),
      ((active: 40, inactive: 22, notConnected: 2), "40", "20–24", "fewer than 5"),
      ((active: 40, inactive: 2, notConnected: 22), "40", "fewer than 5", "20–24"),
      ((active: 40, inactive: 14, notConnected: 10), "40", "14", "10"),
    ])
  func few(
    _ counts: (active: Int, inactive: Int, notConnected: Int), active: String, inactive: String,
    notConnected: String
  ) throws {
    let frozen = FrozenAdoption(closing: Weeks.week(of: [nil: counts]))
    let published = TargetView.Counts(try #require(Self.counted(frozen)))
    #expect(published.active.text == active)
    #expect(published.inactive.text == inactive)
    if notConnected != "0" && notConnected != "0–4" {
      #expect(published.notConnected.text == notConnected)
    } else {
      #expect(published.notConnected.least == 0)
    }
    for (range, count) in [
      (published.active, counts.active), (published.inactive, counts.inactive),
      (published.notConnected, counts.notConnected),
    ] { #expect((range.least...range.most).contains(count)) }
  }

  @Test("Fewer than five people are not shown, nor ten whom somebody manages; what they did plays no part")
  func floors() {
    #expect(FrozenAdoption(closing: Weeks.week(of: [1: (4, 0, 0)])).organisation == nil)
    let small = FrozenAdoption(closing: Weeks.week(of: [1: (8, 4, 0), 2: (5, 4, 0), 3: (20, 9, 0)]))
    #expect(Self.counted(small) != nil)
    #expect(Set(small.groups.map(\.group)) == [.team(1), .team(2), .team(3)])
    let managed = FrozenAdoption(
      closing: Weeks.week(of: [1: (8, 4, 0), 2: (5, 4, 0), 3: (20, 9, 0)], managers: [2: 1]))
    // Without the second, one of the others would leave it over.
    #expect(managed.groups.map(\.group) == [.team(3)])
  }

  @Test("An organisation of fewer than fifty is shown in steps, and never as all or nobody")
  func banded() throws {
    let all = try #require(Self.banded(FrozenAdoption(closing: Weeks.week(of: [nil: (30, 0, 0)]))))
    #expect(AdoptionRate(all).text == "90–100 %")
    let nobody = try #require(Self.banded(FrozenAdoption(closing: Weeks.week(of: [nil: (0, 12, 0)]))))
    #expect(AdoptionRate(nobody).text == "0–20 %")
    let some = try #require(Self.banded(FrozenAdoption(closing: Weeks.week(of: [nil: (22, 6, 2)]))))
    #expect(AdoptionRate(some).text == "70–85 %" && some.eligible == .from20)
  }

  @Test("Each step holds its share, and the ends hold three numbers of people or more")
  func steps() throws {
    for people in 5...120 {
      for count in 0...people {
        let band = ShareBand(count, of: people)
        #expect(band.least * people <= count * 100 && count * 100 <= band.most * people)
        let counts = try #require(band.counts(of: people))
        #expect(counts.contains(count))
        if counts.contains(0) || counts.contains(people) { #expect(counts.count >= 3) }
        #expect(band.most - band.least <= 40 && band.least % 5 == 0)
      }
    }
  }

  @Test("Days are shown in parts of five people or more, on both sides of the threshold, and add up")
  func days() throws {
    var random = SeededGenerator(seed: 3)
    var shown = 0
    for _ in 0..<300 {
      let counts = (0...7).map { _ in
        Int.random(in: 0..<3, using: &random) == 0 ? 0 : Int.random(in: 0...20, using: &random)
      }
      let unseen = [0, 2, 9].randomElement(using: &random) ?? 0
      let threshold = Int.random(in: 1...4, using: &random)
      guard let days = DayDistribution(counts, notConnected: unseen, threshold: threshold) else {
        let inactive = counts.prefix(threshold).reduce(0, +)
        #expect(inactive < 5 || counts.dropFirst(threshold).reduce(0, +) < 5)
        continue
      }
      shown += 1
      #expect(days.bins.allSatisfy { $0.people >= 5 })
      #expect(days.bins.first?.first == 0 && days.bins.last?.last == 7)
      for (bin, next) in zip(days.bins, days.bins.dropFirst()) { #expect(next.first == bin.last + 1) }
      #expect(days.bins.contains { $0.first == threshold })
      let isTogether = days.bins[0].hasNotConnected
      #expect(
        days.bins.reduce(0) { $0 + $1.people } == counts.reduce(0, +) + (isTogether ? unseen : 0))
    }
    #expect(shown > 150)
  }

  @Test("What follows for certain is found exactly, as by going through everything")
  func certainty() {
    var random = SeededGenerator(seed: 11)
    var disclosing = 0
    for _ in 0..<400 {
      func range(_ most: Int) -> ClosedRange<Int> {
        let ends = [Int.random(in: 0...most, using: &random), Int.random(in: 0...most, using: &random)]
        return min(ends[0], ends[1])...max(ends[0], ends[1])
      }
      var parts: [Certainty.Part] = []
      var truth: [(Int, Int)] = []
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let people = Int.random(in: 1...5, using: &random)
        let active = Int.random(in: 0...people, using: &random)
        let inactive = Int.random(in: 0...people - active, using: &random)
        truth.append((active, inactive))
        let (a, i) = (range(people), range(people))
        parts.append(
          Certainty.Part(
            people: people, active: min(a.lowerBound, active)...max(a.upperBound, active),
            inactive: min(i.lowerBound, inactive)...max(i.upperBound, inactive)))
      }
      let people = parts.reduce(0) { $0 + $1.people }
      let (active, inactive) = (truth.reduce(0) { $0 + $1.0 }, truth.reduce(0) { $0 + $1.1 })
      let isExact = Bool.random(using: &random)
      let all = Certainty.Part(
        people: people, active: isExact ? active...active : max(0, active - 1)...min(people, active + 1),
        inactive: isExact ? inactive...inactive : 0...people)
      var possible = parts.map { _ in (never: true, always: true) }
      Self.forEach(parts) { chosen in
        let (a, i) = (chosen.reduce(0) { $0 + $1.0 }, chosen.reduce(0) { $0 + $1.1 })
        guard all.active.contains(a), all.inactive.contains(i) else { return }
        for (index, one) in chosen.enumerated() {
          if one.0 > 0 { possible[index].never = false }
          if one.0 < parts[index].people { possible[index].always = false }
        }
      }
      let expected = possible.contains { $0.never || $0.always }
      if expected { disclosing += 1 }
      #expect(Certainty(parts: parts, all: all).discloses() == expected, "\(parts) of \(all)")
    }
    #expect(disclosing > 50 && disclosing < 390)
  }

  private static func forEach(
    _ parts: [Certainty.Part], _ chosen: [(Int, Int)] = [], _ body: ([(Int, Int)]) -> Void
  ) {
    guard chosen.count < parts.count else { return body(chosen) }
    let part = parts[chosen.count]
    for active in part.active where active <= part.people {
      for inactive in part.inactive where active + inactive <= part.people {
        forEach(parts, chosen + [(active, inactive)], body)
      }
    }
  }
}
