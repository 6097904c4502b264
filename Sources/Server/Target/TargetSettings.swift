package import Directory
import Ledger
import ServiceSettings
import Targets

/// `target:` of a server's file: what else was announced beside targets, and which teams got something when.
package struct TargetSettings: Sendable, Equatable {
  var announcements: [Announcement] = []
  var rollout: TeamRollout?

  /// Teams by name: they are looked up when somebody asks.
  struct TeamRollout: Sendable, Equatable {
    var isByLot: Bool
    /// `nil`: never.
    var starts: [(team: String, announced: Instant?)]

    static func == (a: Self, b: Self) -> Bool {
      a.isByLot == b.isByLot
        && a.starts.elementsEqual(b.starts) { $0.team == $1.team && $0.announced == $1.announced }
    }
  }

  package init() {}

  init(_ node: SettingsNode) throws(ConfigurationError) {
    let fields = try SettingsFields(node, known: ["announcements", "rollout"])
    for node in try fields.node("announcements")?.list("announcements") ?? [] {
      let one = try SettingsFields(node, known: ["day", "what"])
      guard let day = try one.day("day") else { throw ConfigurationError(.missing(key: "day")) }
      announcements.append(Announcement(try one.required("what"), at: day.start))
    }
    announcements.sort { $0.at < $1.at }
    rollout = try fields.node("rollout").map { node throws(ConfigurationError) in try TeamRollout(node) }
  }

  /// The names of teams of the roll-out that the directory does not have.
  package func unknownTeams(in directory: DirectorySnapshot) -> [String] {
    rollout?.starts.map(\.team).filter { TeamRollout.team($0, in: directory) == nil } ?? []
  }
}

extension TargetSettings.TeamRollout {
  init(_ node: SettingsNode) throws(ConfigurationError) {
    let fields = try SettingsFields(node, known: ["drawn_by_lot", "teams"])
    isByLot = try fields.boolean("drawn_by_lot") ?? false
    starts = []
    guard let teams = fields.node("teams") else { throw ConfigurationError(.missing(key: "teams")) }
    for node in try teams.list("teams") {
      let one = try SettingsFields(node, known: ["team", "announced"])
      let team = try one.required("team")
      guard !starts.contains(where: { DirectoryText.folded($0.team) == DirectoryText.folded(team) }) else {
        throw ConfigurationError(
          .rule("The team “\(team)” is in the roll-out twice. It is told once, or never."))
      }
      let text = try one.required("announced")
      let day: CalendarDay? = if text == "never" { nil } else { try one.day("announced") }
      starts.append((team, day?.start))
    }
    guard starts.count > 1 else {
      throw ConfigurationError(
        .rule("A roll-out is of two teams or more: one alone has nothing to be compared with."))
    }
  }

  static func team(_ name: String, in directory: DirectorySnapshot) -> Int64? {
    let folded = DirectoryText.folded(name)
    return directory.contents.teams.last { DirectoryText.folded($0.name) == folded }?.id
  }

  /// Of the teams that there are or ever were.
  func resolved(in directory: DirectorySnapshot) -> Rollout {
    var known: [Int64: Instant?] = [:]
    for (name, announced) in starts {
      if let team = Self.team(name, in: directory) { known[team] = .some(announced) }
    }
    return Rollout(starts: known, isByLot: isByLot)
  }
}
