import Foundation

/// Reads a filter; bounded in length, depth and number of terms.
struct SCIMFilterParser {
  private let text: [UInt8]
  private var at = 0
  private var depth = 0
  private var terms = 0

  /// - Throws: ``SCIMError`` with `invalidFilter` and where it stopped.
  static func filter(_ text: String) throws(SCIMError) -> SCIMFilter {
    var parser = try SCIMFilterParser(text)
    let filter = try parser.alternatives()
    parser.skipSpaces()
    guard parser.at == parser.text.count else { throw parser.failure("something follows the filter") }
    return filter
  }

  private init(_ text: String) throws(SCIMError) {
    self.text = Array(text.utf8)
    guard self.text.count <= SCIMFilter.longest else {
      throw SCIMError(.badRequest, .invalidFilter, "The filter is longer than \(SCIMFilter.longest) bytes.")
    }
  }

  private func failure(_ why: String) -> SCIMError {
    SCIMError(.badRequest, .invalidFilter, "The filter cannot be read at character \(at + 1): \(why).")
  }

  private mutating func alternatives() throws(SCIMError) -> SCIMFilter {
    depth += 1
    defer { depth -= 1 }
    guard depth <= SCIMFilter.deepest else { throw failure("it is nested too deep") }
    var filter = try conjunction()
    while word("or") { filter = .or(filter, try conjunction()) }
    return filter
  }

  private mutating func conjunction() throws(SCIMError) -> SCIMFilter {
    var filter = try term()
    while word("and") { filter = .and(filter, try term()) }
    return filter
  }

  private mutating func term() throws(SCIMError) -> SCIMFilter {
    terms += 1
    guard terms <= SCIMFilter.mostTerms else {
      throw failure("it has more than \(SCIMFilter.mostTerms) terms")
    }
    skipSpaces()
    if isNegation {
      at += 3
      skipSpaces()
      return .not(try group())
    }
    if peek == UInt8(ascii: "(") { return try group() }
    let path = try attribute()
    if peek == UInt8(ascii: "[") {
      guard path.sub == nil else { throw failure("only a whole attribute can be followed by “[”") }
      at += 1
      let filter = try alternatives()
      try expect("]")
      return .complex(path, filter)
    }
    guard peek == UInt8(ascii: " ") else { throw failure("an operator is missing") }
    skipSpaces()
    let name = letters().lowercased()
    if name == "pr" { return .present(path) }
    guard let comparison = SCIMFilter.Operator(rawValue: name) else {
      throw failure("there is no such operator")
    }
    guard peek == UInt8(ascii: " ") else { throw failure("a value is missing") }
    skipSpaces()
    return .compare(path, comparison, try value())
  }

  /// `not` and then a parenthesis; an attribute may be called so too.
  private var isNegation: Bool {
    guard at + 3 <= text.count, String(decoding: text[at..<at + 3], as: UTF8.self).lowercased() == "not"
    else {
      return false
    }
    let next = text[(at + 3)...].first { $0 != UInt8(ascii: " ") }
    return next == UInt8(ascii: "(")
  }

  private mutating func group() throws(SCIMError) -> SCIMFilter {
    try expect("(")
    let filter = try alternatives()
    try expect(")")
    return filter
  }

  private mutating func attribute() throws(SCIMError) -> SCIMAttributePath {
    let begin = at
    while let byte = peek, !Self.ends.contains(byte) { at += 1 }
    guard let path = SCIMAttributePath(String(decoding: text[begin..<at], as: UTF8.self)) else {
      at = begin
      throw failure("an attribute is missing")
    }
    return path
  }

  private static let ends = Array(" ()[]\"".utf8)

  private mutating func value() throws(SCIMError) -> SCIMValue {
    let begin = at
    if peek == UInt8(ascii: "\"") {
      at += 1
      while let byte = peek, byte != UInt8(ascii: "\"") { at += byte == UInt8(ascii: "\\") ? 2 : 1 }
      guard at < text.count else {
        at = begin
        throw failure("the string has no end")
      }
      at += 1
    } else {
      while let byte = peek, byte != UInt8(ascii: " "), byte != UInt8(ascii: ")"), byte != UInt8(ascii: "]") {
        at += 1
      }
    }
    let literal = text[begin..<at]
    // Some clients write True and False.
    switch String(decoding: literal, as: UTF8.self).lowercased() {
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "null": return .null
    default: break
    }
    guard let value = try? SCIMValue(json: Data(literal)), value.array == nil, value.object == nil else {
      at = begin
      throw failure("that is no value; strings stand in double quotes")
    }
    return value
  }

  // MARK: Characters

  private var peek: UInt8? { at < text.count ? text[at] : nil }

  private mutating func skipSpaces() { while peek == UInt8(ascii: " ") { at += 1 } }

  private mutating func letters() -> String {
    let begin = at
    while let byte = peek, (0x61...0x7A).contains(byte | 0x20) { at += 1 }
    return String(decoding: text[begin..<at], as: UTF8.self)
  }

  /// Whether a word comes next, which is then passed; a space or a parenthesis must follow it.
  private mutating func word(_ word: String) -> Bool {
    let begin = at
    skipSpaces()
    let isSeparate =
      at > begin || begin > 0 && [UInt8(ascii: ")"), UInt8(ascii: "]")].contains(text[begin - 1])
    if isSeparate, letters().lowercased() == word, peek == UInt8(ascii: " ") || peek == UInt8(ascii: "(") {
      return true
    }
    at = begin
    return false
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(SCIMError) {
    skipSpaces()
    guard let byte = peek, byte == UInt8(ascii: character) else { throw failure("“\(character)” is missing") }
    at += 1
  }
}
