import Ledger

/// Questions that a model is asked several of at a time, and which of them are answered: read off the answers in the order in which
/// they were written down, that is always the order of the queue. What got none is asked for again behind all others.
struct QuestionQueue {
  private var waiting: [Entry]
  /// Before it all are through.
  private var next = 0

  private struct Entry {
    /// From 0, as the questions were given.
    var question: Int
    var failures = 0
    /// The last time no answer came.
    var notBefore: Instant?
  }

  /// - Parameter count: Of the questions.
  init(_ count: Int) { waiting = (0..<count).map { Entry(question: $0) } }

  var isEmpty: Bool { next >= waiting.count }

  /// How often the first got no answer.
  var failures: Int { isEmpty ? 0 : waiting[next].failures }

  /// What is to be asked now, or then: what failed before comes when there is nothing else.
  func batch(_ most: Int) -> (questions: [Int], notBefore: Instant?) {
    let first = waiting[next...].prefix(most)
    let fresh = first.prefix { $0.notBefore == nil }
    let batch = fresh.isEmpty ? first : fresh
    return (batch.map(\.question), batch.compactMap(\.notBefore).max())
  }

  /// The first has its answer, or is given up.
  ///
  /// - Returns: Which that is; `nil` if there is none.
  mutating func settle() -> Int? {
    guard !isEmpty else { return nil }
    defer { next += 1 }
    return waiting[next].question
  }

  /// The first got no answer.
  mutating func putOff(until instant: Instant) {
    guard !isEmpty else { return }
    var entry = waiting[next]
    entry.failures += 1
    entry.notBefore = instant
    waiting.append(entry)
    next += 1
  }
}
