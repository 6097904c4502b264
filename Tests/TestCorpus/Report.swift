import Foundation

/// `assay.report/1`, as far as tests look at it.
package struct Report: Decodable, Equatable, Sendable {
  package var totals: Figures
  package var states: [State]
  package var sessions: [Session]
  package var diagnostics: [Problem]
  package var period: Period
  package var groups: [Group]

  /// What `assay report --json` printed.
  package init(_ json: String) throws {
    self = try JSONDecoder().decode(Report.self, from: Data(json.utf8))
  }

  /// What a run of `assay report --json` printed.
  ///
  /// - Throws: ``ChildProcess/Failure`` with what it said, if it did not come to its end.
  package init(ofRun result: ChildProcess.Result) throws {
    guard result.status == 0 || result.status == 2 else {
      throw ChildProcess.Failure(description: "status \(result.status ?? -1): \(result.errors)")
    }
    try self.init(result.output)
  }

  package struct State: Decodable, Equatable, Sendable {
    package var state: String
    package var figures: Figures

    enum CodingKeys: String, CodingKey { case state }
    package init(from decoder: any Decoder) throws {
      state = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .state)
      figures = try Figures(from: decoder)
    }
  }

  package struct Session: Decodable, Equatable, Sendable {
    package var id: String
    package var tool: String?
    package var project: String?
    package var turns: Int
    package var state: String
    package var commits: [String]
    package var states: [State]
    package var reason: String?
    package var parent: String?
    package var figures: Figures

    enum CodingKeys: String, CodingKey {
      case id, tool, project, turns, state, commits, states, reason, parent
    }
    package init(from decoder: any Decoder) throws {
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

  package struct Group: Decodable, Equatable, Sendable {
    package var key: String
    package var label: String
    package var start: String?
    package var end: String?
    package var states: [State]
    package var figures: Figures

    enum CodingKeys: String, CodingKey { case key, label, start, end, states }
    package init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      key = try container.decode(String.self, forKey: .key)
      label = try container.decode(String.self, forKey: .label)
      start = try container.decodeIfPresent(String.self, forKey: .start)
      end = try container.decodeIfPresent(String.self, forKey: .end)
      states = try container.decode([State].self, forKey: .states)
      figures = try Figures(from: decoder)
    }
  }

  package struct Problem: Decodable, Equatable, Sendable {
    package var source: String
    package var kind: String
    package var count: Int
    package var lines: [Int]
  }

  package struct Period: Decodable, Equatable, Sendable {
    package var since: String?
    package var until: String?
    package var first_day: String?
    package var last_day: String?
  }
}

/// The twelve figures that everything in a report carries.
package struct Figures: Decodable, Equatable, Sendable, CustomStringConvertible {
  package var input: Int64?
  package var cache_read: Int64?
  package var cache_write_5m: Int64?
  package var cache_write_1h: Int64?
  package var output: Int64?
  package var reasoning: Int64?
  package var cost_nano_usd: Int64?
  package var records: Int64
  package var unknown_records: Int64
  package var unpriced_records: Int64
  package var not_billed_records: Int64
  package var unitemised_records: Int64

  /// The six token classes, in the order above.
  package var classes: [Int64?] { [input, cache_read, cache_write_5m, cache_write_1h, output, reasoning] }

  /// Everything as a number: in a sum, `null` adds nothing.
  package var all: [Int64] {
    classes.map { $0 ?? 0 } + [
      cost_nano_usd ?? 0, records, unknown_records, unpriced_records, not_billed_records, unitemised_records,
    ]
  }

  package var description: String {
    "\(classes.map { $0.map(String.init) ?? "–" }), cost \(cost_nano_usd.map(String.init) ?? "–"), "
      + "\(records) records (\(unknown_records) unknown, \(unpriced_records) unpriced, "
      + "\(unitemised_records) unitemised), \(not_billed_records) not billed"
  }

  package static func sum(_ parts: some Sequence<Figures>) -> [Int64] {
    parts.reduce(Array(repeating: 0, count: 12)) { sum, part in zip(sum, part.all).map { $0 &+ $1 } }
  }
}

extension Report {
  /// Where the sum law is broken, in words; empty if it holds.
  package var broken: [String] {
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
