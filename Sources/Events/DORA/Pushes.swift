import Ledger

/// Pushes, each of which says where its branch stood before it and where it stood after.
struct Pushes {
  private var mainByHead: [String: OutcomeEvent] = [:]
  private var mainByCommit: [String: OutcomeEvent] = [:]
  private var branchByHead: [String: OutcomeEvent] = [:]
  /// Longer lines are not followed.
  private static let longest = 100_000

  init(_ pushes: [OutcomeEvent]) {
    for push in pushes.sorted(by: { ($0.asOf, $0.id) < ($1.asOf, $1.id) }) {
      guard let head = push.head else { continue }
      if push.isMainline == true {
        mainByHead[head] = mainByHead[head] ?? push
        for commit in push.commits { mainByCommit[commit.hash] = mainByCommit[commit.hash] ?? push }
      } else {
        branchByHead[head] = branchByHead[head] ?? push
      }
    }
  }

  /// How far back a line goes.
  enum End: Hashable {
    /// To a push that was asked for.
    case reached
    /// To the beginning of the branch.
    case whole
    /// To where the push before is not known.
    case lost
  }

  /// The pushes to the main line up to the one that brought `hash`, the latest first, as far back as to one that
  /// `isKnown`, which is left out; `nil` if no push brought it.
  func line(endingAt hash: String, until isKnown: (EventID) -> Bool) -> (pushes: [OutcomeEvent], end: End)? {
    (mainByHead[hash] ?? mainByCommit[hash]).map { follow($0, in: mainByHead, until: isKnown) }
  }

  /// The pushes to a branch up to the one that ended at `hash`; `nil` if there is none.
  func branch(endingAt hash: String) -> [OutcomeEvent]? {
    branchByHead[hash].map { follow($0, in: branchByHead) { _ in false }.pushes }
  }

  private func follow(
    _ last: OutcomeEvent, in heads: [String: OutcomeEvent], until isKnown: (EventID) -> Bool
  ) -> (pushes: [OutcomeEvent], end: End) {
    var line: [OutcomeEvent] = []
    var seen: Set<EventID> = []
    var next: OutcomeEvent? = last
    while let push = next, line.count < Self.longest, seen.insert(push.id).inserted {
      if isKnown(push.id) { return (line, .reached) }
      line.append(push)
      guard let before = push.before else { return (line, .whole) }
      next = heads[before]
    }
    return (line, .lost)
  }
}
