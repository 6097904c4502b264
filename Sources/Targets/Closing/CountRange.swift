/// A number of people that is said exactly, or only between which numbers it is.
package struct CountRange: Hashable, Sendable, Codable {
  package let least: Int
  package let most: Int

  init(_ exactly: Int) { (least, most) = (exactly, exactly) }

  init(_ least: Int, _ most: Int) {
    self.least = min(least, most)
    self.most = max(least, most)
  }

  /// Fewer than this many people are not counted out.
  static let few = 5

  /// Exactly, unless it is a few.
  init(hidingFew count: Int) {
    if count < Self.few { self.init(0, Self.few - 1) } else { self.init(count) }
  }

  package var exactly: Int? { least == most ? least : nil }
}

/// A share of people, said in steps of five or ten points: how groups that are not large are shown.
///
/// The lowest and the highest step are so wide that three numbers of people or more fall into each: that all did
/// something, or nobody, is never said, and somebody who knows that they were the exception learns it of nobody.
package struct ShareBand: Hashable, Sendable, Codable {
  /// Of a hundred.
  package let least: Int
  package let most: Int

  /// From so many people on, steps of five points.
  static let fine = 20

  /// - Parameter people: At least five.
  init(_ count: Int, of people: Int) {
    let step = people >= Self.fine ? 5 : 10
    let end = Self.end(people, step)
    let hundredfold = count * 100
    if hundredfold <= end * people {
      (least, most) = (0, end)
    } else if hundredfold >= (100 - end) * people {
      (least, most) = (100 - end, 100)
    } else {
      least = hundredfold / (step * people) * step
      most = least + step
    }
  }

  /// Where the lowest step ends: it holds nobody, one and two people.
  private static func end(_ people: Int, _ step: Int) -> Int {
    let needed = (200 + people - 1) / people
    return max(10, (needed + step - 1) / step * step)
  }

  /// The numbers of people that are said so.
  func counts(of people: Int) -> ClosedRange<Int>? {
    let all = (0...people).filter { ShareBand($0, of: people) == self }
    guard let first = all.first, let last = all.last else { return nil }
    return first...last
  }
}
