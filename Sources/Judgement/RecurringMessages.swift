import Ledger

/// Which messages a person gives nearly the same in session after session: a timer has few, and a person at work has
/// new ones, but for those that open a routine.
struct RecurringMessages {
  /// By session: messages that came in so many sessions, this one among them, as the policy asks for, and in an earlier
  /// one: who asks something for the first time repeats nobody, and a session is not to blame for copies of it.
  private(set) var counts: [Int]
  /// By session: of these, the different ones. Who works from saved prompts gives each of them once.
  private(set) var distinct: [Int]
  /// By session: in how many others the most frequent of them came.
  private(set) var others: [Int]

  private struct Band: Hashable {
    var number: Int
    var bins: UInt16
  }

  /// - Parameter open: Places of sessions that no schedule is declared for.
  init(_ sessions: [SessionObservations], among open: [Int], thresholds: EvidencePolicy.Thresholds) {
    counts = Array(repeating: 0, count: sessions.count)
    others = counts
    distinct = counts
    var owners: [Int] = []
    var parents: [Int] = []
    var prints: [MessagePrint] = []
    var latest: [Band: Int] = [:]
    func root(_ place: Int) -> Int {
      var place = place
      while parents[place] != place {
        parents[place] = parents[parents[place]]
        place = parents[place]
      }
      return place
    }
    for owner in open {
      for message in sessions[owner].messages {
        let place = prints.count
        prints.append(message)
        owners.append(owner)
        parents.append(place)
        for number in 0..<MessagePrint.bandCount {
          guard let bins = message.band(number),
            let before = latest.updateValue(place, forKey: Band(number: number, bins: bins))
          else { continue }
          let (older, newer) = (root(before), root(place))
          guard older != newer, prints[before].similarity(to: message) >= thresholds.messageLikeness else {
            continue
          }
          parents[newer] = older
        }
      }
    }
    // Messages come session by session, so that one's sessions are counted where they change.
    // What led somewhere in every fourth session or more is a tool of somebody's trade.
    var spans = Array(repeating: 0, count: prints.count)
    var useful = spans
    var firstOwner = Array(repeating: -1, count: prints.count)
    var lastOwner = firstOwner
    for place in prints.indices {
      let group = root(place)
      if firstOwner[group] < 0 { firstOwner[group] = owners[place] }
      if lastOwner[group] != owners[place] {
        lastOwner[group] = owners[place]
        spans[group] += 1
        if sessions[owners[place]].ledSomewhere { useful[group] += 1 }
      }
    }
    var counted = Array(repeating: -1, count: prints.count)
    for place in prints.indices {
      let group = root(place)
      let span = spans[group]
      guard span >= thresholds.recurringSessions, firstOwner[group] != owners[place],
        useful[group] * 4 < span
      else { continue }
      counts[owners[place]] += 1
      if counted[group] != owners[place] {
        counted[group] = owners[place]
        distinct[owners[place]] += 1
      }
      others[owners[place]] = max(others[owners[place]], span - 1)
    }
  }
}

extension SessionObservations {
  /// Or may have, where not all of it could be seen or grace is not over: what is missing speaks against nobody.
  fileprivate var ledSomewhere: Bool {
    hasSoundOutcome || states.open > 0 || states.waiting > 0 || !isComplete
  }
}
