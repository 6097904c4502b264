/// Takes a stream of server-sent events apart, whatever pieces it comes in, and hands the data of those that may
/// matter to a scanner as it comes: no event is ever held.
struct EventReader {
  /// What an event turned out to be, once it is over.
  struct Event {
    var verdict: EventKind.Verdict
    /// Whether it had any data; comments and empty lines have none.
    var hasData: Bool
  }

  private enum LineState {
    /// The first bytes of a line, which say what it is.
    case head
    case data
    case skip
  }

  private let kind: EventKind
  private(set) var scanner = AnswerScanner()
  private var lineState = LineState.head
  /// The head of a line that began in an earlier piece.
  private var head: [UInt8] = []
  private var isStart = true
  private var markLength = 0
  private var hasData = false
  private var verdict = EventKind.Verdict.unsure

  init(endpoint: Endpoint) { kind = EventKind(endpoint: endpoint) }

  /// A line or what there is of it.
  ///
  /// - Parameters:
  ///   - isEnd: Whether the line is over.
  ///   - isLast: Whether it is surely the last of its event.
  /// - Returns: Whether the event is over too, since the line is empty.
  @inline(__always)
  mutating func line(_ bytes: UnsafeBufferPointer<UInt8>, isEnd: Bool, isLast: Bool = false) -> Bool {
    switch lineState {
    case .head:
      if head.isEmpty {
        if isEnd, bytes.isEmpty { return true }
        if isEnd || bytes.count >= EventKind.headLength {
          begin(bytes, isWhole: isEnd && isLast)
        } else {
          head.append(contentsOf: bytes)
          return false
        }
      } else {
        return lineInPieces(bytes, isEnd: isEnd)
      }
    case .data:
      scanner.feed(bytes)
    case .skip:
      break
    }
    if isEnd { lineState = .head }
    return false
  }

  /// The event that is over. The scanner holds what was found in it until the next ``reset()``.
  var event: Event { Event(verdict: verdict, hasData: hasData) }

  /// Ready for the next event.
  @inline(__always)
  mutating func reset() {
    if hasData, verdict == .read { scanner.reset() }
    hasData = false
    verdict = .unsure
  }

  /// An answer that is no stream goes to the scanner as it is.
  mutating func json(_ bytes: UnsafeBufferPointer<UInt8>) { scanner.feed(bytes) }

  /// The end of the stream, which ends a line and an event too.
  mutating func finish() {
    guard lineState != .head || !head.isEmpty else { return }
    _ = line(UnsafeBufferPointer(start: nil, count: 0), isEnd: true)
  }

  // MARK: Inside

  private mutating func lineInPieces(_ bytes: UnsafeBufferPointer<UInt8>, isEnd: Bool) -> Bool {
    let taken = min(bytes.count, EventKind.headLength - head.count)
    head.append(contentsOf: bytes[..<taken])
    guard isEnd || head.count == EventKind.headLength else { return false }
    let whole = head
    head.removeAll(keepingCapacity: true)
    whole.withUnsafeBufferPointer { begin($0, isWhole: false) }
    if lineState == .data { scanner.feed(UnsafeBufferPointer(rebasing: bytes[taken...])) }
    if isEnd { lineState = .head }
    return false
  }

  /// A line's beginning: at least ``EventKind/headLength`` bytes of it, or all.
  ///
  /// - Parameter isWhole: Whether it is all of the line, and the line the last of its event.
  private mutating func begin(_ line: UnsafeBufferPointer<UInt8>, isWhole: Bool) {
    var offset = 0
    if isStart {
      isStart = false
      if line.count >= 3, line[0] == 0xEF, line[1] == 0xBB, line[2] == 0xBF { offset = 3 }
    }
    lineState = .skip
    let count = line.count - offset
    if count >= 5, line[offset] == 0x64, line[offset + 1] == 0x61, line[offset + 2] == 0x74,
      line[offset + 3] == 0x61, line[offset + 4] == 0x3A
    {
      var from = offset + 5
      if from < line.count, line[from] == 0x20 { from += 1 }
      data(line, from: from, isWhole: isWhole)
    } else if count >= 6, line[offset] == 0x65, line[offset + 1] == 0x76, line[offset + 2] == 0x65,
      line[offset + 3] == 0x6E, line[offset + 4] == 0x74, line[offset + 5] == 0x3A
    {
      var from = offset + 6
      if from < line.count, line[from] == 0x20 { from += 1 }
      // The first line of data has the last word, as it is what clients take to heart.
      guard !hasData else { return }
      let end = min(line.count, EventKind.headLength)
      verdict = kind.verdict(name: UnsafeBufferPointer(rebasing: line[min(from, end)..<end]))
    }
  }

  private mutating func data(_ line: UnsafeBufferPointer<UInt8>, from start: Int, isWhole: Bool) {
    if hasData {
      guard verdict == .read else { return }
      // Lines of data are joined by a line feed.
      let lineFeed: [UInt8] = [0x0A]
      lineFeed.withUnsafeBufferPointer { scanner.feed($0) }
    } else {
      hasData = true
      let end = min(line.count, EventKind.headLength)
      let fromData = kind.verdict(data: UnsafeBufferPointer(rebasing: line[min(start, end)..<end]))
      if fromData != .unsure { verdict = fromData }
      if verdict == .unsure { verdict = .read }
      if verdict == .read, isWhole, kind.endpoint == .chatCompletions, !scanner.id.isEmpty,
        !scanner.model.isEmpty,
        !Members.mayMatter(line)
      {
        verdict = .piece
      }
    }
    guard verdict == .read else { return }
    lineState = .data
    scanner.feed(UnsafeBufferPointer(rebasing: line[min(start, line.count)...]))
  }
}
