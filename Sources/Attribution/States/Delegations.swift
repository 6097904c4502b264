import Ledger

/// Which turns of a session started which subagents' turns: a subagent's begins within the turn that started it.
struct Delegations {
  /// For each turn that started agents, theirs; positions in the session's turns.
  private(set) var agents: [Int: [Int]] = [:]
  private var starters: [Int: Int] = [:]

  /// - Parameter turns: In the order in which they began.
  init(_ turns: [TurnFact]) {
    var starter: Int?
    for (place, turn) in turns.enumerated() {
      if turn.trigger != .agent {
        starter = place
      } else if let starter {
        starters[place] = starter
        agents[starter, default: []].append(place)
      }
    }
  }

  /// The turn for which an agent's turn ran; `nil` for other turns, and where its start is not recorded.
  func starter(of place: Int) -> Int? { starters[place] }
}
