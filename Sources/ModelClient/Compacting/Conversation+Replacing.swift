import Effects

extension Conversation {
  /// Where the turns begin that stay: at least so many from the end, and never between an answer and its results.
  func keptFrom(_ count: Int) -> Int {
    var start = max(0, turns.count - max(1, count))
    if turns.indices.contains(start), case .results = turns[start] { start = max(0, start - 1) }
    return start
  }

  /// The turns before `end` in units that only stand or fall together: an answer with its results.
  private func units(before end: Int) -> [Range<Int>] {
    var units: [Range<Int>] = []
    var index = 0
    while index < end {
      var next = index + 1
      if case .answered = turns[index], next < end, case .results = turns[next] { next += 1 }
      units.append(index..<next)
      index = next
    }
    return units
  }

  /// The turns before `end` that can be replaced: those that hold no words of the owner's.
  func replaceable(before end: Int) -> [Turn] {
    units(before: end).filter { unit in !turns[unit].contains(where: \.hasOwnersWords) }.flatMap { turns[$0] }
  }

  /// Puts a summary in the place of ``replaceable(before:)``. The owner's words before it stay, in their order, and with
  /// them the answers that they were results of.
  ///
  /// - Parameter text: The model's.
  mutating func replace(before end: Int, with text: String) {
    let replaced = replaceable(before: end).count
    guard replaced > 0 else { return }
    let kept = units(before: end).filter { turns[$0].contains(where: \.hasOwnersWords) }.flatMap { turns[$0] }
    let earlier = turns[..<end].reduce(0) {
      if case .summary(let old) = $1 { $0 + old.replacedTurns - 1 } else { $0 }
    }
    // What the replaced turns were told, they were told before the turns that stay. What was left out of them counts
    // too, so that it is taken from what was seen, not from what is left.
    let later = turns[end...].reduce(0) { $0 + $1.passageCount }
    let taint = seen.dropLast(later)
    var origins: [Origin] = []
    for passage in taint where !origins.contains(passage.origin) { origins.append(passage.origin) }
    let labels = taint.reduce(into: Labels()) { $0.formUnion($1.labels) }
    let summary = Summary(text: text, origins: origins, labels: labels, replacedTurns: replaced + earlier)
    turns = kept + [.summary(summary)] + turns[end...]
  }
}

extension Conversation.Turn {
  var passageCount: Int {
    switch self {
    case .told(let passages): passages.count
    case .results(let outcomes): outcomes.reduce(0) { $0 + $1.passages.count }
    case .answered, .summary: 0
    }
  }
}
