import Effects

extension Conversation {
  /// Shorter than this, leaving a passage out saves nothing.
  private static let leastLeftOut = 200

  /// Leaves out what others wrote in the turns before `end`, the oldest first, until so many bytes are saved. Words of
  /// the owner's stay, and so does every call's result, if only as a note of what it was.
  ///
  /// - Returns: How many bytes were saved.
  @discardableResult
  mutating func leaveOut(before end: Int, bytes wanted: Int) -> Int {
    var saved = 0
    for index in turns.indices.prefix(end) {
      guard saved < wanted else { break }
      switch turns[index] {
      case .told(var passages):
        saved += Self.leaveOut(&passages, keeping: 0)
        turns[index] = .told(passages)
      case .results(var outcomes):
        for position in outcomes.indices { saved += Self.leaveOut(&outcomes[position].passages, keeping: 0) }
        turns[index] = .results(outcomes)
      case .answered, .summary: break
      }
    }
    return saved
  }

  /// Cuts the last turn's passages that are not the owner's to `bytes` together: what does not fit the window cannot be
  /// shown, however new it is.
  mutating func cutLastTurn(to bytes: Int) {
    guard let last = turns.indices.last else { return }
    switch turns[last] {
    case .told(var passages):
      let share = bytes / max(1, passages.count)
      _ = Self.leaveOut(&passages, keeping: share)
      turns[last] = .told(passages)
    case .results(var outcomes):
      let share = bytes / max(1, outcomes.reduce(0) { $0 + $1.passages.count })
      for position in outcomes.indices { _ = Self.leaveOut(&outcomes[position].passages, keeping: share) }
      turns[last] = .results(outcomes)
    case .answered, .summary: break
    }
  }

  /// - Parameter kept: Of each passage so many bytes stay, from its beginning; with their origin and labels.
  private static func leaveOut(_ passages: inout [Passage], keeping kept: Int) -> Int {
    var saved = 0
    for index in passages.indices where passages[index].origin != .owner {
      let text = passages[index].text
      let size = text.utf8.count
      guard size > max(leastLeftOut, kept + 80) else { continue }
      let note = "[\(size - kept) bytes left out to save room; call again if they are needed]"
      if kept > 0 {
        passages[index].text = beginning(of: text, bytes: kept) + "\n" + note
      } else {
        // The note is ours, not theirs.
        passages[index] = Passage(note, from: .system("assay"))
      }
      saved += size - passages[index].text.utf8.count
    }
    return saved
  }

  static func beginning(of text: String, bytes: Int) -> String {
    guard text.utf8.count > bytes else { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: max(0, bytes))
    while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil {
      end = text.utf8.index(before: end)
    }
    return String(text[..<end])
  }
}
