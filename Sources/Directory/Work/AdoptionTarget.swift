package import Ledger

/// That a share of people is to use AI every week.
package struct AdoptionTarget: Hashable, Sendable, Codable, Identifiable {
  /// Who is counted. Agents and programs never are.
  package enum Eligibility: Hashable, Sendable, Codable {
    case everyone
    /// Whoever is in one of these teams.
    case teams(Set<Int64>)
    /// Whoever has one of these titles, as the directory states them; case does not count.
    case titles(Set<String>)
  }

  /// How much somebody has to have used in a week beside asking on so many days.
  package struct LeastAmount: Hashable, Sendable, Codable {
    package enum Unit: String, CaseIterable, Hashable, Sendable, Codable {
      /// What somebody asked for themself.
      case requests
      /// At list price.
      case dollars
      /// Of all classes that are billed: a target that is set on tokens seldom says which.
      case tokens
    }

    package var unit: Unit
    package var count: Int

    package init(_ count: Int, _ unit: Unit) {
      self.unit = unit
      self.count = count
    }
  }

  package var id: Int64
  package var name: String
  /// Of a hundred of those who are counted.
  package var percent: Int
  /// From when on people knew of it.
  package var announced: Instant
  package var ended: Instant?
  package var eligibility: Eligibility
  /// On how many days of a week somebody has to use AI to be counted as active.
  package var leastDays: Int
  /// Most targets have none: whoever asks on so many days is active.
  package var leastAmount: LeastAmount?

  package init(
    id: Int64 = 0, name: String, percent: Int, announced: Instant, ended: Instant? = nil,
    eligibility: Eligibility = .everyone, leastDays: Int = 1, leastAmount: LeastAmount? = nil
  ) {
    self.leastAmount = leastAmount
    self.id = id
    self.name = name
    self.percent = percent
    self.announced = announced
    self.ended = ended
    self.eligibility = eligibility
    self.leastDays = leastDays
  }

  /// - Throws: ``TargetError`` if it asks for what cannot be.
  package func validated() throws -> AdoptionTarget {
    var target = self
    target.name = try DirectoryText.name(name)
    guard (1...100).contains(percent) else { throw TargetError.notAShare(percent) }
    guard (1...7).contains(leastDays) else { throw TargetError.notADayCount(leastDays) }
    if let leastAmount, !(1...1_000_000_000_000).contains(leastAmount.count) {
      throw TargetError.notAnAmount(leastAmount.count)
    }
    switch eligibility {
    case .everyone: break
    case .teams(let teams): if teams.isEmpty { throw TargetError.nobody }
    case .titles(let titles):
      target.eligibility = .titles(Set(try titles.map { text in try DirectoryText.name(text) }))
      if titles.isEmpty { throw TargetError.nobody }
    }
    return target
  }
}

package enum TargetError: Error, Hashable, Sendable, CustomStringConvertible {
  case notAShare(Int)
  case notADayCount(Int)
  case notAnAmount(Int)
  case nobody
  case noneInForce
  case beforeTheFormer(String)

  package var description: String {
    switch self {
    case .notAShare(let percent): "\(percent) is no share to reach. Give 1 to 100 of a hundred people."
    case .notADayCount(let days): "A week has no \(days) days to be active on. Give 1 to 7."
    case .notAnAmount(let count): "\(count) is no amount to be used in a week. Give 1 or more."
    case .nobody: "Nobody would be counted. Name teams or titles, or count everybody."
    case .noneInForce: "No target is in force. assay target set makes one."
    case .beforeTheFormer(let name):
      "The target “\(name)” was announced later than that. Give a later day, or leave --announced out."
    }
  }
}
