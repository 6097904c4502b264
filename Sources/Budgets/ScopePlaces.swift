import Directory
import Ledger

/// The scopes that one call is counted for, each in a place of its own.
enum ScopePlace: Int, CaseIterable {
  case organisation, key, person, team, project, agent

  init(of scope: Limit.Scope) {
    self =
      switch scope {
      case .organisation: .organisation
      case .key: .key
      case .person: .person
      case .team: .team
      case .project: .project
      case .agent: .agent
      }
  }

  func scope(in scopes: ChargeScopes) -> Limit.Scope? {
    switch self {
    case .organisation: .organisation
    case .key: scopes.key.map(Limit.Scope.key)
    case .person: scopes.person.map(Limit.Scope.person)
    case .team: scopes.team.map(Limit.Scope.team)
    case .project: scopes.project.map(Limit.Scope.project)
    case .agent: scopes.agent.map(Limit.Scope.agent)
    }
  }
}

/// Where the tallies of a call's scopes lie, by the scope's place.
struct TallyPositions: Sendable {
  private var positions = SIMD8<Int32>(repeating: -1)

  /// `nil`: the call has no such scope, or nothing was counted for it yet.
  subscript(place: ScopePlace) -> Int? {
    get {
      let position = positions[place.rawValue]
      return position < 0 ? nil : Int(position)
    }
    set { positions[place.rawValue] = newValue.flatMap(Int32.init(exactly:)) ?? -1 }
  }
}

extension ChargeScopes {
  /// Who makes the request, as narrowly as is known.
  var narrowest: Limit.Scope {
    for place in [ScopePlace.key, .agent, .person, .project, .team] {
      if let scope = place.scope(in: self) { return scope }
    }
    return .organisation
  }
}
