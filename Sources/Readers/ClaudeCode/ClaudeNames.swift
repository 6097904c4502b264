import JSONScan

/// A text that stands on every line and hardly ever changes: decoded only when it does.
struct RepeatedText: Sendable {
  private var raw: [UInt8] = []

  /// The text, if it differs from the last one seen.
  mutating func update(_ string: JSONString?, _ cursor: JSONCursor) -> String? {
    guard let string, !string.isEmpty else { return nil }
    if cursor.text(string, equals: raw) { return nil }
    raw = cursor.rawBytes(string)
    return cursor.decoded(string)
  }
}

/// The repeated texts of a transcript.
struct ClaudeNames: Sendable {
  var directory = RepeatedText()
  var branch = RepeatedText()
  var version = RepeatedText()
  private var modelRaw: [UInt8] = []
  private var model: String?

  /// The model's name, shared between the records of one model.
  mutating func model(_ string: JSONString, _ cursor: JSONCursor) -> String {
    if let model, cursor.text(string, equals: modelRaw) { return model }
    let decoded = cursor.decoded(string)
    modelRaw = cursor.rawBytes(string)
    model = decoded
    return decoded
  }
}
