package import Ledger

/// What the store holds on one session, as attribution reads it. Order does not matter.
package struct SessionEvidence: Sendable {
  package var session: SessionFact
  package var turns: [TurnFact]
  package var edits: [EditFact]
  package var toolCalls: [ToolCallFact]
  package var mentions: [OutcomeMention]

  package init(
    session: SessionFact, turns: [TurnFact], edits: [EditFact] = [], toolCalls: [ToolCallFact] = [],
    mentions: [OutcomeMention] = []
  ) {
    self.session = session
    self.turns = turns
    self.edits = edits
    self.toolCalls = toolCalls
    self.mentions = mentions
  }
}
