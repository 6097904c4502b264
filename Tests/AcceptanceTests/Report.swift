import Foundation

/// `assay.report/1`, as far as these tests look at it.
struct Report: Decodable {
  var totals: Figures
  var states: [State]
  var sessions: [Session]
  var diagnostics: [Problem]
  var period: Period
  var groups: [Group]

  struct State: Decodable {
    var state: String
    var figures: Figures

    enum CodingKeys: String, CodingKey { case state }
    init(from decoder: any Decoder) throws {
      state = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .state)
      figures = try Figures(from: decoder)
    }
  }

  struct Session: Decodable {
    var id: String
    var tool: String?
    var project: String?
    var turns: Int
    var state: String
    var commits: [String]
    var states: [State]
    var reason: String?
    var parent: String?
    var figures: Figures

    enum CodingKeys: String, CodingKey {
      case id, tool, project, turns, state, commits, states, reason, parent
    }
    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      id = try container.decode(String.self, forKey: .id)
      tool = try container.decodeIfPresent(String.self, forKey: .tool)
      project = try container.decodeIfPresent(String.self, forKey: .project)
      turns = try container.decode(Int.self, forKey: .turns)
      state = try container.decode(String.self, forKey: .state)
      commits = try container.decode([String].self, forKey: .commits)
      states = try container.decode([State].self, forKey: .states)
      reason = try container.decodeIfPresent(String.self, forKey: .reason)
      parent = try container.decodeIfPresent(String.self, forKey: .parent)
      figures = try Figures(from: decoder)
    }
  }

  struct Group: Decodable {
    var key: String
    var label: String
    var start: String?
    var end: String?
    var states: [State]
    var figures: Figures

    enum CodingKeys: String, CodingKey { case key, label, start, end, states }
    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      key = try container.decode(String.self, forKey: .key)
      label = try container.decode(String.self, forKey: .label)
      start = try container.decodeIfPresent(String.self, forKey: .start)
      end = try container.decodeIfPresent(String.self, forKey: .end)
      states = try container.decode([State].self, forKey: .states)
      figures = try Figures(from: decoder)
    }
  }

  struct Problem: Decodable {
    var source: String
    var kind: String
    var count: Int
  }

  struct Period: Decodable {
    var since: String?
    var until: String?
    var first_day: String?
    var last_day: String?
  }
}

/// The twelve figures that everything in a report carries.
struct Figures: Decodable, Equatable, CustomStringConvertible {
  var input: Int64?
  var cache_read: Int64?
  var cache_write_5m: Int64?
  var cache_write_1h: Int64?
  var output: Int64?
  var reasoning: Int64?
  var cost_nano_usd: Int64?
  var records: Int64
  var unknown_records: Int64
  var unpriced_records: Int64
  var not_billed_records: Int64
  var unitemised_records: Int64

  /// The six token classes, in the order above.
  var classes: [Int64?] { [input, cache_read, cache_write_5m, cache_write_1h, output, reasoning] }

  /// Everything as a number: in a sum, `null` adds nothing.
  var all: [Int64] {
    classes.map { $0 ?? 0 } + [
      cost_nano_usd ?? 0, records, unknown_records, unpriced_records, not_billed_records, unitemised_records,
    ]
  }

  var description: String {
    "\(classes.map { $0.map(String.init) ?? "–" }), cost \(cost_nano_usd.map(String.init) ?? "–"), "
      + "\(records) records (\(unknown_records) unknown, \(unpriced_records) unpriced, "
      + "\(unitemised_records) unitemised), \(not_billed_records) not billed"
  }

  static func sum(_ parts: some Sequence<Figures>) -> [Int64] {
    parts.reduce(Array(repeating: 0, count: 12)) { sum, part in zip(sum, part.all).map { $0 + $1 } }
  }
}

extension Report {
  /// Where the sum law is broken, in words; empty if it holds.
  var broken: [String] {
    var broken: [String] = []
    func compare(_ name: String, _ parts: [Figures], with whole: Figures) {
      let sum = Figures.sum(parts)
      if sum != whole.all { broken.append("\(name): \(sum) instead of \(whole.all)") }
    }
    compare("states", states.map(\.figures), with: totals)
    compare("sessions", sessions.map(\.figures), with: totals)
    compare("groups", groups.map(\.figures), with: totals)
    for session in sessions {
      compare("session \(session.id)", session.states.map(\.figures), with: session.figures)
    }
    for group in groups { compare("group \(group.key)", group.states.map(\.figures), with: group.figures) }
    return broken
  }
}
