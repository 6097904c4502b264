/// Why personal data is read, in so many words; shown to the person whose data it is.
package struct Purpose: Hashable, Sendable, Codable, CustomStringConvertible {
  package let text: String

  package enum PurposeError: Error, Hashable, Sendable, CustomStringConvertible {
    case tooShort
    case tooLong

    package var description: String {
      switch self {
      case .tooShort:
        "State a purpose in at least \(Purpose.fewest) letters: the person whose data is read will see it."
      case .tooLong: "State the purpose in at most \(Purpose.most) characters."
      }
    }
  }

  static let fewest = 10
  static let most = 500

  /// - Throws: ``PurposeError`` if there are too few letters to state anything, or too many characters to be read.
  package init(_ text: String) throws(PurposeError) {
    let words = text.split(whereSeparator: { $0.isWhitespace || $0.isNewline })
    let shown = words.map {
      String($0.filter { !$0.unicodeScalars.contains { $0.properties.generalCategory == .control } })
    }
    .joined(separator: " ")
    guard shown.count(where: \.isLetter) >= Self.fewest else { throw .tooShort }
    guard shown.unicodeScalars.count <= Self.most else { throw .tooLong }
    self.text = shown
  }

  package init(from decoder: any Decoder) throws {
    try self.init(decoder.singleValueContainer().decode(String.self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }

  package var description: String { text }
}

/// What an organisation has decided about who sees what. All is off unless it was switched on.
package struct VisibilitySettings: Hashable, Sendable, Codable {
  /// That managers may see direct reports' usage and linked outcomes.
  package struct ReportsVisible: Hashable, Sendable, Codable {
    package var purpose: Purpose
    /// The first week of which they may: weeks closed before were published without reckoning with it, and together
    /// with reports' figures could give away who is not a report.
    package var since: Week

    package init(purpose: Purpose, since: Week) {
      self.purpose = purpose
      self.since = since
    }
  }

  /// A token leaderboard: for a time, and never without its end.
  package struct Leaderboard: Hashable, Sendable, Codable {
    /// A year.
    package static let longest = 53

    /// The first week that it is made of.
    package var since: Week
    /// The last.
    package var until: Week

    package init(since: Week, until: Week) {
      self.since = since
      self.until = until
    }
  }

  package var reports: ReportsVisible?
  /// That there is a token leaderboard, on which each sees their own place.
  package var leaderboard: Leaderboard?
  package var floors: Floors

  package init(reports: ReportsVisible? = nil, leaderboard: Leaderboard? = nil, floors: Floors = Floors()) {
    self.reports = reports
    self.leaderboard = leaderboard
    self.floors = floors
  }

  /// What of it holds in a week: what was switched on for a time is off when that is over, and its last week, which is
  /// closed in the one after, was there to be looked at for a week.
  package func inForce(in week: Week) -> VisibilitySettings {
    var settings = self
    if let leaderboard, leaderboard.until.advanced(by: 2) < week { settings.leaderboard = nil }
    return settings
  }
}
