package import Effects
import Foundation
package import Journal
package import Ledger

/// Names one thing that is remembered, for good. 32 lower-case hexadecimal digits.
package struct MemoryID: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
  package var rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }

  package static func random() -> MemoryID {
    MemoryID(rawValue: UUID().uuidString.lowercased().filter { $0 != "-" })
  }

  package var description: String { rawValue }
  /// Enough of it to tell the entries of one memory apart.
  package var short: String { String(rawValue.prefix(8)) }
}

/// Whose memory it is: of one agent for one person. What an agent learns working for one person no other person's run of
/// it is shown.
package struct MemoryKeeper: Hashable, Sendable {
  package var agent: String
  package var account: AccountID

  package init(agent: String, account: AccountID) {
    self.agent = agent
    self.account = account
  }
}

/// One thing that is remembered: a sentence or two, with who could have written it and where it was learned.
package struct MemoryEntry: Hashable, Sendable {
  package var id: MemoryID
  package var keeper: MemoryKeeper
  package var tier: Tier
  package var text: String
  package var provenance: MemoryProvenance
  package var sources: [MemorySource]
  /// Of the texts that it was taken from.
  package var labels: Labels
  package var kept: Instant

  package enum Tier: String, Hashable, Sendable {
    /// Written by the agent in a run; it goes after ``MemoryLimits/keepsNotes`` unless it is consolidated.
    case note
    /// Consolidated, or written by the person; it stays until somebody takes it away.
    case lasting
  }

  package init(
    id: MemoryID, keeper: MemoryKeeper, tier: Tier, text: String, provenance: MemoryProvenance,
    sources: [MemorySource], labels: Labels = [], kept: Instant
  ) {
    self.id = id
    self.keeper = keeper
    self.tier = tier
    self.text = text
    self.provenance = provenance
    self.sources = sources
    self.labels = labels
    self.kept = kept
  }
}

/// Who could have had a hand in a text that is remembered. Found out by what the run had been shown, never by what the
/// model says of it.
package enum MemoryProvenance: Hashable, Sendable, Codable {
  /// The person's own words, to the letter.
  case owner
  /// Put by the model, which had been shown nothing but the person's words and trusted systems'.
  case composed
  /// Put by the model after it had read texts by others, found at these places. Never consolidated.
  case untrusted([String])

  package var isTrusted: Bool { if case .untrusted = self { false } else { true } }
}

/// Where something that is remembered was learned.
package enum MemorySource: Hashable, Sendable, Codable {
  /// The person wrote it into the memory.
  case person
  /// What a run was begun for (`step` is `nil`), or what one of its steps said.
  case run(RunID, step: Int?)
}

/// How much is remembered.
package struct MemoryLimits: Hashable, Sendable {
  /// Bytes of UTF-8 of one entry.
  package var entryBytes: Int
  /// Bytes of UTF-8 of all lasting entries of one memory.
  package var lastingBytes: Int
  /// Notes of one memory; the agent is told when there are so many.
  package var notes: Int
  package var keepsNotes: Duration
  /// Of the lasting entries, how many of a hundred one consolidation may take away or put otherwise.
  package var mostChangedPercent: Int

  package init(
    entryBytes: Int = 600, lastingBytes: Int = 12_000, notes: Int = 200, keepsNotes: Duration = .days(30),
    mostChangedPercent: Int = 25
  ) {
    self.entryBytes = entryBytes
    self.lastingBytes = lastingBytes
    self.notes = notes
    self.keepsNotes = keepsNotes
    self.mostChangedPercent = mostChangedPercent
  }
}

extension MemoryEntry {
  /// What a person writes into the memory themselves: kept for good, and theirs alone to change.
  ///
  /// - Returns: `nil` for a text with nothing in it, too long, or with characters that cannot be seen.
  package init?(written text: String, for keeper: MemoryKeeper, at now: Instant, _ limits: MemoryLimits) {
    guard let text = MemoryText.plain(text), text.utf8.count <= limits.entryBytes else { return nil }
    self.init(
      id: .random(), keeper: keeper, tier: .lasting, text: text, provenance: .owner, sources: [.person],
      kept: now)
  }
}
