package import Ledger

/// How observations are stored: a version, then counts as LEB128, marks as differences, sketches two bytes a bin
/// and of single messages sixteen bytes in all.
/// A few hundred bytes a session, read in a microsecond or two.
extension SessionObservations {
  /// Raised when the same facts give other observations, or the form changes: all are then taken anew.
  package static let version = 4

  package func coded() -> [UInt8] {
    var copy = self
    var bytes = ByteWriter()
    bytes.add(UInt64(Self.version))
    bytes.add(UInt64(flags.rawValue))
    bytes.add(instant: started)
    bytes.add(instant: ended)
    copy.visitCounts { bytes.add(UInt64(max(0, $0))) }
    bytes.add(UInt64(marks.count))
    var previous: Int64 = 0
    for mark in marks {
      bytes.add(signed: mark.offsetMilliseconds &- previous)
      previous = mark.offsetMilliseconds
      bytes.add(UInt64(mark.trigger.code))
      bytes.add(mark.pauseMilliseconds.map { UInt64(max(0, $0)) &+ 1 } ?? 0)
    }
    bytes.add(parent == nil ? 0 : 1)
    if let parent {
      bytes.add(parent.high)
      bytes.add(parent.low)
    }
    for sketch in [prompts, answers] {
      bytes.add(sketch == nil ? 0 : 1)
      for bin in sketch?.bins ?? [] { bytes.add(fixed: bin) }
    }
    bytes.add(UInt64(messages.count))
    for message in messages {
      bytes.add(fixed: message.low)
      bytes.add(fixed: message.high)
    }
    return bytes.bytes
  }

  /// - Returns: `nil` for what another version wrote: it is taken anew when data is next derived.
  package init?(_ stored: ObservedSession) {
    self.init(session: stored.session, account: stored.account)
    let isRead = stored.observed.withUnsafeBufferPointer { buffer in
      var bytes = ByteReader(buffer)
      guard bytes.next() == UInt64(Self.version) else { return false }
      flags = Flags(rawValue: UInt16(truncatingIfNeeded: bytes.next()))
      started = bytes.instant()
      ended = bytes.instant()
      visitCounts { $0 = Int(truncatingIfNeeded: bytes.next()) }
      let count = Int(truncatingIfNeeded: bytes.next())
      guard (0...Self.mostMarks).contains(count) else { return false }
      marks.reserveCapacity(count)
      var offset: Int64 = 0
      for _ in 0..<count {
        offset &+= bytes.signed()
        let trigger = TurnTrigger(code: Int(truncatingIfNeeded: bytes.next()))
        let pause = bytes.next()
        marks.append(
          TurnMark(
            offsetMilliseconds: offset, trigger: trigger,
            pauseMilliseconds: pause == 0 ? nil : Int64(truncatingIfNeeded: pause &- 1)))
      }
      if bytes.next() == 1 { parent = SessionID(high: bytes.next(), low: bytes.next()) }
      prompts = bytes.next() == 1 ? bytes.sketch() : nil
      answers = bytes.next() == 1 ? bytes.sketch() : nil
      let messageCount = Int(truncatingIfNeeded: bytes.next())
      guard (0...Self.mostMessages).contains(messageCount) else { return false }
      messages.reserveCapacity(messageCount)
      for _ in 0..<messageCount { messages.append(MessagePrint(low: bytes.fixed(), high: bytes.fixed())) }
      return !bytes.isBroken
    }
    guard isRead else { return nil }
  }

  private mutating func visitCounts(_ body: (inout Int) -> Void) {
    turns.visit(body)
    states.visit(body)
    reading.visit(body)
    work.visit(body)
    commits.visit(body)
  }
}

extension TurnTrigger {
  fileprivate var code: Int {
    switch self {
    case .unknown: 0
    case .person: 1
    case .script: 2
    case .hook: 3
    case .schedule: 4
    case .agent: 5
    }
  }

  fileprivate init(code: Int) {
    switch code {
    case 1: self = .person
    case 2: self = .script
    case 3: self = .hook
    case 4: self = .schedule
    case 5: self = .agent
    default: self = .unknown
    }
  }
}

private struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  init() { bytes.reserveCapacity(320) }

  mutating func add(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// Small either side of 0, as in Protocol Buffers.
  mutating func add(signed value: Int64) { add(UInt64(bitPattern: (value << 1) ^ (value >> 63))) }

  mutating func add(instant: Instant?) {
    add(instant == nil ? 0 : 1)
    if let instant { add(signed: instant.milliseconds) }
  }

  /// Little-endian.
  mutating func add(fixed value: some FixedWidthInteger & UnsignedInteger) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}

private struct ByteReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var at = 0
  /// Whether something was asked for that is not there.
  private(set) var isBroken = false

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  mutating func next() -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while at < bytes.count, shift < 70 {
      let byte = bytes[at]
      at &+= 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift &+= 7
    }
    isBroken = true
    return 0
  }

  mutating func signed() -> Int64 {
    let value = next()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  mutating func instant() -> Instant? { next() == 0 ? nil : Instant(milliseconds: signed()) }

  mutating func fixed() -> UInt64 {
    guard at + 8 <= bytes.count else {
      isBroken = true
      return 0
    }
    var value: UInt64 = 0
    for place in 0..<8 { value |= UInt64(bytes[at + place]) << UInt64(place * 8) }
    at &+= 8
    return value
  }

  mutating func sketch() -> Sketch? {
    guard at + Sketch.binCount * 2 <= bytes.count else {
      isBroken = true
      return nil
    }
    let start = at
    at &+= Sketch.binCount * 2
    return Sketch(
      bins: (0..<Sketch.binCount).map {
        UInt16(bytes[start + $0 * 2]) | UInt16(bytes[start + $0 * 2 + 1]) << 8
      })
  }
}
