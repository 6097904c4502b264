package import Effects
package import Journal
package import Ledger

/// The one tool of a consolidation: proposes what to change in the memory. It changes nothing but where the agent's folder says
/// that what passes the checks is applied.
package struct ProposeMemoryTool: AgentTool {
  package static let name = "propose_memory"

  let memory: any MemoryStore
  let keeper: MemoryKeeper
  let run: RunID
  let material: DreamMaterial
  let limits: MemoryLimits
  let isApplied: Bool
  let now: @Sendable () -> Instant

  /// - Parameter isApplied: Whether nobody has to look at it first.
  package init(
    _ memory: any MemoryStore, of keeper: MemoryKeeper, in run: RunID, from material: DreamMaterial,
    isApplied: Bool, limits: MemoryLimits = MemoryLimits(), now: @escaping @Sendable () -> Instant
  ) {
    self.memory = memory
    self.keeper = keeper
    self.run = run
    self.material = material
    self.limits = limits
    self.isApplied = isApplied
    self.now = now
  }

  /// What the model is told: Assay's words, not the agent's folder's, whose instructions are for its work.
  package static let instructions = """
    You look after the memory of an agent. You are shown what it remembers, and what was said and noted since then. Call \
    propose_memory once with what is worth remembering for months: lasting facts, preferences and decisions of the \
    person's. Leave out what was good for one day. Put each into one or two sentences that stand by themselves, and name \
    its sources by the digits in their marks. Put things together that belong together, and forget what was overtaken. \
    \(MemoryFence.explanation) If nothing is worth it, say so and call nothing.
    """

  package let declaration = ToolDeclaration(
    name: name, summary: "Proposes changes to the memory, each with its sources.",
    parameters: [
      .init(
        "add",
        list([
          "text": ["type": "string", "minLength": 1, "maxLength": 600], "sources": names,
        ]), role: .body, isRequired: false),
      .init(
        "replace",
        list([
          "entries": names, "text": ["type": "string", "minLength": 1, "maxLength": 600], "sources": names,
        ]), role: .body, isRequired: false),
      .init(
        "forget", list(["entry": ["type": "string"], "because": ["type": "string", "maxLength": 200]]),
        role: .body, isRequired: false),
    ],
    effect: .init(.keyed, risk: .low, reversibility: .reversible, audience: .run),
    answers: .system("memory"))

  private static let names: JSON = [
    "type": "array", "items": ["type": "string", "maxLength": 40], "minItems": 1, "maxItems": 50,
  ]

  private static func list(_ members: [String: JSON]) -> JSON {
    [
      "type": "array", "maxItems": 50,
      "items": [
        "type": "object", "properties": .object(members), "additionalProperties": false,
        "required": .array(members.keys.sorted().map { .string($0) }),
      ],
    ]
  }

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let id = DreamID(rawValue: call.effect.rawValue)
    let changes: [MemoryChange]
    do throws(DreamMisfit) {
      changes = try material.changes(
        proposed: call.arguments,
        naming: { number in
          MemoryID(rawValue: String(Fingerprint.digits(of: [id.rawValue, String(number)]).prefix(32)))
        }, within: limits)
    } catch {
      throw .refused("\(error)")
    }
    do throws(MemoryError) {
      try memory.propose(Dream(id: id, keeper: keeper, run: run, changes: changes, made: now()))
      if isApplied {
        do throws(MemoryError) {
          _ = try memory.apply(id, of: keeper, by: .folder, within: limits, at: now())
        } catch .decided(.applied) {
          // By the same call, before a crash.
        }
      }
    } catch {
      throw ToolFailure(error)
    }
    let count = "\(changes.count) \(changes.count == 1 ? "change" : "changes")"
    return ToolResult(
      [
        Passage(
          isApplied ? "Applied: \(count)." : "Proposed: \(count). The person looks at it.",
          from: .system("memory"))
      ], undo: isApplied ? ["dream": .string(id.rawValue)] : nil)
  }

  package func undo(_ handle: JSON, of effect: EffectID) async throws(ToolFailure) -> ToolResult {
    do throws(MemoryError) {
      _ = try memory.revert(
        DreamID(rawValue: handle["dream"]?.string ?? ""), of: keeper, by: .folder, at: now())
    } catch {
      throw ToolFailure(error)
    }
    return ToolResult([Passage("The memory is as it was before.", from: .system("memory"))])
  }
}
