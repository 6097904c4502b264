import JSONScan
import Ledger

/// What the result of a call says of how it ended. There are four forms: a header in plain text, the JSON
/// `{"output", "metadata": {"exit_code"}}` of 2025's versions, `{"content", "success"}`, and content parts.
struct CodexOutput {
  var exit = ExitState.unknown
  /// Whether the result itself carries a flag of success.
  var stated: Bool?
  /// The number of the process that is still running in the background.
  var process: Int64?
  private var content: JSONString?

  init(
    _ unit: Span<UInt8>, _ range: Range<Int>?, isCommand: Bool, scratch: inout [UInt8]
  ) throws(JSONScanError) {
    switch JSONValue.kind(unit, range) {
    case .string:
      content = JSONValue.string(unit, range)
    case .object:
      guard let range else { return }
      let fields = try JSONFields(unit, at: range.lowerBound, ["content", "success"])
      content = JSONValue.string(unit, fields[0])
      stated = JSONValue.boolean(unit, fields[1])
    case .array:
      guard let range else { return }
      var cursor = JSONCursor(unit, at: range.lowerBound)
      try cursor.enterArray()
      while try cursor.nextElement(), content == nil {
        let start = cursor.position
        guard cursor.nextKind() == .object else {
          try cursor.skipValue()
          continue
        }
        try cursor.skipValue()
        content = JSONValue.string(unit, try JSONFields(unit, at: start, ["text"])[0])
      }
    default: return
    }
    guard let content else { return }
    (exit, process) = JSONCursor(unit).withUTF8(content, scratch: &scratch) {
      Self.judge($0, isCommand: isCommand)
    }
  }

  /// The whole output, decoded.
  func text(_ unit: Span<UInt8>) -> String? {
    content.map { JSONCursor(unit).decoded($0) }.map(Self.withoutWrapping)
  }

  // MARK: Inside

  /// The header ends long before this.
  private static let headerBytes = 400

  private static func judge(
    _ text: UnsafeBufferPointer<UInt8>, isCommand: Bool
  ) -> (exit: ExitState, process: Int64?) {
    if text.first == 0x7B, let code = number(after: "\"exit_code\":", in: text) {
      return (code == 0 ? .succeeded : .failed, nil)
    }
    var header = UnsafeBufferPointer(rebasing: text.prefix(headerBytes))
    if let end = offset(of: "Output:\n", in: header) {
      header = UnsafeBufferPointer(rebasing: header[..<end])
    }
    if let code = number(after: "exited with code ", in: header) ?? number(after: "Exit code: ", in: header) {
      return (code == 0 ? .succeeded : .failed, nil)
    }
    if let process = number(after: "running with session ID ", in: header) { return (.unknown, process) }
    if begins(header, "aborted by user") { return (.interrupted, nil) }
    for sign: StaticString in ["rejected by user", "user rejected", "declined by", "approval denied"]
    where PatchText.contains(header, sign) { return (.rejected, nil) }
    for sign: StaticString in [
      "apply_patch verification failed", "failed", "error", "Error", "unsupported", "exec_command failed",
      "write_stdin failed", "execution error", "unknown", "invalid", "err:",
    ] where begins(header, sign) { return (.failed, nil) }
    return (isCommand || text.isEmpty ? .unknown : .succeeded, nil)
  }

  /// In 2025's form the output is a JSON string within the string; escapes within it are line breaks enough.
  private static func withoutWrapping(_ text: String) -> String {
    guard text.hasPrefix("{") else { return text }
    let bytes = Array(text.utf8)
    let span = bytes.span
    guard let fields = try? JSONFields(span, at: 0, ["output"]),
      let output = JSONValue.string(span, fields[0])
    else { return text }
    return JSONCursor(span).decoded(output)
  }

  private static func begins(_ text: UnsafeBufferPointer<UInt8>, _ prefix: StaticString) -> Bool {
    guard text.count >= prefix.utf8CodeUnitCount else { return false }
    for index in 0..<prefix.utf8CodeUnitCount where text[index] != prefix.utf8Start[index] { return false }
    return true
  }

  private static func offset(of wanted: StaticString, in text: UnsafeBufferPointer<UInt8>) -> Int? {
    let count = wanted.utf8CodeUnitCount
    guard text.count >= count else { return nil }
    for start in 0...(text.count - count) {
      var length = 0
      while length < count, text[start + length] == wanted.utf8Start[length] { length += 1 }
      if length == count { return start }
    }
    return nil
  }

  private static func number(after wanted: StaticString, in text: UnsafeBufferPointer<UInt8>) -> Int64? {
    guard var at = offset(of: wanted, in: text).map({ $0 + wanted.utf8CodeUnitCount }) else { return nil }
    while at < text.count, text[at] == 0x20 { at += 1 }
    let isNegative = at < text.count && text[at] == 0x2D
    if isNegative { at += 1 }
    var value: Int64 = 0
    let first = at
    while at < text.count, at - first < 18, text[at] &- 0x30 < 10 {
      value = value &* 10 &+ Int64(text[at] &- 0x30)
      at += 1
    }
    return at > first ? (isNegative ? -value : value) : nil
  }
}
