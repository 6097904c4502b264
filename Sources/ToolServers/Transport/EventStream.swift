/// Reads server-sent events (WHATWG HTML, section 9.2) of which none may be longer than a message: only `message` events
/// count, comments and the fields `id` and `retry` are passed over, because nothing is ever taken up again here.
struct EventStream {
  private var rest: [UInt8] = []
  private var data: [UInt8] = []
  private var hasData = false
  private var event = ""
  private var skipsNewline = false
  private var isFirstLine = true
  private let longest: Int

  init(longest: Int) { self.longest = longest }

  /// The data of the events that are whole with `bytes`.
  mutating func add(_ bytes: some Sequence<UInt8>) throws(LineBuffer.TooLong) -> [[UInt8]] {
    var events: [[UInt8]] = []
    for byte in bytes {
      // A line ends with CR, LF or both.
      if skipsNewline, byte == 0x0A {
        skipsNewline = false
        continue
      }
      skipsNewline = byte == 0x0D
      guard byte == 0x0A || byte == 0x0D else {
        guard rest.count + data.count < longest else { throw LineBuffer.TooLong() }
        rest.append(byte)
        continue
      }
      if let event = line() { events.append(event) }
      rest.removeAll(keepingCapacity: true)
    }
    return events
  }

  private mutating func line() -> [UInt8]? {
    if isFirstLine {
      isFirstLine = false
      if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest.removeFirst(3) }
    }
    guard !rest.isEmpty else {
      defer {
        data = []
        hasData = false
        event = ""
      }
      return hasData && (event.isEmpty || event == "message") && !data.isEmpty ? data : nil
    }
    let colon = rest.firstIndex(of: 0x3A) ?? rest.endIndex
    var value = rest[min(colon + 1, rest.endIndex)...]
    if value.first == 0x20 { value = value.dropFirst() }
    switch String(decoding: rest[..<colon], as: UTF8.self) {
    case "data":
      if hasData { data.append(0x0A) }
      data += value
      hasData = true
    case "event": event = String(decoding: value, as: UTF8.self)
    default: break
    }
    return nil
  }
}
