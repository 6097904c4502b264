/// Takes server-sent events out of bytes that come in any pieces
/// (<https://html.spec.whatwg.org/multipage/server-sent-events.html>). Holds one event at most, and none longer than its
/// bound.
struct EventStream {
  /// No event of a sound answer is longer: the last of Responses holds all of it again.
  let longestEvent: Int
  private var line: [UInt8] = []
  private var data: [UInt8] = []
  private var hasData = false
  private var name: [UInt8] = []
  private var isAfterCR = false
  private var isStart = true

  struct Event: Hashable {
    var name: String
    var data: [UInt8]
  }

  struct TooLong: Error {}

  init(longestEvent: Int) { self.longestEvent = longestEvent }

  /// - Returns: The events that these bytes completed.
  mutating func take(_ bytes: some Sequence<UInt8>) throws(TooLong) -> [Event] {
    var events: [Event] = []
    for byte in bytes {
      let isSecondOfTwo = isAfterCR && byte == 0x0A
      isAfterCR = byte == 0x0D
      if isSecondOfTwo { continue }
      guard byte == 0x0A || byte == 0x0D else {
        guard line.count + data.count < longestEvent else { throw TooLong() }
        line.append(byte)
        continue
      }
      if let event = endLine() { events.append(event) }
    }
    return events
  }

  /// The end of the answer ends a line and an event too; not every server writes the last empty line.
  mutating func finish() -> Event? {
    if !line.isEmpty, let event = endLine() { return event }
    return endLine()
  }

  private mutating func endLine() -> Event? {
    if isStart {
      isStart = false
      if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    }
    defer { line.removeAll(keepingCapacity: true) }
    guard !line.isEmpty else { return endEvent() }
    let colon = line.firstIndex(of: 0x3A) ?? line.endIndex
    let field = line[..<colon]
    var value = line[min(colon + 1, line.count)...]
    if value.first == 0x20 { value = value.dropFirst() }
    if field.elementsEqual("data".utf8) {
      if hasData { data.append(0x0A) }
      data += value
      hasData = true
    } else if field.elementsEqual("event".utf8) {
      name = Array(value)
    }
    return nil
  }

  private mutating func endEvent() -> Event? {
    defer {
      data.removeAll(keepingCapacity: true)
      name.removeAll(keepingCapacity: true)
      hasData = false
    }
    guard hasData else { return nil }
    return Event(name: String(decoding: name, as: UTF8.self), data: data)
  }
}
