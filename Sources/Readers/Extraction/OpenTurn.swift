import Ledger

/// A turn that may still go on.
struct OpenTurn: Codable, Hashable {
  let id: TurnID
  let session: SessionID
  let ownerRank: OwnerRank
  let started: Instant
  private(set) var ended: Instant
  let trigger: TurnTrigger
  let gap: Duration?
  var prompt: Sketcher
  var output: Sketcher
  var wasInterrupted = false

  /// - Parameter before: The end of the answer before, from which the gap is taken; a clock that was set back
  ///   gives none.
  init(
    id: TurnID, session: SessionID, ownerRank: OwnerRank = .stated, started: Instant, trigger: TurnTrigger,
    before: Instant?, key: SipHash24.Key
  ) {
    self.id = id
    self.session = session
    self.ownerRank = ownerRank
    self.started = started
    ended = started
    self.trigger = trigger
    gap = before.flatMap { $0 <= started ? started - $0 : nil }
    prompt = Sketcher(key: key)
    output = Sketcher(key: key)
  }

  mutating func extend(to instant: Instant) { ended = max(ended, instant) }

  var fact: TurnFact {
    TurnFact(
      id: id, session: session, ownerRank: ownerRank, started: started, ended: ended, trigger: trigger,
      gap: gap, promptBytes: prompt.byteCount, outputBytes: output.byteCount,
      promptSketch: prompt.isEmpty ? nil : prompt.sketch(),
      outputSketch: output.isEmpty ? nil : output.sketch(), interrupted: wasInterrupted)
  }
}
