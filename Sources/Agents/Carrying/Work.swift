import Effects
import Gate
import Journal
import Ledger
import ModelClient

/// The single steps of a run under one claim.
struct Work: Sendable {
  let journal: any JournalStore
  let model: ModelClient
  let prices: PriceCatalogue
  let recovery: Recovery.Settings
  let now: @Sendable () -> Instant
  let claim: Claim
  let agent: AgentAtWork
  /// Whether it puts back what the watch saw fall ill.
  let isRemedy: Bool

  enum Turned: Hashable { case goesOn, waits }

  // MARK: The model

  /// Asks the model, or has the conversation shortened first, and writes down what came of it.
  func ask(_ conversation: Conversation, step: Int) async throws(JournalError) {
    try await ask([conversation], from: step)
  }

  /// Asks the model of several things at once, each in a conversation of its own, and writes down what came of it: a step for
  /// each, in their order. The fewer are asked the less money there is left, and only the first is shortened.
  func ask(_ conversations: [Conversation], from step: Int) async throws(JournalError) {
    let purse = RunPurse(
      journal, claim, budgets: agent.budgets, tokenLimits: agent.tokenLimits, prices: prices, now: now)
    if let first = conversations.first, first.needsCompaction(at: agent.endpoint) {
      let meter = RunMeter(purse)
      let said = await said { () async throws(ModelError) -> Said in
        let shorter = try await model.compacted(first, at: agent.endpoint, meter: meter)
        guard shorter == first else { return .shortened(shorter) }
        return .answer(try await model.ask(first, at: agent.endpoint, meter: meter))
      }
      var (used, held) = meter.take()
      let last = held.popLast()
      return try record(
        [(said, used)], by: agent.endpoint.model, from: step, settling: last, forgetting: held)
    }
    let questions = conversations.prefix { !$0.needsCompaction(at: agent.endpoint) }
      .map { Question($0, at: agent.endpoint) }
    let (reservation, count): (Reservation, Int)
    do throws(ModelError) {
      (reservation, count) = try purse.hold(questions.map(\.firstAttempt))
    } catch {
      return try record([(.nothing(error), [])], by: agent.endpoint.model, from: step)
    }
    let heard = await withTaskGroup(of: Heard.self) { group in
      for (place, question) in questions.prefix(count).enumerated() {
        group.addTask {
          let meter = RunMeter(purse, isHeld: true)
          let said = await said { () async throws(ModelError) -> Said in
            .answer(try await model.ask(question, meter: meter))
          }
          let (used, held) = meter.take()
          return Heard(place: place, said: said, used: used, held: held)
        }
      }
      return await group.reduce(into: [Heard]()) { $0.append($1) }.sorted { $0.place < $1.place }
    }
    try record(
      heard.map { ($0.said, $0.used) }, by: agent.endpoint.model, from: step, settling: reservation,
      forgetting: heard.flatMap(\.held))
  }

  /// What came of one of several questions.
  private struct Heard {
    var place: Int
    var said: Said
    var used: [ModelUse]
    /// For attempts after the first.
    var held: [Reservation]
  }

  /// What comes of asking.
  private func said(
    _ ask: () async throws(ModelError) -> Said
  ) async -> Said {
    // Broken off, it may have been answered and billed all the same: whatever the attempts used is written down.
    do throws(ModelError) { return try await ask() } catch { return .nothing(error) }
  }

  /// Writes a call that was settled beforehand down in the place of a model's answer.
  func say(_ planned: PlannedCall, step: Int) throws(JournalError) {
    try record([(planned.said, [])], by: PlannedCall.model, from: step)
  }

  private func record(
    _ written: [(said: Said, used: [ModelUse])], by model: String, from step: Int,
    settling reservation: Reservation? = nil, forgetting others: [Reservation] = []
  ) throws(JournalError) {
    for reservation in others { try journal.release(reservation, of: claim) }
    var answers: [Answer] = []
    for (number, (said, used)) in zip(step..., written) {
      let content: JSON
      do { content = try said.journalled } catch {
        throw .storage("What was said cannot be written down: \(error)")
      }
      answers.append(Answer(step: number, model: model, content: content, usage: used))
    }
    try journal.recordAnswers(answers, settling: reservation, withholding: agent.secrets, of: claim)
  }

  // MARK: A call

  /// Has the gate decide on a call, asks a person where it says so, and makes the call if it may be made.
  ///
  /// - Parameters:
  ///   - seen: Every text that whoever wants the call was shown.
  ///   - done: The effects of the run so far.
  ///   - rule: What settled the call beforehand, for whoever reads why it was made.
  func consider(
    _ call: RequestedCall, step: Int, seen: [Passage], done: EffectsSoFar, rule: String? = nil
  ) async throws(JournalError) -> Turned {
    guard let tool = agent.tool(named: call.tool) else {
      // The model was told of no other tools; the folder cannot have changed either.
      throw .storage("The tool \(call.tool) is not there any more.")
    }
    let declaration = tool.declaration
    var decision = agent.gate.decide(declaration, call.arguments, seen: seen, done: done, at: now().date)
    var intention = Intention(
      step: step, declaration: declaration, arguments: call.arguments,
      labels: Self.labels(of: call.arguments, seen: seen),
      policy: agent.policyVersion, authority: .harmless)
    // What the watch began puts back what was approved before; that the organisation is asked again would only let users wait.
    let named = isRemedy ? [] : tool.approvers(of: call.arguments)
    if case .allow = decision, !named.isEmpty { decision = .ask([]) }
    switch decision {
    case .deny(let refusal):
      try skip(intention, "\(refusal)")
      return .goesOn
    case .allow(let allowance):
      if declaration.effect != nil { intention.authority = .grant(rule ?? "\(allowance)") }
    case .ask(let questions):
      let card: ApprovalCard
      let approvers: Approvers
      do {
        approvers = named.isEmpty ? agent.approvers : try agent.approvers(named)
        card = ApprovalCard(
          declaration, arguments: agent.gate.sources(of: call.arguments, declaration, seen: seen),
          questions: questions + (named.isEmpty ? [] : [.organisationAsks(people: named)]),
          details: try await tool.explain(call.arguments), agent: agent.name, person: agent.person)
      } catch ToolFailure.unavailable(let reason) {
        // Nobody is asked while it cannot be said what for, and no leave is lost to a moment's silence.
        try journal.release(claim, awaiting: .until(now() + .minutes(1)), because: reason)
        return .waits
      } catch {
        // Nor for what would come to nothing.
        try skip(intention, "\(error)")
        return .goesOn
      }
      let approval = try request(intention, card, of: approvers)
      switch approval.state {
      case .pending:
        try journal.release(
          claim, awaiting: .approvals([approval.id]), because: "It waits for approval \(approval.id).")
        return .waits
      case .approved: intention.authority = .approval(approval.id)
      case .denied:
        try skip(intention, "The person who was asked said no.")
        return .goesOn
      case .expired:
        try skip(intention, "Nobody approved it in time, which is a no.")
        return .goesOn
      case .consumed: throw .notUsable(approval.id, .consumed)
      }
    }
    switch try journal.intend(intention, withholding: agent.secrets, of: claim) {
    case .begun(let made): try await perform(made, step: step, with: tool)
    // Another claim has written it down since the course was read.
    case .known: break
    }
    return .goesOn
  }

  private func skip(_ intention: Intention, _ reason: String) throws(JournalError) {
    try journal.skip(intention, because: reason, withholding: agent.secrets, of: claim)
  }

  private func perform(_ call: ToolCall, step: Int, with tool: any AgentTool) async throws(JournalError) {
    let conclusion: Conclusion
    do throws(ToolFailure) {
      conclusion = .done(try await tool.perform(call))
    } catch {
      switch error {
      case .refused(let reason), .unavailable(let reason): conclusion = .failed(reason)
      case .uncertain(let reason):
        // Whoever can be asked is asked at once.
        if tool.declaration.effect?.kind == .queryable {
          return try await settle(step, call, tool, attempts: 1)
        }
        conclusion = .uncertain(reason)
      }
    }
    try journal.conclude(step, as: conclusion, withholding: agent.secrets, of: claim)
  }

  // MARK: After a crash

  /// Finds out what became of a call that was written down and whose end was not.
  func settle(_ step: Step) async throws(JournalError) {
    guard case .effect(let name, let kind) = step.kind, let tool = agent.tool(named: name) else {
      try journal.conclude(
        step.number, as: .uncertain("The tool is not there any more."), withholding: agent.secrets, of: claim)
      return
    }
    guard let call = step.call else {
      let unknown = Recovery.action(
        for: .init(
          effect: kind, attempts: step.attempts, sinceSent: .zero, finding: .didNotHappen, isWhole: false),
        recovery)
      let reason =
        if case .leaveUncertain(let reason) = unknown { reason } else {
          "It cannot be repeated from what is written down."
        }
      try journal.conclude(step.number, as: .uncertain(reason), withholding: agent.secrets, of: claim)
      return
    }
    try await settle(step.number, call, tool, attempts: step.attempts)
  }

  private func settle(
    _ number: Int, _ call: ToolCall, _ tool: any AgentTool, attempts: Int
  ) async throws(JournalError) {
    let began = ContinuousClock.now
    var situation = Recovery.Situation(
      effect: tool.declaration.effect?.kind ?? .pure, attempts: attempts, sinceSent: .zero)
    while true {
      situation.isStopped = try journal.stop(of: claim.run) != nil
      situation.sinceSent = ContinuousClock.now - began
      switch Recovery.action(for: situation, recovery) {
      case .resend:
        let again = try journal.retry(number, atMost: recovery.mostAttempts, of: claim)
        return try await perform(again, step: number, with: tool)
      case .ask:
        do throws(ToolFailure) { situation.finding = try await tool.find(call) } catch {
          situation.finding = .cannotTell
        }
        situation.asked += 1
      case .wait(let pause):
        // Broken off, the intent stays, and whoever goes on asks again.
        do { try await Task.sleep(for: pause) } catch { throw .superseded(claim.run) }
        situation.finding = nil
      case .conclude(let result):
        return try journal.conclude(number, as: .done(result), withholding: agent.secrets, of: claim)
      case .leaveUncertain(let reason):
        return try journal.conclude(number, as: .uncertain(reason), withholding: agent.secrets, of: claim)
      case .giveUp(let reason):
        try journal.conclude(number, as: .uncertain(reason), withholding: agent.secrets, of: claim)
        return try journal.finish(claim, as: .dead, because: reason)
      }
    }
  }

  // MARK: What a person is shown

  private func request(
    _ intention: Intention, _ card: ApprovalCard, of approvers: Approvers
  ) throws(JournalError) -> Approval {
    try journal.requestApproval(
      ApprovalRequest(
        step: intention.step, fingerprint: intention.fingerprint, card: card, labels: intention.labels,
        approvers: approvers, answerWithin: agent.answerWithin),
      withholding: agent.secrets, of: claim)
  }

  /// By the arguments' names: what the texts were about in which they stand.
  private static func labels(of arguments: JSON, seen: [Passage]) -> [String: Labels] {
    guard case .object(let members) = arguments else { return [:] }
    let labelled = seen.filter { !$0.labels.isEmpty }
    return members.mapValues { value in
      let texts = value.leaves().compactMap(\.value.string).filter { $0.count >= 4 }
      return labelled.reduce(into: []) { labels, passage in
        if texts.contains(where: { passage.text.contains($0) || $0.contains(passage.text) }) {
          labels.formUnion(passage.labels)
        }
      }
    }.filter { !$0.value.isEmpty }
  }
}
