import Effects
import Ledger

/// One order, given once, and what it comes to for the run.
struct Rollout {
  var ground: DeploymentTools.Ground
  var order: DeploymentOrder

  /// What became of the order if the target knows its effect id already; `nil` if it has to be given.
  func known() async throws(ToolFailure) -> ToolResult? {
    let target = ground.target
    switch try await target.find(order.effect) {
    case .absent: return nil
    // One that can never be asked is told once; the journal sees to that.
    case .unknown where target.effectClass == .blind: return nil
    case .unknown(let why): throw .uncertain(why)
    case let standing: return try answer(standing)
    }
  }

  /// Gives the order, unless it was given.
  func result() async throws(ToolFailure) -> ToolResult {
    if let known = try await known() { return known }
    let target = ground.target
    if let from = order.from, let release = try await target.current(), release.sha != from {
      throw .refused(
        "\(target.place.name) runs \(release.sha.prefix(10)) by now, not \(from.prefix(10)); somebody else has deployed."
      )
    }
    return try answer(try await target.begin(order))
  }

  func finding() async throws(ToolFailure) -> EffectFinding {
    switch try await ground.target.find(order.effect) {
    case .absent: return .didNotHappen
    case .unknown: return .cannotTell
    // That it failed is what happened; it is for whoever planned it to plan again.
    case .failed(let why): return .happened(ToolResult([passage(Self.sentence(.failed(why)))]))
    case let standing: return .happened(try answer(standing))
    }
  }

  private func answer(_ standing: DeploymentStanding) throws(ToolFailure) -> ToolResult {
    switch standing {
    case .absent: throw .refused("The target took nothing of it in; it did not happen.")
    case .failed(let why): throw .refused(Self.sentence(.failed(why)))
    case .unknown(let why): throw .uncertain(why)
    case .running, .live, .replaced: break
    }
    let place = ground.target.place.name
    let subject = DeploymentSubject(place: place, sha: order.sha, effect: order.effect)
    let verb = order.isRollback ? "Rollback" : "Deployment"
    var undo: JSON?
    if !order.isRollback, let from = order.from {
      undo = ["target": .string(place), "from": .string(order.sha), "to": .string(from)]
    }
    return ToolResult(
      [passage("\(verb) \(subject): \(Self.sentence(standing))")],
      undo: undo,
      follows: [
        ToolResult.Followed(
          kind: order.isRollback ? DeploymentSubject.rollbackKind : DeploymentSubject.kind,
          subject: subject.description, holdFor: ground.terms.criteria.holdFor)
      ])
  }

  private func passage(_ text: String) -> Passage { Passage(text, from: .system(ToolParts.system)) }

  static func sentence(_ standing: DeploymentStanding) -> String {
    switch standing {
    case .absent: "The target knows nothing of it."
    case .running: "It is under way."
    case .live: "It runs; whether it stays well is watched from now on."
    case .replaced(let sha, let isOlder):
      isOlder
        ? "The older release \(sha.prefix(10)) was put back." : "The newer release \(sha.prefix(10)) runs."
    case .failed(let why): "It did not go live: \(why)."
    case .unknown(let why): why
    }
  }
}
