/// A message's envelope and structure as they stand in a response. They were looked through when it came, so that nothing is
/// wrong with them, and are made into values when somebody asks: what is asked for is mostly a field or two of one of them, and
/// as bytes they take a fraction of the memory. Equal where the values are.
struct WrittenItems: Sendable {
  /// From parenthesis to parenthesis; empty where nothing was said.
  var envelopeBytes: [UInt8] = []
  var structureBytes: [UInt8] = []

  var envelope: Envelope? {
    if envelopeBytes.isEmpty { return nil }
    var cursor = ResponseCursor(again: envelopeBytes.span, of: envelopeBytes)
    // Nothing that was looked through is refused now.
    return try? cursor.envelope()
  }

  var structure: BodyStructure? {
    if structureBytes.isEmpty { return nil }
    var cursor = ResponseCursor(again: structureBytes.span, of: structureBytes)
    return try? cursor.structure(depth: 1)
  }
}

extension WrittenItems: Hashable {
  static func == (a: WrittenItems, b: WrittenItems) -> Bool {
    (a.envelopeBytes == b.envelopeBytes || a.envelope == b.envelope)
      && (a.structureBytes == b.structureBytes || a.structure == b.structure)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(envelope)
    hasher.combine(structure)
  }
}

extension ResponseCursor {
  /// For what was looked through within limits already.
  @_lifetime(copy bytes)
  fileprivate init(again bytes: Span<UInt8>, of whole: [UInt8]) {
    self.init(bytes, limits: .unlimited)
    self.whole = whole
  }
}

extension ResponseLimits {
  fileprivate static let unlimited = ResponseLimits(
    lineBytes: .max, literalBytes: .max, responseBytes: .max, nesting: .max, elements: .max)
}
