import Ledger

// The same again, to no other end.

extension WasteSearch {
  /// The same call, of the same target, over and over in one turn, with nothing changed between.
  func runaways(_ course: SessionCourse) -> [Piece] {
    struct Call: Hashable {
      var turn: TurnID
      var name: String
      var target: PathHash
    }
    var runs: [Call: [ToolCallFact]] = [:]
    var finished: [[ToolCallFact]] = []
    for call in course.toolCalls {
      // Parts of a long file, read one after the other, are of one target and no loop.
      guard let target = call.target, call.kind != .edit, call.kind != .read, call.kind != .command else {
        continue
      }
      let key = Call(turn: call.turn, name: call.name, target: target)
      if let last = runs[key]?.last, course.isChanged(nil, after: last.at, until: call.at) {
        finished.append(runs.removeValue(forKey: key) ?? [])
      }
      runs[key, default: []].append(call)
    }
    return (finished + runs.values).filter { $0.count >= policy.runawayRepeats }
      .sorted { $0[0].at < $1[0].at }
      .map { calls in
        let first = calls[policy.allowedRepeats].at
        let last = calls[calls.count - 1].at
        return Piece(
          at: calls[0].at,
          text:
            "\(calls[0].name) was called \(calls.count) times on the same thing in one turn, and nothing was changed between.",
          parts: whole(course, in: calls[0].turn, after: first, until: last))
      }
  }

  /// Commands of one class that fail in a row, while no file is changed.
  func retries(_ course: SessionCourse) -> [Piece] {
    var found: [Piece] = []
    var run: [ToolCallFact] = []
    func end() {
      defer { run = [] }
      guard run.count >= policy.failuresInARow else { return }
      let turns = Set(run.map(\.turn))
      found.append(
        Piece(
          at: run[0].at,
          text: "A command failed \(run.count) times in a row, and no file was changed between.",
          parts: turns.flatMap {
            whole(course, in: $0, after: run[policy.allowedFailures - 1].at, until: run[run.count - 1].at)
          }))
    }
    for call in course.toolCalls where call.kind == .command {
      if let last = run.last,
        call.command != last.command || call.exit != .failed
          || course.isChanged(nil, after: last.at, until: call.at)
      {
        end()
      }
      if call.exit == .failed { run.append(call) }
    }
    end()
    return found
  }

  /// Calls of the model between two instants, with all that they cost.
  private func whole(
    _ course: SessionCourse, in turn: TurnID, after start: Instant, until end: Instant
  ) -> [Part] {
    course.records.filter { $0.turn == turn && $0.at > start && $0.at <= end }
      .map { Part(record: $0.id, tokens: $0.counts, cost: cost(of: $0, $0.counts)) }
  }
}
