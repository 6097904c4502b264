/// What a server may make the parser hold. All of it is checked before more bytes are kept.
package struct ResponseLimits: Hashable, Sendable {
  /// Bytes of one response outside its literals.
  package var lineBytes: Int
  /// Bytes of one literal.
  package var literalBytes: Int
  /// Bytes of one response, literals included.
  package var responseBytes: Int
  /// Lists within lists: parts within parts of a message.
  package var nesting: Int
  /// Elements of one list: recipients, parts, flags, ranges of UIDs.
  package var elements: Int

  package init(
    lineBytes: Int = 4 << 20, literalBytes: Int = 32 << 20, responseBytes: Int = 64 << 20, nesting: Int = 100,
    elements: Int = 500_000
  ) {
    self.lineBytes = lineBytes
    self.literalBytes = literalBytes
    self.responseBytes = responseBytes
    self.nesting = nesting
    self.elements = elements
  }
}

/// Why bytes from a server are not read on. Nothing can be read after it: where the next response begins is not known. Has
/// nothing in it of what the server sent.
package enum ResponseError: Error, Hashable, Sendable, CustomStringConvertible {
  case lineTooLong(limit: Int)
  case literalTooLong(declared: UInt64, limit: Int)
  case responseTooLong(limit: Int)
  case nestedTooDeep(limit: Int)
  case tooManyElements(limit: Int)
  /// - Parameter offset: In bytes from where its response began.
  case malformed(String, offset: Int)

  package var description: String {
    switch self {
    case .lineTooLong(let limit): "a response has more than \(limit) bytes outside literals"
    case .literalTooLong(let declared, let limit):
      "a literal of \(declared) bytes was announced; at most \(limit) are taken"
    case .responseTooLong(let limit): "a response has more than \(limit) bytes"
    case .nestedTooDeep(let limit): "a response has lists in more than \(limit) levels"
    case .tooManyElements(let limit): "a list in a response has more than \(limit) elements"
    case .malformed(let what, let offset): "at byte \(offset) of a response \(what) was expected"
    }
  }
}
