package import Ledger

extension SpoolDrain {
  package struct Recovery: Hashable, Sendable {
    package var drained = Report()
    /// Calls that an earlier run left open, as they are settled now.
    package var crashed: [CallFact] = []
  }

  /// Drains what an earlier run left in the spool and settles the calls it left open. To be done before any lane is
  /// made; budgets can be loaded from the ledger then.
  ///
  /// - Throws: ``SpoolError`` of reason `lanesAreOpen` if the spool is being written to, and as ``drainOnce()``.
  package func recover(prices: PriceCatalogue, at now: Instant) throws -> Recovery {
    guard !spool.hasLanes else { throw SpoolError(.lanesAreOpen, path: spool.directory) }
    var recovery = Recovery()
    recovery.drained = try drainOnce()
    var pricer = Pricer(prices)
    // A call that has been open for a day is of a spool that was deleted.
    recovery.crashed = try store.openCalls(ofSpool: spool.id, orOpenedBefore: now - .days(1))
      .map { $0.crashed(at: now, &pricer) }
    try store.append(CallBatch(spool: spool.id, settled: recovery.crashed), surviving: .powerLoss)
    return recovery
  }
}

extension CallFact {
  /// As it is settled when nothing more can be learnt of it. It may have cost all that was held back for it, and
  /// budgets count so much; the ledger says what is known, and that there may be more.
  package func crashed(at now: Instant, _ pricer: inout Pricer) -> CallFact {
    var call = self
    call.ending = .crashed
    call.settled = now
    guard isBilled else {
      call.usageSource = .none
      return call
    }
    let seen = pricer.charge(for: self)
    call.usageSource = usage.contains { !$0.counts.isUnknown } ? .partial : .unknown
    call.charged = max(reserved, seen.cost ?? .zero)
    call.chargedTokens = max(reservedTokens, seen.tokens)
    return call
  }
}
