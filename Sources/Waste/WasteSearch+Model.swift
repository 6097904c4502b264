import Ledger

// Which model is asked.

extension WasteSearch {
  /// A short question with a short answer and nothing done.
  func expensive(_ course: SessionCourse) -> [Piece] {
    let busy = Set(course.toolCalls.map(\.turn)).union(course.edits.map(\.turn))
    let byTurn = Dictionary(grouping: course.records, by: \.turn)
    return course.turns.compactMap { turn -> Piece? in
      guard turn.trigger == .person, !turn.interrupted, !busy.contains(turn.id),
        turn.promptBytes > 0, turn.promptBytes <= policy.smallQuestion,
        turn.outputBytes > 0, turn.outputBytes <= policy.smallAnswer,
        let records = byTurn[turn.id], let model = records.first?.model, let smaller = smaller(than: model)
      else { return nil }
      let parts = records.compactMap { record -> Part? in
        var cheap = record
        cheap.model = smaller
        // What is cached is another model's: the smaller one would have had to take it in anew.
        cheap.counts.cacheWrite5m = record.counts.written + (record.counts.cacheRead ?? 0)
        (cheap.counts.cacheRead, cheap.counts.cacheWrite1h) = (0, 0)
        guard let saved = difference(cost(of: record, record.counts), cost(of: cheap, cheap.counts)),
          saved > .zero
        else { return nil }
        return Part(record: record.id, tokens: record.counts, cost: saved)
      }
      guard !parts.isEmpty else { return nil }
      return Piece(
        at: turn.started,
        text:
          "A question and an answer of a few lines, with nothing done, on \(model); \(smaller) would have cost less.",
        parts: parts)
    }
  }

  private func smaller(than model: String) -> String? {
    guard let name = prices.canonicalName(of: model) else { return nil }
    return policy.smaller.first { name.hasPrefix($0.prefix) && name != $0.model }?.model
  }
}
