import Ledger

/// A turn that is being read; it becomes a ``TurnFact`` when the next one begins or the source pauses.
struct TurnUnderway: Codable, Sendable {
  var id: TurnID
  /// The source's own identifier of the task it belongs to; one task may take several messages.
  var task: String?
  var started: Instant
  var ended: Instant
  var trigger: TurnTrigger
  var gap: Duration?
  var promptBytes: Int64 = 0
  var outputBytes: Int64 = 0
  var interrupted = false
  /// The source said that it was over.
  var completed = false
  var hasUsage = false
  private var prompt: Sketcher
  private var output: Sketcher

  /// - Parameter previousEnd: When the answer before ended; `nil` in a session's first turn.
  init(
    id: TurnID, task: String?, at instant: Instant, trigger: TurnTrigger, previousEnd: Instant?,
    key: SipHash24.Key
  ) {
    self.id = id
    self.task = task
    started = instant
    ended = instant
    self.trigger = trigger
    gap = previousEnd.map { max(instant - $0, .zero) }
    prompt = Sketcher(key: key)
    output = Sketcher(key: key)
  }

  mutating func extend(to instant: Instant) { ended = max(ended, instant) }

  mutating func appendPrompt(_ text: UnsafeBufferPointer<UInt8>) {
    promptBytes &+= Int64(text.count)
    Self.append(text, to: &prompt)
  }

  mutating func appendOutput(_ text: UnsafeBufferPointer<UInt8>) {
    outputBytes &+= Int64(text.count)
    Self.append(text, to: &output)
  }

  func fact(session: SessionID, ownerRank: OwnerRank) -> TurnFact {
    TurnFact(
      id: id, session: session, ownerRank: ownerRank, started: started, ended: ended, trigger: trigger,
      gap: gap, promptBytes: promptBytes, outputBytes: outputBytes,
      promptSketch: prompt.isEmpty ? nil : prompt.sketch(),
      outputSketch: output.isEmpty ? nil : output.sketch(), interrupted: interrupted)
  }

  /// Messages are apart: a word never spans two of them.
  private static func append(_ text: UnsafeBufferPointer<UInt8>, to sketcher: inout Sketcher) {
    guard !text.isEmpty else { return }
    sketcher.append(text)
    withUnsafeBytes(of: UInt8(0x0A)) { sketcher.append($0.assumingMemoryBound(to: UInt8.self)) }
  }
}
