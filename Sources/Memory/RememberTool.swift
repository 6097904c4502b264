package import Effects
package import Ledger
package import Journal

/// Writes a note into the agent's memory for the person whose run it is. What the note is worth later is settled here, by what
/// the run had been shown until then.
package struct RememberTool: AgentTool {
  package static let name = "remember"

  let memory: any MemoryStore
  let limits: MemoryLimits
  let keeper: MemoryKeeper
  let run: RunID
  let seen: @Sendable () throws(ToolFailure) -> [Passage]
  let now: @Sendable () -> Instant

  package var declaration: ToolDeclaration { Self.declared }

  /// - Parameter seen: Every passage that the run's model has been shown so far.
  package init(
    _ memory: any MemoryStore, of keeper: MemoryKeeper, in run: RunID, limits: MemoryLimits = MemoryLimits(),
    seen: @escaping @Sendable () throws(ToolFailure) -> [Passage], now: @escaping @Sendable () -> Instant
  ) {
    self.memory = memory
    self.limits = limits
    self.keeper = keeper
    self.run = run
    self.seen = seen
    self.now = now
  }

  static let declared = ToolDeclaration(
    name: name,
    summary:
      "Keeps a note for later runs: one fact, preference or decision, in one or two sentences that stand by themselves.",
    parameters: [.init("text", ["type": "string", "minLength": 1, "maxLength": 600], role: .body)],
    effect: .init(.keyed, risk: .low, reversibility: .reversible, audience: .run),
    answers: .system("memory"))

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let text = try CallArguments(call, for: declaration).string("text", longest: limits.entryBytes)
    guard let text = MemoryText.plain(text) else {
      throw .refused(
        "There is nothing in it to remember, or characters that cannot be seen, or what looks like a credential."
      )
    }
    let seen = try seen()
    let id = MemoryID(rawValue: call.effect.rawValue)
    let entry = MemoryEntry(
      id: id, keeper: keeper, tier: .note, text: text, provenance: MemoryProvenance(of: text, seen: seen),
      sources: [.run(run, step: nil)], labels: seen.reduce(into: []) { $0.formUnion($1.labels) }, kept: now())
    do { try memory.remember(entry, within: limits) } catch { throw ToolFailure(error) }
    let caution =
      entry.provenance.isTrusted
      ? ""
      : " It was written after texts by others had been read; it will be shown as theirs and kept for a month."
    return ToolResult(
      [Passage("Kept as note \(id.short).\(caution)", from: .system("memory"))],
      undo: ["note": .string(id.rawValue)])
  }

  package func undo(_ handle: JSON, of effect: EffectID) async throws(ToolFailure) -> ToolResult {
    let id = MemoryID(rawValue: handle["note"]?.string ?? "")
    do throws(MemoryError) {
      try memory.forget([id], of: keeper, at: now())
    } catch .noEntry {
      return ToolResult([Passage("The note was not there any more.", from: .system("memory"))])
    } catch {
      throw ToolFailure(error)
    }
    return ToolResult([Passage("The note \(id.short) is taken away.", from: .system("memory"))])
  }
}

extension ToolFailure {
  init(_ error: MemoryError) {
    self =
      switch error {
      case .storage: .unavailable("\(error)")
      default: .refused("\(error)")
      }
  }
}
