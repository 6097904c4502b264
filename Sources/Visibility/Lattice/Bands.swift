/// How many active people there are, said only about: exact numbers of two weeks would tell who came or left.
package enum PeopleBand: String, CaseIterable, Sendable, Codable, Hashable {
  case from5 = "5–9"
  case from10 = "10–19"
  case from20 = "20–49"
  case from50 = "50–99"
  case from100 = "100–199"
  case from200 = "200 or more"

  package init(_ count: Int) {
    switch count {
    case ..<10: self = .from5
    case ..<20: self = .from10
    case ..<50: self = .from20
    case ..<100: self = .from50
    case ..<200: self = .from100
    default: self = .from200
    }
  }
}

/// How much of the use behind a figure is in it (law 2), said only about.
package enum Coverage: String, CaseIterable, Sendable, Codable, Hashable {
  /// All records have tokens and a price.
  case complete
  /// At least 95 % do.
  case nearly
  /// At least 80 % do.
  case partly
  case poor

  init(records: Int64, unknown: Int64) {
    let share = records > 0 ? Double(unknown) / Double(records) : 0
    self = share <= 0 ? .complete : share <= 0.05 ? .nearly : share <= 0.2 ? .partly : .poor
  }
}
