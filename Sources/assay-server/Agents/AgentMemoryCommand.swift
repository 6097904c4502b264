import Account
import ArgumentParser
import Charts
import ControlSQLite
import Foundation
import Ledger
import Memory
import Surroundings

/// `assay agent memory`: what an agent remembers, and what to do about it.
struct AgentMemoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memory",
    abstract: "Show what an agent remembers for you; add to it, take away, decide on what it proposes.",
    discussion: """
      Entries and proposals go by the beginning of their names, as they are listed. What is remembered is information to \
      the agent, never an instruction. In an organisation each person's is on the server's page /agents/NAME/memory.

      EXAMPLES
        assay agent memory inbox-triage
        assay agent memory inbox-triage --add "Invoices of Example Ltd go to accounting."
        assay agent memory inbox-triage --forget 3f9c2a71
        assay agent memory inbox-triage --apply 8e2b01aa
      """)

  @Argument(help: ArgumentHelp("The agent.", valueName: "name")) var agent: String
  @Option(help: ArgumentHelp("Remember this for good.", valueName: "text")) var add: String?
  @Option(help: ArgumentHelp("Take an entry away.", valueName: "entry")) var forget: String?
  @Option(help: ArgumentHelp("Remember what is proposed.", valueName: "proposal")) var apply: String?
  @Option(help: ArgumentHelp("Leave everything as it is.", valueName: "proposal")) var discard: String?
  @Option(help: ArgumentHelp("Take back what was applied.", valueName: "proposal")) var revert: String?
  @Flag(help: "Take everything away, for good.") var clear = false
  @OptionGroup var options: AgentOptions

  func validate() throws {
    let given = [add, forget, apply, discard, revert].compactMap(\.self).count + (clear ? 1 : 0)
    guard given <= 1 else { throw ValidationError("One change at a time.") }
  }

  func run() throws {
    let memory = SQLiteMemory(try options.control.open())
    let keeper = MemoryKeeper(agent: agent, account: .local)
    let (now, limits, me) = (Instant(Date()), MemoryLimits(), Dream.Decider.person(.local))
    if let add {
      guard let entry = MemoryEntry(written: add, for: keeper, at: now, limits) else {
        throw ValidationError(
          "An entry has at most \(limits.entryBytes) bytes, and nothing that cannot be seen or looks like a credential."
        )
      }
      try memory.remember(entry, within: limits)
    } else if let forget {
      let ids = try memory.entries(of: keeper).map(\.id).filter { $0.rawValue.hasPrefix(forget) }
      try memory.forget([try Self.one(ids, named: forget)], of: keeper, at: now)
    } else if let apply {
      _ = try memory.apply(try dream(apply, memory, keeper), of: keeper, by: me, within: limits, at: now)
    } else if let discard {
      _ = try memory.discard(try dream(discard, memory, keeper), of: keeper, by: me, at: now)
    } else if let revert {
      _ = try memory.revert(try dream(revert, memory, keeper), of: keeper, by: me, at: now)
    } else if clear {
      try memory.clear(keeper)
    }
    try show(memory, keeper)
  }

  private func dream(_ name: String, _ memory: SQLiteMemory, _ keeper: MemoryKeeper) throws -> DreamID {
    let ids = try memory.dreams(of: keeper, limit: 1000).map(\.id).filter { $0.rawValue.hasPrefix(name) }
    return try Self.one(ids, named: name)
  }

  private static func one<ID>(_ ids: [ID], named name: String) throws -> ID {
    guard let id = ids.first, ids.count == 1, name.utf8.count >= 4 else {
      throw ValidationError(
        ids.count > 1 || name.utf8.count < 4
          ? "Give more of the name than \(name)." : "There is nothing named \(name) in this memory.")
    }
    return id
  }

  private func show(_ memory: SQLiteMemory, _ keeper: MemoryKeeper) throws {
    let entries = try memory.entries(of: keeper)
    var lines = entries.map { entry in
      let mark =
        switch (entry.tier, entry.provenance) {
        case (.lasting, _): ""
        case (.note, .untrusted(let places)): " (note, after reading \(places.joined(separator: ", ")))"
        case (.note, _): " (note)"
        }
      return "\(entry.id.short)  \(entry.text)\(mark)"
    }
    if lines.isEmpty { lines = ["\(agent) remembers nothing for you."] }
    for dream in try memory.dreams(of: keeper, limit: 30) where dream.state == .waiting {
      lines += ["", "Proposed \(dream.made.utcMinute), \(dream.id.short):"]
      for change in dream.changes {
        lines += change.removed.map { id in "  − \(entries.first { $0.id == id }?.text ?? id.short)" }
        lines += change.added.map { ["  + \($0.text)"] } ?? []
      }
    }
    try StandardOutput.write(lines.joined(separator: "\n") + "\n")
  }
}
