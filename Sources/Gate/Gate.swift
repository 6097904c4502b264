package import Effects
package import Foundation

/// Decides whether a call is made, put to a person, or refused: from the tool's declaration, the grants, and where each
/// argument comes from. What the model says of itself does not come into it. Pure: the same call after the same texts is
/// decided the same way, in whatever order they were seen.
package struct Gate: Hashable, Sendable, Codable {
  package var policy: Policy
  /// What the owner gave this agent. A tool that is not among them is refused.
  package var grants: [Grant]

  package init(policy: Policy, grants: [Grant]) {
    self.policy = policy
    self.grants = grants
  }

  /// - Parameters:
  ///   - seen: Every text that the model has been shown in this run, in any order: the owner's request, the
  ///     instructions, all answers of tools, also those that have been compacted since. One left out taints nothing:
  ///     leave none out.
  ///   - done: The effects of this run so far.
  ///   - now: What grants' expiry is measured against.
  package func decide(
    _ declaration: ToolDeclaration, _ arguments: JSON, seen: [Passage], done: EffectsSoFar, at now: Date
  ) -> Decision {
    let good: [Grant]
    do {
      good = try standing(for: declaration, arguments, at: now)
    } catch {
      return .deny(error)
    }
    guard let effect = declaration.effect else { return .allow(.reads) }
    if effect.audience == .run, effect.reversibility == .reversible, effect.risk < .high {
      return .allow(.staysInTheRun)
    }
    let provenance = Provenance(seen)
    let call = TracedCall(declaration, effect, arguments, provenance)
    if let path = call.secretToAnybody { return .deny(.secretToAnybody(path: path)) }
    let readings = good.map { reading(of: call, under: $0, done: done) }
    if readings.contains(where: \.questions.isEmpty) {
      if readings.contains(where: { $0.questions.isEmpty && !$0.isWaived }) {
        return .allow(provenance.isTainted ? .named : .nothingUntrustedSeen)
      }
      return .allow(.grantedWithoutAsking)
    }
    // Of several grants the one under which least is to be asked, whatever their order.
    let fewest = readings.map(\.questions).min {
      ($0.count, $0.map(\.description).joined()) < ($1.count, $1.map(\.description).joined())
    }
    return fewest.map { .ask($0) } ?? .deny(.notGranted(tool: declaration.name))
  }

  /// Where every leaf of the arguments comes from, in the order of their paths: what an approval shows.
  package func sources(
    of arguments: JSON, _ declaration: ToolDeclaration, seen: [Passage]
  ) -> [ArgumentSource] {
    TracedCall.leaves(of: arguments, declaration, Provenance(seen)).map(\.source)
  }
}

// MARK: - What the call is granted by

extension Gate {
  /// The owner's grants that are good for this call, each within what the organisation allows.
  private func standing(
    for declaration: ToolDeclaration, _ arguments: JSON, at now: Date
  ) throws(Refusal) -> [Grant] {
    let tool = declaration.name
    let named = grants.filter { $0.tool == tool }
    guard !named.isEmpty else { throw .notGranted(tool: tool) }
    let live = named.filter { $0.isLive(at: now) }
    guard !live.isEmpty else { throw .expired(tool: tool) }
    do {
      try ArgumentSchema(declaration: declaration, bounds: policy.bounds).check(arguments)
    } catch {
      throw .invalid(error)
    }
    let good = live.filter { $0.unmet(by: arguments) == nil }
    guard !good.isEmpty else {
      throw .outsideGrant(tool: tool, path: live.lazy.compactMap { $0.unmet(by: arguments) }.first ?? tool)
    }
    switch policy.ceiling {
    case .ownersChoice: return good
    case .grants(let ceiling):
      let above = ceiling.filter { $0.tool == tool && $0.isLive(at: now) && $0.unmet(by: arguments) == nil }
      guard !above.isEmpty else { throw .outsideOrganisation(tool: tool) }
      return good.flatMap { ours in above.compactMap { ours.limited(by: $0) } }
    }
  }
}

// MARK: - What is to be asked

extension Gate {
  private struct Reading {
    var questions: [Question]
    /// Whether something would have been asked but for the grant.
    var isWaived: Bool
  }

  private func reading(of call: TracedCall, under grant: Grant, done: EffectsSoFar) -> Reading {
    let vouched = grant.vouched()
    let isOwnersOwn = ownersOwn(call.effect)
    var questions: [Question] = []
    var areAllNamed = true
    var targets: [String: Int] = [:]
    for leaf in call.leaves where leaf.source.role == .control {
      targets[leaf.source.parameter, default: 0] += 1
      if vouched.contains(leaf.source.parameter) { continue }
      let path = leaf.source.path
      if leaf.isDeceptive { questions.append(.deceptiveCharacters(path: path)) }
      switch leaf.source.source {
      case .owner, .system: break
      case .untrusted(let places):
        questions.append(.untrustedControl(path: path, places: places))
        areAllNamed = false
      case .composed(let places):
        areAllNamed = false
        // What the owner alone sees, can be undone and is of low risk may be worded by the model.
        if !places.isEmpty, !isOwnersOwn || !call.effect.isLight {
          questions.append(.composedControl(path: path, places: places))
        }
      }
    }
    for (parameter, count) in targets.sorted(by: { $0.key < $1.key }) where count > policy.mostTargets {
      questions.append(.manyTargets(path: parameter, count: count, most: policy.mostTargets))
    }
    if call.effect.audience != .run { questions += call.foreignAddresses }

    var isWaived = !vouched.isEmpty
    let mayCarry = grant.withoutAsking ? grant.mayCarry : []
    let asked = Set(questions.compactMap(\.controlPath))
    for (parameter, labels) in call.carried {
      // Of a control argument that is asked anyway, one reason is enough.
      if call.leaves.contains(where: { $0.source.parameter == parameter && asked.contains($0.source.path) }) {
        continue
      }
      if labels.contains(.secret), call.effect.audience != .run {
        questions.append(.secretBody(path: parameter, audience: call.effect.audience))
      }
      if labels.contains(.personal), call.effect.audience != .run, !isOwnersOwn {
        if mayCarry.contains(.personal) {
          isWaived = true
        } else {
          questions.append(.personalBody(path: parameter, audience: call.effect.audience))
        }
      }
    }
    let isUnasked = grant.withoutAsking && areAllNamed
    if call.effect.reversibility == .irreversible {
      if isUnasked { isWaived = true } else { questions.append(.hardToUndo) }
    }
    if call.effect.risk == .high {
      if isUnasked { isWaived = true } else { questions.append(.highRisk) }
    }
    return Reading(questions: questions + caps(call.tool, grant, done), isWaived: isWaived)
  }

  private func ownersOwn(_ effect: ToolDeclaration.Effect) -> Bool {
    switch effect.audience {
    case .run: true
    case .organisation(let name): policy.ownersOwn.contains(name)
    case .anybody: false
    }
  }

  private func caps(_ tool: String, _ grant: Grant, _ done: EffectsSoFar) -> [Question] {
    var questions: [Question] = []
    if done[tool] >= policy.mostOfATool {
      questions.append(.manyEffects(tool: tool, done: done[tool], most: policy.mostOfATool))
    }
    if done.total >= policy.mostInAll {
      questions.append(.manyEffectsInAll(done: done.total, most: policy.mostInAll))
    }
    if let most = grant.mostPerRun, done[tool] >= most {
      questions.append(.grantUsedUp(tool: tool, most: most))
    }
    return questions
  }
}

extension Question {
  fileprivate var controlPath: String? {
    switch self {
    case .untrustedControl(let path, _), .composedControl(let path, _): path
    default: nil
    }
  }
}

extension ToolDeclaration.Effect {
  /// Whether it does little harm and can be taken back unseen.
  fileprivate var isLight: Bool { risk == .low && reversibility == .reversible }
}
