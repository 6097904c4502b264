/// The values that are picked out of answers.
enum AnswerField: UInt8 {
  case id, model, servedModel, usage, tier, status, type
  case error, errorType, choices, stopReason, finishReason
}

/// The keys by which they are found.
enum AnswerKey: UInt8 {
  case other
  case id, model, usage, type, tier, status, error, choices, delta, stopReason
  case message, response, contentBlock, to, candidates, finishReason, code

  init(_ text: UnsafeBufferPointer<UInt8>) {
    switch text.count {
    case 2: self = Self.equals(text, "id") ? .id : Self.equals(text, "to") ? .to : .other
    case 4: self = Self.equals(text, "type") ? .type : Self.equals(text, "code") ? .code : .other
    case 5:
      self =
        Self.equals(text, "usage")
        ? .usage
        : Self.equals(text, "model")
          ? .model
          : Self.equals(text, "error") ? .error : Self.equals(text, "delta") ? .delta : .other
    case 6: self = Self.equals(text, "status") ? .status : .other
    case 7:
      self =
        Self.equals(text, "message") ? .message : Self.equals(text, "choices") ? .choices : .other
    case 8: self = Self.equals(text, "response") ? .response : .other
    case 10:
      self =
        Self.equals(text, "responseId")
        ? .id : Self.equals(text, "candidates") ? .candidates : .other
    case 11: self = Self.equals(text, "stop_reason") ? .stopReason : .other
    case 12:
      self =
        Self.equals(text, "service_tier")
        ? .tier
        : Self.equals(text, "modelVersion")
          ? .model
          : Self.equals(text, "finishReason") ? .finishReason : .other
    case 13:
      self =
        Self.equals(text, "usageMetadata")
        ? .usage : Self.equals(text, "content_block") ? .contentBlock : .other
    default: self = .other
    }
  }

  @inline(__always)
  private static func equals(_ text: UnsafeBufferPointer<UInt8>, _ name: StaticString) -> Bool {
    // In bounds: only called with names of the text's own length.
    for index in 0..<text.count where text[index] != name.utf8Start[index] { return false }
    return true
  }
}
