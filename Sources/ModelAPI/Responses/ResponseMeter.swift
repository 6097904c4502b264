/// Reads what a call used from its answer as the answer passes, in whatever pieces, and says what to pass on.
///
/// All is passed on at once and byte for byte, with one exception: where usage was forced upon a chat stream
/// (``UsageForcing``), the chunk that carries only usage is for us, and the stream is passed on by whole events.
/// Memory is bounded: usage and a few names are kept, and of a stream with forced usage at most one event.
package struct ResponseMeter: Sendable {
  /// What to pass on of the bytes just consumed, and of those held before.
  package enum Forwarding: Hashable, Sendable {
    /// Exactly the bytes consumed.
    case all
    case nothing
    case bytes([UInt8])
  }

  private enum Form { case undecided, events, json, none }

  /// Events longer than this are passed on as they come: a chunk with only usage is far shorter.
  static let longestHeld = 64 * 1024

  private var form: Form
  private var reader: EventReader
  private var tally: UsageTally
  private let dropsUsageChunk: Bool
  /// The first bytes of an answer of unknown form are white space.
  private var held: [UInt8] = []
  /// Of the event under way, those of earlier pieces included.
  private var eventLength = 0
  private var isReleased = false
  /// The last piece ended in a CR, to which an LF may belong; and whether that CR ended an event that was dropped.
  private var endedInCR = false
  private var endedEvent = false
  private var wasDropped = false

  /// - Parameters:
  ///   - contentType: The answer's, which decides whether it is read as events or as JSON, whatever was asked for.
  ///   - dropsUsageChunk: Whether the client did not ask for the usage that the upstream was made to send.
  package init(route: ModelRoute, contentType: String?, dropsUsageChunk: Bool = false) {
    reader = EventReader(endpoint: route.endpoint)
    tally = UsageTally(endpoint: route.endpoint, model: route.model)
    form = route.endpoint.isBilled ? Self.form(contentType) : .none
    self.dropsUsageChunk = dropsUsageChunk && route.endpoint == .chatCompletions
  }

  /// Takes the next bytes of the answer.
  package mutating func consume(_ bytes: Span<UInt8>) -> Forwarding {
    bytes.withUnsafeBufferPointer { consume($0) }
  }

  /// The upstream ended the answer by HTTP's own rules: what was held, to be passed on before the end.
  package mutating func finish() -> Forwarding { end(isCut: false) }

  /// The upstream stopped midway: what was held.
  package mutating func cut() -> Forwarding { end(isCut: true) }

  /// What is known of the call's usage by now. Cheap enough for once a call, not once a piece.
  package var reading: UsageReading { tally.reading(id: reader.scanner.id, model: reader.scanner.model) }

  /// Whether a stream has stated some usage.
  package var statesUsage: Bool { tally.statesUsage }

  /// ``UsageReading/isFinal``, for after every piece.
  package var isFinal: Bool { tally.isFinal }

  /// Whether an event of our own could be sent now without falling into the middle of one of the upstream's.
  package var isBetweenEvents: Bool { form == .events && eventLength == 0 }

  // MARK: Inside

  private static func form(_ contentType: String?) -> Form {
    guard var contentType else { return .undecided }
    func starts(_ name: StaticString) -> Bool {
      contentType.withUTF8 { type in
        guard type.count >= name.utf8CodeUnitCount else { return false }
        // In bounds: both have at least the name's bytes.
        for index in 0..<name.utf8CodeUnitCount where type[index] | 0x20 != name.utf8Start[index] | 0x20 {
          return false
        }
        return true
      }
    }
    if starts("text/event-stream") { return .events }
    return starts("application/json") ? .json : .undecided
  }

  private mutating func consume(_ bytes: UnsafeBufferPointer<UInt8>) -> Forwarding {
    if bytes.isEmpty { return .nothing }
    if form == .undecided {
      guard let first = bytes.first(where: { $0 > 0x20 }) else { return .all }
      form = first == 0x7B || first == 0x5B ? .json : .events
    }
    switch form {
    case .events: return events(bytes)
    case .json:
      reader.json(bytes)
      tally.takeJSON(reader.scanner, isEnd: false)
      return .all
    case .none, .undecided: return .all
    }
  }

  private mutating func events(_ bytes: UnsafeBufferPointer<UInt8>) -> Forwarding {
    var output = Output(isNeeded: dropsUsageChunk && !held.isEmpty)
    var lines = EventLines(bytes)
    var at = 0
    /// Where the event under way begins in this piece.
    var eventStart = 0
    if endedInCR {
      endedInCR = false
      if bytes[0] == 0x0A {
        at = 1
        // It is the second half of a line end, and goes where the first half went.
        if endedEvent {
          eventStart = 1
          if wasDropped { output.drop(0..<1, held: &held) }
        }
      }
    }
    while at < bytes.count {
      guard let end = lines.end(from: at) else {
        _ = reader.line(UnsafeBufferPointer(rebasing: bytes[at...]), isEnd: false)
        break
      }
      let line = UnsafeBufferPointer(rebasing: bytes[at..<end])
      let isOver = reader.line(line, isEnd: true, isLast: Self.isBlankLine(bytes, behind: end))
      at = end &+ 1
      if bytes[end] == 0x0D {
        if at == bytes.count {
          endedInCR = true
          endedEvent = isOver
        } else if bytes[at] == 0x0A {
          at &+= 1
        }
      }
      if isOver {
        eventLength &+= at &- eventStart
        wasDropped = take(isCut: false)
        if wasDropped { output.drop(eventStart..<at, held: &held) }
        if !wasDropped, !held.isEmpty { output.release(&held) }
        eventStart = at
        eventLength = 0
        isReleased = false
      }
    }
    eventLength &+= bytes.count &- eventStart
    guard dropsUsageChunk else { return .all }
    return forwarding(bytes, eventStart, &output)
  }

  /// Whether the line behind the one that ends at `end` is here already, and empty.
  @inline(__always)
  private static func isBlankLine(_ bytes: UnsafeBufferPointer<UInt8>, behind end: Int) -> Bool {
    var next = end &+ 1
    if bytes[end] == 0x0D, next < bytes.count, bytes[next] == 0x0A { next &+= 1 }
    return next < bytes.count && (bytes[next] == 0x0A || bytes[next] == 0x0D)
  }

  /// With forced usage: everything up to the event under way, which is held, unless it is too long to be ours.
  private mutating func forwarding(
    _ bytes: UnsafeBufferPointer<UInt8>, _ eventStart: Int, _ output: inout Output
  ) -> Forwarding {
    if eventLength > Self.longestHeld { isReleased = true }
    if isReleased || eventStart == bytes.count {
      if !held.isEmpty { output.release(&held) }
      return output.result(bytes, upTo: bytes.count)
    }
    let result = output.result(bytes, upTo: eventStart)
    held.append(contentsOf: bytes[eventStart...])
    return result
  }

  /// The event is over: what it said is counted.
  ///
  /// - Returns: Whether it is not to be passed on.
  private mutating func take(isCut: Bool) -> Bool {
    let event = reader.event
    defer { reader.reset() }
    guard event.hasData else { return false }
    let isOnlyUsage = tally.take(event, reader.scanner)
    return isOnlyUsage && dropsUsageChunk && !isReleased && eventLength <= Self.longestHeld && !isCut
  }

  private mutating func end(isCut: Bool) -> Forwarding {
    var isDropped = false
    if form == .events {
      reader.finish()
      isDropped = take(isCut: isCut)
    }
    if form == .json { tally.takeJSON(reader.scanner, isEnd: true) }
    tally.end(isCut: isCut)
    guard !held.isEmpty, !isDropped else { return .nothing }
    defer { held.removeAll() }
    return .bytes(held)
  }
}

/// Puts together what is passed on of one piece, copying only if something is left out or was held.
private struct Output {
  private var bytes: [UInt8] = []
  /// Parts of the piece that are left out, in order.
  private var dropped: [Range<Int>] = []
  private var isCopy: Bool

  init(isNeeded: Bool) { isCopy = isNeeded }

  mutating func drop(_ range: Range<Int>, held: inout [UInt8]) {
    held.removeAll(keepingCapacity: true)
    dropped.append(range)
    isCopy = true
  }

  /// What was held turned out to be nothing to leave out; it comes before all of this piece.
  mutating func release(_ held: inout [UInt8]) {
    bytes.append(contentsOf: held)
    held.removeAll(keepingCapacity: true)
    isCopy = true
  }

  mutating func result(_ piece: UnsafeBufferPointer<UInt8>, upTo end: Int) -> ResponseMeter.Forwarding {
    if !isCopy, end == piece.count { return .all }
    var from = 0
    for range in dropped {
      bytes.append(contentsOf: piece[from..<range.lowerBound])
      from = range.upperBound
    }
    if from < end { bytes.append(contentsOf: piece[from..<end]) }
    return bytes.isEmpty ? .nothing : .bytes(bytes)
  }
}
