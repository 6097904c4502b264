import Charts
import Ledger

/// Spend on its way from tools through projects into outcome states.
struct AccountFlow {
  let flow: Flow

  private struct Key: Hashable {
    var tool: Tool?
    var project: Int
    var state: OutcomeState
  }

  /// - Parameter projects: how many projects have a node of their own.
  init(_ account: Account, basis: ShareBasis, projects limit: Int) {
    let groups = account.groups(by: .project).filter { basis.weight($0.totals) > 0 }
    let named = groups.prefix(groups.count > limit ? Swift.max(0, limit - 1) : limit)
    let indices = Dictionary(uniqueKeysWithValues: named.enumerated().map { ($1.key, $0) })

    var sums: [Key: Int64] = [:]
    for (place, session) in account.sessions.enumerated() {
      let project = indices[account.projects[place] ?? ""] ?? named.count
      for state in session.states {
        let weight = basis.weight(state.totals)
        if weight > 0 {
          sums[Key(tool: session.session.tool, project: project, state: state.state), default: 0] &+= weight
        }
      }
    }

    let tools = Self.ranked(sums) { $0.tool }
    let projectNodes =
      named.map { Flow.Node($0.label, weight: basis.weight($0.totals)) }
      + Self.others(groups.dropFirst(named.count), basis)
    let states = OutcomeState.allCases.filter { state in sums.contains { $0.key.state == state } }
    let toolIndex = Dictionary(uniqueKeysWithValues: tools.enumerated().map { ($1.key, $0) })
    let stateIndex = Dictionary(uniqueKeysWithValues: states.enumerated().map { ($1, $0) })

    let toolNodes = tools.map { Flow.Node($0.key?.displayName ?? "unknown tool", weight: $0.weight) }
    let stateNodes = states.map { state in
      let weight = sums.reduce(Int64(0)) { $1.key.state == state ? $0 &+ $1.value : $0 }
      return Flow.Node(state.rawValue, weight: weight, tone: .state(state))
    }
    func link(_ from: (Key) -> Int?, _ to: (Key) -> Int?) -> [Flow.Link] {
      var links: [Flow.Link: Int64] = [:]
      for (key, weight) in sums {
        guard let from = from(key), let to = to(key) else { continue }
        links[
          Flow.Link(
            from: from, to: to, tone: .state(key.state), meaning: key.state.rawValue, weight: 0), default: 0] &+=
          weight
      }
      return links.map { link, weight in
        var link = link
        link.weight = weight
        return link
      }
    }
    let total = sums.values.reduce(0, &+)
    flow = Flow(
      columns: [toolNodes, projectNodes, stateNodes],
      links: [
        link({ toolIndex[$0.tool] }, { $0.project }), link({ $0.project }, { stateIndex[$0.state] }),
      ], total: total)
  }

  private static func ranked(
    _ sums: [Key: Int64], by part: (Key) -> Tool?
  ) -> [(key: Tool?, weight: Int64)] {
    var totals: [Tool?: Int64] = [:]
    for (key, weight) in sums { totals[part(key), default: 0] &+= weight }
    return totals.map { (key: $0.key, weight: $0.value) }.sorted {
      $0.weight != $1.weight ? $0.weight > $1.weight : ($0.key?.rawValue ?? "~") < ($1.key?.rawValue ?? "~")
    }
  }

  private static func others(_ groups: ArraySlice<AccountGroup>, _ basis: ShareBasis) -> [Flow.Node] {
    guard !groups.isEmpty else { return [] }
    let weight = groups.reduce(Int64(0)) { $0 &+ basis.weight($1.totals) }
    return [Flow.Node("\(groups.count) other projects", weight: weight)]
  }
}
