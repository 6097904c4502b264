import Ledger
import Outcomes

/// What one turn is linked to in all repositories, line by line, each line with its most downstream outcome.
struct TurnLinks {
  struct Part {
    var outcome: CommitOutcome
    var link: AttributionTier
    var commit: String
    var lines: Int
    /// Milliseconds; 0 if it has not landed.
    var landedAt: Int64
  }

  var parts: [Part] = []

  var isEmpty: Bool { parts.isEmpty }

  /// One share per state and tier.
  func shares() -> [TurnAttribution.Share] {
    var groups: [OutcomeState: [OutcomeTier?: [Part]]] = [:]
    for part in parts {
      groups[part.outcome.state, default: [:]][part.outcome.tier, default: []].append(part)
    }
    var shares: [TurnAttribution.Share] = []
    for state in OutcomeState.allCases {
      for tier in [OutcomeTier.deployed, .reviewed, .landed, nil] {
        guard let group = groups[state]?[tier] else { continue }
        let ordered = group.sorted {
          ($0.outcome.rank, $0.lines, $1.commit) > ($1.outcome.rank, $1.lines, $0.commit)
        }
        let strongest = AttributionTier.allCases.first { kind in group.contains { $0.link == kind } }
        shares.append(
          TurnAttribution.Share(
            state: state, weight: Int64(max(1, group.map(\.lines).reduce(0, +))), tier: tier, link: strongest,
            commits: ordered.map(\.commit), reasons: ordered.map(Self.reason),
            nextChange: group.compactMap(\.outcome.nextChange).min()))
      }
    }
    return shares
  }

  private static func reason(_ part: Part) -> String {
    let how =
      switch part.link {
      case .exact:
        part.lines > 0 ? "made by the session, \(part.lines) lines of this turn" : "made by the session"
      case .record: "named by an authorship record"
      case .content: "\(part.lines) lines of this turn are among those it added or removed"
      case .trailer: "its trailer names the tool, and only this session fits"
      }
    return "\(part.outcome.reason) (\(how))"
  }
}

/// Gathers the links of all repositories by turn.
struct TurnLinkTable {
  private(set) var byTurn: [UInt32: TurnLinks] = [:]
  private(set) var survival: [UInt32: LineSurvival] = [:]

  private struct LineKey: Hashable {
    var turn: UInt32
    var line: UInt64
  }

  /// One turn's part in one commit.
  private struct Group {
    var turn: UInt32
    var commit: Int
    var tier: AttributionTier
    /// Added lines by file change, in the order of the files.
    var lines: [(file: Int, added: [UInt64])] = []
    var count = 0
  }

  private static func groups(of links: RepositoryLinks) -> [Group] {
    var groups: [Group] = []
    for link in links.links {
      var rows: [UInt32: Int] = [:]
      func row(_ turn: UInt32) -> Int {
        if let known = rows[turn] { return known }
        rows[turn] = groups.count
        groups.append(Group(turn: turn, commit: Int(link.commit), tier: link.tier))
        return groups.count - 1
      }
      for turn in link.turns { _ = row(turn) }
      for line in link.lines {
        let place = row(line.turn)
        groups[place].count += 1
        guard let added = line.added else { continue }
        let file = Int(line.file)
        if let last = groups[place].lines.indices.last, groups[place].lines[last].file == file {
          groups[place].lines[last].added.append(added)
        } else {
          groups[place].lines.append((file, [added]))
        }
      }
    }
    return groups
  }

  init(
    catalogue: EvidenceCatalogue,
    repositories: [(links: RepositoryLinks, judge: OutcomeJudge)]
  ) {
    var parts: [(turn: UInt32, part: TurnLinks.Part, lines: [UInt64], removed: Int)] = []
    for (links, judge) in repositories {
      let groups = Self.groups(of: links)
      var questions: [LineFates.Question] = []
      for group in groups where judge.history.hasLanded(group.commit) {
        questions += group.lines.map { LineFates.Question(file: $0.file, lines: $0.added) }
      }
      let fates = LineFates.fates(of: questions, in: judge.history)
      var next = 0
      for group in groups {
        let count = judge.history.hasLanded(group.commit) ? group.lines.count : 0
        let outcome = judge.outcome(of: group.commit, fates: fates[next..<next + count].flatMap(\.self))
        next += count
        let added = group.lines.flatMap(\.added)
        let part = TurnLinks.Part(
          outcome: outcome, link: group.tier,
          commit: judge.history.index.commits[group.commit].hash.hexadecimal, lines: group.count,
          landedAt: judge.history.landedAt[group.commit])
        parts.append((group.turn, part, added, group.count - added.count))
      }
    }
    keepMostDownstream(of: parts, catalogue: catalogue, now: repositories.first?.judge.now)
  }

  /// A line is in the commit on the branch and again in its squash or rebased copy: it counts once, where it got
  /// furthest, and there in the commit that landed first.
  private mutating func keepMostDownstream(
    of parts: [(turn: UInt32, part: TurnLinks.Part, lines: [UInt64], removed: Int)],
    catalogue: EvidenceCatalogue,
    now: Instant?
  ) {
    let ordered = parts.sorted { a, b in
      (b.part.outcome.rank, a.part.landedAt, a.part.commit, a.turn)
        < (a.part.outcome.rank, b.part.landedAt, b.part.commit, b.turn)
    }
    var counted: Set<LineKey> = []
    for (turn, part, lines, removed) in ordered {
      var own = 0
      for (place, line) in lines.enumerated() where counted.insert(LineKey(turn: turn, line: line)).inserted {
        own += 1
        if part.landedAt > 0, place < part.outcome.fates.count, let now {
          let session = catalogue.turns[Int(turn)].session
          survival[session, default: LineSurvival()].add(
            part.outcome.fates[place], landedAt: part.landedAt, now: now)
        }
      }
      let hadLines = !lines.isEmpty || removed > 0
      let known = byTurn[turn] ?? TurnLinks()
      // Copies of what already counts add nothing; a link without lines only counts where nothing better does.
      if own == 0, !known.isEmpty,
        hadLines ? lines.count > 0 : known.parts[0].outcome.rank >= part.outcome.rank
      {
        continue
      }
      var kept = part
      kept.lines = own + (lines.isEmpty ? removed : 0)
      byTurn[turn, default: TurnLinks()].parts.append(kept)
    }
  }
}

extension LineSurvival {
  mutating func add(_ fate: LineFates.Fate, landedAt: Int64, now: Instant) {
    func standing(after days: Int64) -> Bool { (fate.removedAt ?? .max) > landedAt + days * 86_400_000 }
    let age = now.milliseconds - landedAt
    landed += 1
    if fate.removedAt == nil { aliveNow += 1 }
    if age >= 14 * 86_400_000 {
      landed14Days += 1
      if standing(after: 14) { alive14Days += 1 }
    }
    if age >= 30 * 86_400_000 {
      landed30Days += 1
      if standing(after: 30) { alive30Days += 1 }
    }
  }
}
