import Ledger

/// The sessions to be attributed, laid out for matching: built once, used for every repository.
package struct EvidenceCatalogue: Sendable {
  struct Edit {
    var session: UInt32
    /// Position in ``turns``.
    var turn: UInt32
    var at: Int64
    var name: UInt64
    var tail: UInt64
    var isWholeFile: Bool
  }

  struct Turn {
    var session: UInt32
    var fact: TurnFact
  }

  /// Sorted by identifier, so that the order of the input does not matter.
  let sessions: [SessionEvidence]
  private(set) var turns: [Turn] = []
  private(set) var edits: [Edit] = []
  private(set) var table: LineTable
  /// By line id: the line's hash, and whether it is a removed line.
  private(set) var lines: [UInt64] = []
  private(set) var isRemoval: [Bool] = []
  let turnRows: [TurnID: UInt32]

  /// Lines that an edit removes are kept apart from those that it adds.
  static let removedMark: UInt64 = 0x5bd1_e995_9e37_79b9
  /// A call that adds more lines is a copy of data.
  private static let maximumLinesPerEdit = 50_000

  package init(_ evidence: [SessionEvidence]) {
    sessions = evidence.sorted { $0.session.id < $1.session.id }
    var capacity = 0
    for session in sessions {
      for edit in session.edits { capacity += edit.added.count + edit.removed.count }
    }
    var table = LineTable(capacity: capacity)
    var rows: [TurnID: UInt32] = [:]
    var turns: [Turn] = []
    for (place, session) in sessions.enumerated() {
      for turn in session.turns.sorted(by: { ($0.started, $0.id) < ($1.started, $1.id) }) {
        guard rows[turn.id] == nil else { continue }
        rows[turn.id] = UInt32(truncatingIfNeeded: turns.count)
        turns.append(Turn(session: UInt32(truncatingIfNeeded: place), fact: turn))
      }
    }
    var seen: Set<Key128> = []
    for session in sessions {
      for edit in session.edits.sorted(by: { ($0.at, $0.id) < ($1.at, $1.id) }) {
        guard edit.wasApplied, let turn = rows[edit.turn], seen.insert(edit.id).inserted else { continue }
        let row = UInt32(truncatingIfNeeded: edits.count)
        edits.append(
          Edit(
            session: turns[Int(turn)].session, turn: turn, at: edit.at.milliseconds, name: edit.path.name,
            tail: edit.path.tail, isWholeFile: edit.isWholeFile))
        for (place, line) in edit.added.prefix(Self.maximumLinesPerEdit).enumerated() {
          table.insert(line.rawValue, edit: row, position: UInt32(truncatingIfNeeded: place))
          if table.lineCount > lines.count {
            lines.append(line.rawValue)
            isRemoval.append(false)
          }
        }
        for (place, line) in edit.removed.prefix(Self.maximumLinesPerEdit).enumerated() {
          let marked = line.rawValue ^ Self.removedMark
          table.insert(marked, edit: row, position: UInt32(truncatingIfNeeded: place))
          if table.lineCount > lines.count {
            lines.append(line.rawValue)
            isRemoval.append(true)
          }
        }
      }
    }
    self.turns = turns
    self.table = table
    turnRows = rows
  }
}
