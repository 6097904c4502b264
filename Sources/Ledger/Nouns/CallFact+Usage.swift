// What a settled call adds to the ledger's usage.

extension CallFact {
  /// By which a log names the same call, where one can; else its own.
  package var event: EventID {
    guard let responseID, !responseID.isEmpty else { return ownEvent }
    return switch responseSpace {
    case .anthropicMessage: .anthropicMessage(responseID)
    case .openAIResponse: .openAIResponse(responseID)
    // No log has it; telemetry may.
    case .unshared: .modelResponse(responseID) ?? ownEvent
    }
  }

  /// For a call that shares its name with no other source: its own, so that its usage lies where the calls of its time
  /// do.
  package var ownEvent: EventID { id }

  /// Whether the call counts as usage: it may have been billed, whether or not it is known for how much.
  package var isUsage: Bool { isBilled && usageSource != .none && !isOpen }

  /// The session that the call is counted in. Calls of clients that name none are gathered by key, tool and day.
  package var countedSession: SessionFact {
    guard let session else {
      let holder = scopes.key.map { "key \($0)" } ?? "account \(account.rawValue)"
      let name = "\(holder)/\(tool.rawValue)/\(CalendarDay(containing: opened).description)"
      var gathered = SessionFact(
        id: SessionID(space: "gateway/session", name), tool: tool, name: name, started: opened,
        ended: settled ?? opened, flags: .usageOnly)
      gathered.account = account
      return gathered
    }
    // Its log, if one comes, knows better: what the log says counts if it ends later, and whatever a log says of this
    // call it says after the call was opened.
    var named = SessionFact(id: session, tool: tool, name: sessionName ?? "", started: opened, ended: opened)
    named.account = account
    return named
  }

  /// The call and its iterations as records under `event`; none if it ``isUsage`` not.
  ///
  /// - Parameter session: The ``countedSession``.
  package func usageRecords(as event: EventID, in session: SessionID) -> [UsageRecord] {
    guard isUsage else { return [] }
    let counted = usage.isEmpty ? [CallUsage(model: nil, counts: TokenCounts())] : usage
    return counted.enumerated().map { index, part in
      UsageRecord(
        id: index == 0 ? event : Key128(part: index, of: event), session: session,
        ownerRank: self.session == nil ? .placeholder : .stated, at: opened, tool: tool,
        model: part.model ?? model ?? (requestedModel.isEmpty ? nil : requestedModel), counts: part.counts,
        service: part.service, requestID: index == 0 ? requestID : nil, account: account)
    }
  }
}
