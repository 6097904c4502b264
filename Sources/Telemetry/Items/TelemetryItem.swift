import JSONScan

/// One log record, span or data point, as both encodings give it: what is looked at of it, and nothing else. It is made
/// once and filled anew for each.
struct TelemetryItem {
  /// The value of an attribute.
  enum Value {
    case absent
    /// Where it lies in `text`.
    case text(Range<Int>)
    case integer(Int64)
    case double(Double)
    case boolean(Bool)
    /// A list, a map, bytes, or a text that is longer than any that is looked at.
    case other
  }

  /// No identifier, name or usage object is longer; what is, is content or an error.
  static let maximumText = 4096
  /// A body is compared with the names of events, and no more.
  static let maximumBody = 64

  /// Nanoseconds since 1970; 0 is unknown.
  var time: UInt64 = 0
  var observedTime: UInt64 = 0
  var startTime: UInt64 = 0
  var traceID = Value.absent
  var spanID = Value.absent
  /// Of a log record, a metric or a span.
  var name = Value.absent
  var body = Value.absent
  var scope = Value.absent
  var hasFailed = false
  /// Of a data point.
  var number = Value.absent
  /// Whether the data point states what was added since the one before.
  var isDelta = false

  private(set) var text: [UInt8] = []
  private var values = [Value](repeating: .absent, count: Field.count)
  private var filled: [Int] = []
  /// What belongs to the resource and the scope stays for all that they have.
  private var common: [(index: Int, value: Value)] = []
  private var commonText = 0
  private var resourceText = 0

  init() {
    text.reserveCapacity(16 * 1024)
    filled.reserveCapacity(Field.count)
  }

  // MARK: Filling

  mutating func beginResource() {
    clearFields()
    common.removeAll(keepingCapacity: true)
    text.removeAll(keepingCapacity: true)
    scope = .absent
    commonText = 0
    resourceText = 0
  }

  /// What was set since ``beginResource()`` holds for all of the resource.
  mutating func endResource() {
    common.removeAll(keepingCapacity: true)
    for index in filled { common.append((index, values[index])) }
    resourceText = text.count
    commonText = text.count
  }

  mutating func beginScope() {
    beginRecord()
    text.removeSubrange(resourceText...)
    scope = .absent
  }

  mutating func endScope() { commonText = text.count }

  mutating func beginRecord() {
    clearFields()
    text.removeSubrange(commonText...)
    time = 0
    observedTime = 0
    startTime = 0
    traceID = .absent
    spanID = .absent
    name = .absent
    body = .absent
    number = .absent
    hasFailed = false
    for (index, value) in common { set(value, at: index) }
  }

  /// Like ``beginRecord()``, for the next data point of one metric.
  mutating func beginPoint() {
    let name = name
    let isDelta = isDelta
    let end = commonText
    if case .text(let range) = name { commonText = max(commonText, range.upperBound) }
    beginRecord()
    commonText = end
    self.name = name
    self.isDelta = isDelta
  }

  private mutating func clearFields() {
    for index in filled { values[index] = .absent }
    filled.removeAll(keepingCapacity: true)
  }

  mutating func set(_ value: Value, at index: Int) {
    if case .absent = values[index] { filled.append(index) }
    values[index] = value
  }

  /// The value of a text, which is kept if it is not too long.
  mutating func keep(_ bytes: UnsafeRawBufferPointer, limit: Int = maximumText) -> Value {
    guard bytes.count <= limit else { return .other }
    let start = text.count
    text.append(contentsOf: bytes)
    return .text(start..<text.count)
  }

  mutating func keep(_ bytes: [UInt8]) -> Value { bytes.withUnsafeBytes { keep($0) } }

  // MARK: Reading

  subscript(field: Field) -> Value { values[field.rawValue] }

  func has(_ field: Field) -> Bool { has(field.rawValue) }

  func has(_ index: Int) -> Bool {
    if case .absent = values[index] { false } else { true }
  }

  /// Where the text of an attribute lies, unless it is empty.
  func range(_ value: Value) -> Range<Int>? {
    if case .text(let range) = value, !range.isEmpty { range } else { nil }
  }

  func range(_ field: Field) -> Range<Int>? { range(self[field]) }

  func string(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }

  func string(_ value: Value) -> String? { range(value).map { string($0) } }

  func string(_ field: Field) -> String? { string(self[field]) }

  func withText<Result>(_ range: Range<Int>, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    text.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
  }

  func equals(_ value: Value, _ other: StaticString) -> Bool {
    guard case .text(let range) = value, range.count == other.utf8CodeUnitCount else { return false }
    for index in 0..<range.count where text[range.lowerBound &+ index] != other.utf8Start[index] {
      return false
    }
    return true
  }

  func equals(_ field: Field, _ other: StaticString) -> Bool { equals(self[field], other) }

  func begins(_ value: Value, _ other: StaticString) -> Bool {
    guard case .text(let range) = value, range.count >= other.utf8CodeUnitCount else { return false }
    return equals(.text(range.prefix(other.utf8CodeUnitCount)), other)
  }

  /// Truth, which some versions write as a text.
  func truth(_ field: Field) -> Bool? {
    switch self[field] {
    case .boolean(let value): value
    case .text: equals(field, "true") ? true : equals(field, "false") ? false : nil
    default: nil
    }
  }

  /// A whole number, which some versions write as a text or as a floating-point number; `nil` if it is none.
  func integer(_ value: Value) -> Int64? {
    switch value {
    case .integer(let number): return number
    case .double(let number): return Int64(exactly: number)
    case .text(let range):
      var number: Int64 = 0
      guard (1...18).contains(range.count) else { return nil }
      for byte in text[range] {
        guard byte &- 0x30 < 10 else { return nil }
        number = number &* 10 &+ Int64(byte &- 0x30)
      }
      return number
    case .absent, .boolean, .other: return nil
    }
  }
}
