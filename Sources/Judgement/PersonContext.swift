import Ledger

/// What sessions of one person show together: messages given again and again, starts kept by a machine, timelines that
/// were copied. Sessions that a declared schedule starts are left out of all of it.
struct PersonContext {
  /// Whether a declared schedule says when the session starts.
  let isDeclared: [Bool]
  /// For each session the one as which it is judged: an agent's session as the one that started it.
  let principals: [Int]
  private var found: [[Sign]]

  /// - Parameter sessions: By the time at which they began.
  init(
    _ sessions: [SessionObservations], declared: [DeclaredSchedule], thresholds: EvidencePolicy.Thresholds
  ) {
    isDeclared = sessions.map { session in
      guard !declared.isEmpty, let started = session.started else { return false }
      return declared.contains { $0.covers(started, of: session.account) }
    }
    principals = Self.principals(sessions)
    found = Array(repeating: [], count: sessions.count)
    let open = sessions.indices.filter { !isDeclared[$0] && !sessions[$0].flags.contains(.hasParent) }
    let alike = AlikeSessions(sessions, among: open, thresholds: thresholds)
    for place in open {
      let others = alike.size(of: place) - 1
      if others >= thresholds.manyDuplicates {
        found[place].append(Sign(.manyDuplicateSessions, others))
      } else if others >= thresholds.duplicates {
        found[place].append(Sign(.duplicateSessions, others))
      }
    }
    addMessages(sessions, among: open, thresholds: thresholds)
    addStarts(sessions, among: open, alike: alike, thresholds: thresholds)
    addTimelines(sessions, among: open)
    addEchoes(sessions, among: open, thresholds: thresholds)
  }

  private mutating func addMessages(
    _ sessions: [SessionObservations], among open: [Int], thresholds: EvidencePolicy.Thresholds
  ) {
    let recurring = RecurringMessages(sessions, among: open, thresholds: thresholds)
    for place in open where recurring.counts[place] > 0 {
      let (count, turns) = (recurring.counts[place], sessions[place].turns.main)
      let isMost =
        count > recurring.distinct[place] && count >= thresholds.fewestRecurring
        && Double(count) >= thresholds.recurringShare * Double(turns)
      found[place].append(
        Sign(
          isMost ? .mostlyRecurringMessages : .recurringMessages, count, of: turns,
          measure: Double(recurring.others[place])))
    }
  }

  /// Whose messages are what was answered just before, in another session: agents that feed each other.
  private mutating func addEchoes(
    _ sessions: [SessionObservations], among open: [Int], thresholds: EvidencePolicy.Thresholds
  ) {
    for (before, place) in zip(open, open.dropFirst()) {
      guard let prompts = sessions[place].prompts, let answers = sessions[before].answers,
        prompts.bins.count(where: { $0 != Sketch.emptyBin }) >= thresholds.fewestEchoBins,
        let likeness = prompts.similarity(to: answers), likeness >= thresholds.echoLikeness
      else { continue }
      found[place].append(Sign(.echoedSessions))
    }
  }

  /// Agents started by agents, so deep.
  private static let deepest = 8

  private static func principals(_ sessions: [SessionObservations]) -> [Int] {
    guard sessions.contains(where: \.isAgents) else { return Array(sessions.indices) }
    let places = Dictionary(
      sessions.enumerated().map { ($0.element.session, $0.offset) }, uniquingKeysWith: { first, _ in first })
    return sessions.indices.map { place in
      var principal = place
      for _ in 0..<deepest {
        guard sessions[principal].isAgents, let parent = sessions[principal].parent.flatMap({ places[$0] })
        else { break }
        principal = parent
      }
      return principal
    }
  }

  func signs(at place: Int) -> [Sign] { found[place] }

  /// Sessions of one sort: those alike, and those of one message that the same sort of trigger began.
  private mutating func addStarts(
    _ sessions: [SessionObservations], among open: [Int], alike: AlikeSessions,
    thresholds: EvidencePolicy.Thresholds
  ) {
    enum Stream: Hashable {
      case alike(Int)
      case short(TurnTrigger)
    }
    var streams: [Stream: [Int]] = [:]
    for place in open where sessions[place].started != nil {
      if alike.size(of: place) > thresholds.duplicates {
        streams[.alike(alike.root(of: place)), default: []].append(place)
      } else if sessions[place].turns.main <= 2, let trigger = sessions[place].marks.first?.trigger {
        streams[.short(trigger), default: []].append(place)
      }
    }
    for places in streams.values where places.count > thresholds.fewestGaps {
      let starts = places.map { Double(sessions[$0].started?.milliseconds ?? 0) / 1000 }
      let gaps = zip(starts, starts.dropFirst()).map { $1 - $0 }
      guard let rhythm = Rhythm(gaps: gaps, fewest: thresholds.fewestGaps) else { continue }
      let kind: EvidenceKind
      if rhythm.spread <= thresholds.regularSpread, rhythm.score >= thresholds.regularScore {
        kind = .regularStarts
      } else if rhythm.spread <= thresholds.jitteredSpread, rhythm.score >= thresholds.jitteredScore {
        kind = .jitteredStarts
      } else {
        continue
      }
      let kept = gaps.map { rhythm.holds($0) }
      let isKept = places.indices.map { ($0 > 0 && kept[$0 - 1]) || ($0 < kept.count && kept[$0]) }
      let count = isKept.count { $0 }
      for (place, isKept) in zip(places, isKept) where isKept {
        found[place].append(
          Sign(kind, count, of: places.count, measure: rhythm.median, spread: rhythm.deviation))
      }
    }
  }

  /// To the millisecond equal intervals between so many messages do not come about twice.
  private static let fewestCopied = 5

  private mutating func addTimelines(_ sessions: [SessionObservations], among open: [Int]) {
    var seen: [[Int64]: [Int]] = [:]
    for place in open where sessions[place].marks.count >= Self.fewestCopied {
      let marks = sessions[place].marks
      let first = marks[0].offsetMilliseconds
      let timeline = marks.map { $0.offsetMilliseconds - first }
      let gaps = zip(timeline, timeline.dropFirst()).map { $1 - $0 }
      // What a clock keeps, or a source states in whole seconds, is equal without having been copied.
      guard Set(gaps.map { $0 / 5000 }).count > gaps.count / 2, gaps.contains(where: { $0 % 1000 != 0 })
      else { continue }
      seen[timeline, default: []].append(place)
    }
    for places in seen.values where places.count > 1 {
      for place in places {
        found[place].append(
          Sign(.copiedTimeline, places.count - 1, of: sessions[place].marks.count))
      }
    }
  }
}
