package import Instrumentation

/// A place in a trace, as the headers `traceparent` and `tracestate` carry it from process to process.
/// Source: W3C Trace Context, w3.org/TR/trace-context, with Level 2's key grammar and random flag.
package struct TraceContext: Hashable, Sendable {
  package let traceID: TraceID
  package let spanID: SpanID
  package let flags: TraceFlags
  package let state: TraceState
  /// Whether it came from another process.
  package let isRemote: Bool

  package var isSampled: Bool { flags.contains(.sampled) }

  package init(
    traceID: TraceID, spanID: SpanID, flags: TraceFlags, state: TraceState = .empty, isRemote: Bool = false
  ) {
    self.traceID = traceID
    self.spanID = spanID
    self.flags = flags
    self.state = state
    self.isRemote = isRemote
  }

  /// What a caller sent; nil if its `traceparent` is invalid, and then its `tracestate` is not looked at. An invalid
  /// `tracestate` is dropped and spoils nothing else.
  package init?(traceparent: String, tracestate: String? = nil) {
    guard let parsed = Self.parse(traceparent) else { return nil }
    self.init(
      traceID: parsed.trace, spanID: parsed.span, flags: parsed.flags,
      state: tracestate.flatMap(TraceState.init) ?? .empty, isRemote: true)
  }

  /// The header's value, always in version 00.
  package var traceparent: String {
    var text = "00-"
    text.reserveCapacity(Self.length)
    Hex.append(traceID.high, to: &text)
    Hex.append(traceID.low, to: &text)
    text += "-"
    Hex.append(spanID.bits, to: &text)
    text += "-"
    Hex.append(flags.rawValue, to: &text)
    return text
  }

  /// Bytes of a version-00 value: `00-<32>-<16>-<2>`.
  private static let length = 55

  private static func parse(_ text: String) -> (trace: TraceID, span: SpanID, flags: TraceFlags)? {
    guard text.utf8.count <= 1_024 else { return nil }
    let bytes = trimmed(ArraySlice(text.utf8))
    guard bytes.count >= length else { return nil }
    let start = bytes.startIndex
    func at(_ offset: Int) -> UInt8 { bytes[start + offset] }
    func hex(_ from: Int, _ count: Int) -> UInt64? {
      Hex.value(bytes[(start + from)..<(start + from + count)])
    }
    guard let version = hex(0, 2), version != 0xff, at(2) == dash, at(35) == dash, at(52) == dash else {
      return nil
    }
    // A later version may add fields after ours, set off by another dash; version 00 may not.
    guard bytes.count == length || (version > 0 && at(length) == dash) else { return nil }
    guard let high = hex(3, 16), let low = hex(19, 16), let trace = TraceID(high: high, low: low),
      let parent = hex(36, 16), let span = SpanID(parent), let flags = hex(53, 2)
    else { return nil }
    return (trace, span, TraceFlags(rawValue: UInt8(truncatingIfNeeded: flags)).intersection(.known))
  }

  private static let dash = UInt8(ascii: "-")

  /// Without the spaces and tabs around it, which HTTP allows around any header's value.
  static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var bytes = bytes
    while let first = bytes.first, first == 0x20 || first == 0x09 { bytes.removeFirst() }
    while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
    return bytes
  }
}

/// What other vendors add to a trace: passed on unchanged, never read.
package struct TraceState: Hashable, Sendable {
  package static let empty = TraceState()
  /// Most members that a list may have.
  package static let most = 32

  /// The members joined by commas; empty if there are none.
  package let text: String

  private init() { text = "" }

  /// nil if any member is malformed or there are more than 32: then the whole list is dropped, as the recommendation
  /// says. Of two members with one key the first, which is the later one made, stays.
  package init?(_ header: String) {
    // 32 members of 256 + 1 + 256 bytes, with commas, and some blanks.
    guard header.utf8.count <= 32_768 else { return nil }
    var members: [String] = []
    var keys: Set<ArraySlice<UInt8>> = []
    var count = 0
    for part in Array(header.utf8).split(separator: UInt8(ascii: ","), omittingEmptySubsequences: true) {
      // Blanks before the key are the list's; blanks before the value are the value's.
      let member = TraceContext.trimmed(part)
      if member.isEmpty { continue }
      guard let equals = member.firstIndex(of: UInt8(ascii: "=")) else { return nil }
      let key = member[..<equals]
      guard Self.isKey(key), Self.isValue(member[(equals + 1)...]) else { return nil }
      count += 1
      guard count <= Self.most else { return nil }
      if keys.insert(key).inserted { members.append(String(decoding: member, as: UTF8.self)) }
    }
    text = members.joined(separator: ",")
  }

  private static func isKey(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = bytes.first, bytes.count <= 256, isLowerOrDigit(first) else { return false }
    return bytes.allSatisfy { byte in
      isLowerOrDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        || byte == UInt8(ascii: "*") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "@")
    }
  }

  private static func isValue(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let last = bytes.last, bytes.count <= 256, last != 0x20 else { return false }
    return bytes.allSatisfy {
      (0x20...0x7e).contains($0) && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=")
    }
  }

  private static func isLowerOrDigit(_ byte: UInt8) -> Bool {
    (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte)
  }
}

extension ServiceContext {
  private enum TraceContextKey: ServiceContextKey {
    typealias Value = TraceContext
    static var nameOverride: String? { "trace-context" }
  }

  /// The span this work belongs to, or the caller's before one was started.
  package var traceContext: TraceContext? {
    get { self[TraceContextKey.self] }
    set { self[TraceContextKey.self] = newValue }
  }

  private enum UntracedKey: ServiceContextKey {
    typealias Value = Bool
    static var nameOverride: String? { "untraced" }
  }

  /// Whether this work must not be recorded: the export of spans would otherwise make spans to export.
  var isUntraced: Bool {
    get { self[UntracedKey.self] ?? false }
    set { self[UntracedKey.self] = newValue }
  }
}
