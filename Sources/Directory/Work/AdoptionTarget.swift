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

  package init(
    id: Int64 = 0, name: String, percent: Int, announced: Instant, ended: Instant? = nil,
    eligibility: Eligibility = .everyone, leastDays: Int = 1
  ) {
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
  case nobody
  case noneInForce
  case beforeTheFormer(String)

  package var description: String {
    switch self {
    case .notAShare(let percent): "\(percent) is no share to reach. Give 1 to 100 of a hundred people."
    case .notADayCount(let days): "A week has no \(days) days to be active on. Give 1 to 7."
    case .nobody: "Nobody would be counted. Name teams or titles, or count everybody."
    case .noneInForce: "No target is in force. assay target set makes one."
    case .beforeTheFormer(let name):
      "The target “\(name)” was announced later than that. Give a later day, or leave --announced out."
    }
  }
}
