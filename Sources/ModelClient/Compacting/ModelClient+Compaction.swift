extension ModelClient {
  /// The conversation, shortened if it nears the model's window: first old results are left out, then old turns are
  /// replaced by the model's summary of them (or, if it gives none, by a note of how many they were).
  ///
  /// Instructions, tools, every passage of the owner's and ``Conversation/seen`` are the same before and after; every
  /// call keeps its result; what stays keeps its order.
  ///
  /// - Throws: ``ModelError`` only if the run was stopped or nothing more may be spent.
  package func compacted(
    _ conversation: Conversation, at endpoint: ModelEndpoint, policy: CompactionPolicy = CompactionPolicy(),
    meter: some AttemptMeter
  ) async throws(ModelError) -> Conversation {
    guard conversation.needsCompaction(at: endpoint, policy) else { return conversation }
    let (shorter, request) = conversation.compaction(at: endpoint, policy)
    guard let request else { return shorter }
    var summariser = endpoint
    summariser.maxOutputTokens = min(endpoint.maxOutputTokens, policy.summaryTokens)
    summariser.reasoning = .none
    var text = ""
    do throws(ModelError) {
      let answer = try await ask(request, at: summariser, meter: meter, purpose: .compaction)
      text = answer.text
    } catch {
      switch error.kind {
      case .stopped, .notAllowed: throw error
      default: break
      }
    }
    return shorter.compacted(at: endpoint, policy, summary: text)
  }
}

extension Conversation {
  package func needsCompaction(
    at endpoint: ModelEndpoint, _ policy: CompactionPolicy = CompactionPolicy()
  ) -> Bool {
    Double(estimatedTokens) > policy.trigger * Double(endpoint.roomTokens)
  }

  /// The first step, which takes no model, and what the model is to be asked for the second; `nil` if the first was
  /// enough.
  func compaction(at endpoint: ModelEndpoint, _ policy: CompactionPolicy) -> (Conversation, Conversation?) {
    var shorter = self
    let end = keptFrom(policy.keptTurns)
    let target = policy.target * Double(endpoint.roomTokens)
    let excess = (Double(estimatedTokens) - target) / (density ?? 1 / 3)
    shorter.leaveOut(before: end, bytes: max(0, Int(excess.rounded(.up))))
    if Double(shorter.estimatedTokens) <= target { return (shorter, nil) }
    // The summary is made of what was there before anything was left out.
    let replaced = replaceable(before: end)
    guard !replaced.isEmpty else { return (shorter.cut(at: endpoint), nil) }
    let room = Double(endpoint.roomTokens) / 2 / (density ?? 1 / 3)
    return (shorter, summaryRequest(of: replaced, bytes: Int(room)))
  }

  /// The second step.
  ///
  /// - Parameter summary: The model's; if empty, a note stands in its place.
  func compacted(at endpoint: ModelEndpoint, _ policy: CompactionPolicy, summary: String) -> Conversation {
    var shorter = self
    let end = keptFrom(policy.keptTurns)
    let text = summary.contains { !$0.isWhitespace } ? summary : "No summary of them could be made."
    let bytes = Double(policy.summaryTokens) / (density ?? 1 / 3)
    shorter.replace(before: end, with: Self.beginning(of: text, bytes: Int(bytes)))
    return shorter.cut(at: endpoint)
  }

  /// What still does not fit: the turns that would rather stay are shortened too, the last of them last.
  private func cut(at endpoint: ModelEndpoint) -> Conversation {
    let room = endpoint.roomTokens
    guard estimatedTokens > room else { return self }
    var shorter = self
    let bytesPerToken = 1 / (density ?? 1 / 3)
    shorter.leaveOut(
      before: turns.count - 1, bytes: Int(Double(estimatedTokens - room) * bytesPerToken) + 1)
    if shorter.estimatedTokens > room, let last = shorter.turns.last {
      let others = shorter.contentBytes - last.contentBytes
      shorter.cutLastTurn(to: max(1_000, Int(Double(room) * bytesPerToken * 0.9) - others))
    }
    return shorter
  }
}

extension ModelEndpoint {
  /// What there is for the conversation itself.
  var roomTokens: Int { max(1, windowTokens - maxOutputTokens) }
}
