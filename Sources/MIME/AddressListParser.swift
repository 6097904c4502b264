/// Reads a list of addresses (RFC 5322 §3.4 with §4.4) token by token, never going back. What has no one meaning, such as
/// two at signs, gives an entry without an address, so that nobody is written to who only might be meant.
struct AddressListParser {
  private(set) var addresses: [MailAddress] = []
  private(set) var isBroken = false
  private(set) var isCut = false
  private var lexer: FieldLexer
  private var finder: EncodedWords.Finder
  private let limit: Int

  private enum Token {
    case word(String, isQuoted: Bool)
    case encoded(EncodedWords.Word)
    /// `[192.0.2.1]`, with its brackets.
    case literal(String)
    case special(UInt8)
  }

  /// What was read since the last comma.
  private struct Pending {
    var tokens: [(token: Token, isAfterBlank: Bool)] = []
    var inAngle: [Token]?
    var isAngleOpen = false
    var comment: [UInt8]?
    var isEmpty: Bool { tokens.isEmpty && inAngle == nil && comment == nil }

    /// Whether the angle bracket that is open holds an address already, so that a comma can only be that of the list: a
    /// route begins with an at sign.
    var hasAddress: Bool {
      if case .special(0x40)? = inAngle?.first { return false }
      return true
    }
  }

  init(_ bytes: [UInt8], limit: Int) {
    lexer = FieldLexer(bytes)
    finder = EncodedWords.Finder(bytes, allowBlanks: false)
    self.limit = limit
  }

  mutating func parse() {
    var pending = Pending()
    var group: String?
    while true {
      let before = lexer.index
      if let comment = lexer.skipBlanksAndComments() { pending.comment = comment }
      let isAfterBlank = lexer.index > before
      guard addresses.count < limit else {
        isCut = true
        return
      }
      guard let token = next(inAngle: pending.isAngleOpen) else { break }
      switch token {
      case .special(0x2C) where !pending.isAngleOpen || pending.hasAddress:
        finish(&pending, group: group)
      case .special(0x3B) where !pending.isAngleOpen:
        finish(&pending, group: group)
        group = nil
      case .special(0x3A) where !pending.isAngleOpen && pending.inAngle == nil && group == nil:
        group = Self.phrase(pending.tokens)
        pending = Pending()
      case .special(0x3C) where pending.inAngle == nil:
        pending.inAngle = []
        pending.isAngleOpen = true
      case .special(0x3E) where pending.isAngleOpen:
        pending.isAngleOpen = false
      default:
        if pending.isAngleOpen {
          pending.inAngle?.append(token)
        } else if pending.inAngle != nil {
          isBroken = true
        } else {
          pending.tokens.append((token, isAfterBlank))
        }
      }
    }
    finish(&pending, group: group)
  }

  private mutating func next(inAngle: Bool) -> Token? {
    guard let byte = lexer.current else { return nil }
    if let quoted = lexer.quotedString() { return .word(quoted.text, isQuoted: true) }
    if byte == 0x5B { return .literal(literal()) }
    if !inAngle, byte == 0x3D, let word = finder.word(at: lexer.index) {
      lexer.index = word.end
      return .encoded(word)
    }
    if Self.specials.contains(byte) {
      lexer.index += 1
      return .special(byte)
    }
    let start = lexer.index
    lexer.index += 1
    while let byte = lexer.current, !Self.specials.contains(byte), !Self.ends.contains(byte),
      !byte.isSpaceOrLineEnd
    {
      lexer.index += 1
    }
    return .word(lexer.bytes[start..<lexer.index].text, isQuoted: false)
  }

  private static let specials = Set("<>@,;:".utf8)
  private static let ends = Set("(\"[".utf8)

  private mutating func literal() -> String {
    let start = lexer.index
    while let byte = lexer.current, byte != 0x5D { lexer.index += byte == 0x5C ? 2 : 1 }
    lexer.index = min(lexer.index + 1, lexer.bytes.count)
    return lexer.bytes[start..<lexer.index].text
  }

  private mutating func finish(_ pending: inout Pending, group: String?) {
    defer { pending = Pending() }
    guard !pending.isEmpty else { return }
    let comment = pending.comment.map { EncodedWords.decoded($0) }
    var address: (local: String, domain: String)?
    var name: String?
    if let angle = pending.inAngle {
      if pending.isAngleOpen { isBroken = true }
      name = Self.phrase(pending.tokens)
      address = Self.addressSpec(angle)
      // `<>` names nobody, and may (RFC 5321 §4.5.5).
      if address == nil, angle.isEmpty, !pending.isAngleOpen { address = ("", "") }
    } else if pending.tokens.isEmpty {
      return
    } else {
      address = Self.addressSpec(pending.tokens.map(\.token))
      if address == nil { name = Self.phrase(pending.tokens) }
    }
    if address == nil { isBroken = true }
    if name?.isEmpty ?? true { name = comment?.isEmpty ?? true ? nil : comment }
    addresses.append(
      MailAddress(name: name, localPart: address?.local ?? "", domain: address?.domain ?? "", group: group))
  }

  /// `nil` for what is no address, or could be two.
  private static func addressSpec(_ all: [Token]) -> (local: String, domain: String)? {
    var tokens = all[...]
    // A route: `@one,@two:`.
    if case .special(0x40)? = tokens.first,
      let colon = tokens.firstIndex(where: { if case .special(0x3A) = $0 { true } else { false } })
    {
      tokens = tokens[(colon + 1)...]
    }
    var local = ""
    var domain = ""
    var isDomain = false
    var last: Bool?
    for token in tokens {
      switch token {
      case .special(0x40):
        guard !isDomain else { return nil }
        isDomain = true
        last = nil
      case .special: return nil
      case .encoded: return nil
      case .literal(let text):
        guard isDomain, domain.isEmpty else { return nil }
        domain = text
        last = false
      case .word(let text, let isQuoted):
        let part = isDomain ? domain : local
        // Words stand side by side only with a dot between them.
        if last != nil, !part.hasSuffix("."), isQuoted || !text.hasPrefix(".") { return nil }
        if isDomain {
          guard !isQuoted else { return nil }
          domain += text
        } else {
          local += text
        }
        last = isQuoted
      }
    }
    guard isDomain else {
      // Only a name on this machine, if it is one word.
      return tokens.count == 1 && !local.isEmpty ? (local, "") : nil
    }
    return local.isEmpty && last == nil || domain.isEmpty ? nil : (local, domain)
  }

  /// Words with a blank between those that had one; neighbouring encoded words without.
  private static func phrase(_ tokens: [(token: Token, isAfterBlank: Bool)]) -> String? {
    var text = ""
    var pending: (charset: String, bytes: [UInt8])?

    func flush() {
      guard let words = pending else { return }
      text += Charset.decoded(words.bytes, as: words.charset).text
      pending = nil
    }

    for (index, item) in tokens.enumerated() {
      if case .encoded(let word) = item.token {
        if pending?.charset.lowercased() == word.charset.lowercased() {
          pending?.bytes += word.bytes
          continue
        }
        let isAfterWord = pending != nil
        flush()
        if item.isAfterBlank, index > 0, !isAfterWord { text += " " }
        pending = (word.charset, word.bytes)
        continue
      }
      flush()
      if item.isAfterBlank, index > 0 { text += " " }
      switch item.token {
      case .word(let word, let isQuoted): text += isQuoted ? EncodedWords.decoded(Array(word.utf8)) : word
      case .literal(let literal): text += literal
      case .special(let byte): text.unicodeScalars.append(Unicode.Scalar(byte))
      case .encoded: break
      }
    }
    flush()
    let name = EncodedWords.withoutControls(text)
    return name.isEmpty ? nil : name
  }
}
