/// What the events of a stream are, from their names alone: almost all are deltas, which are not read.
struct EventKind {
  enum Verdict {
    /// It may carry usage, or an end, or an error.
    case read
    case skip
    /// It says that the model wrote something, and nothing else that matters.
    case piece
    /// OpenAI's `[DONE]`.
    case done
    /// The name alone does not tell.
    case unsure
  }

  let endpoint: Endpoint

  /// As many bytes of a line's beginning as are looked at.
  static let headLength = 64

  /// From the first bytes of an event's first `data` line.
  func verdict(data: UnsafeBufferPointer<UInt8>) -> Verdict {
    switch endpoint {
    case .messages, .responses:
      guard let type = Self.type(in: data) else { return .unsure }
      return verdict(name: type)
    case .chatCompletions:
      return Self.starts(data, with: "[DONE]") ? .done : .read
    case .generateContent, .streamGenerateContent, .embeddings:
      return .read
    case .countTokens, .responsesInputTokens, .geminiCountTokens, .passThrough:
      return .skip
    }
  }

  /// From the name after `event:`, or the `type` in the data, which say the same.
  func verdict(name: UnsafeBufferPointer<UInt8>) -> Verdict {
    switch endpoint {
    case .messages:
      if Self.equals(name, "content_block_delta") { return .piece }
      if Self.equals(name, "content_block_stop") || Self.equals(name, "ping") { return .skip }
      return .read
    case .responses:
      guard Self.starts(name, with: "response.") else { return Self.equals(name, "error") ? .read : .unsure }
      for read in Self.readResponses where Self.equals(name, read) { return .read }
      return Self.ends(name, with: "delta") ? .piece : .skip
    default:
      return .unsure
    }
  }

  // MARK: Inside

  private static let readResponses: [StaticString] = [
    "response.created", "response.completed", "response.incomplete", "response.failed", "response.cancelled",
    "response.queued",
  ]

  /// The value of a `"type"` that stands first in an object.
  private static func type(in data: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
    var at = 0
    func skipSpace() { while at < data.count, data[at] == 0x20 { at += 1 } }
    func take(_ text: StaticString) -> Bool {
      skipSpace()
      guard starts(UnsafeBufferPointer(rebasing: data[at...]), with: text) else { return false }
      at += text.utf8CodeUnitCount
      return true
    }
    guard take("{"), take("\"type\""), take(":"), take("\"") else { return nil }
    guard let end = data[at...].firstIndex(of: 0x22) else { return nil }
    return UnsafeBufferPointer(rebasing: data[at..<end])
  }

  private static func equals(_ text: UnsafeBufferPointer<UInt8>, _ name: StaticString) -> Bool {
    text.count == name.utf8CodeUnitCount && starts(text, with: name)
  }

  @inline(__always)
  private static func starts(_ text: UnsafeBufferPointer<UInt8>, with name: StaticString) -> Bool {
    guard text.count >= name.utf8CodeUnitCount else { return false }
    // In bounds: both have at least the name's bytes.
    for index in 0..<name.utf8CodeUnitCount where text[index] != name.utf8Start[index] { return false }
    return true
  }

  private static func ends(_ text: UnsafeBufferPointer<UInt8>, with name: StaticString) -> Bool {
    guard text.count >= name.utf8CodeUnitCount else { return false }
    return starts(UnsafeBufferPointer(rebasing: text[(text.count - name.utf8CodeUnitCount)...]), with: name)
  }
}
