/// The tokens that images and sounds inside a request can cost, whose bytes say little about it.
enum MediaSize {
  /// Strings shorter than this are counted as text, which bounds them well enough.
  static let smallest = 1024
  /// Above what any provider charges for one image (Anthropic's largest is some 4,800).
  static let imageTokens = 8192
  /// Sound and film cost at most some 300 tokens a second, for at least 5 kB of base64.
  static let bytesPerTimedToken = 16

  /// A bound on the tokens of base64 media, with or without `data:` in front; `nil` if `text` is not plainly an
  /// image, sound or film. Told by its first bytes, since what the client calls it proves nothing. Documents are
  /// none: a page of text is hardly smaller as a file than in tokens.
  static func tokenBound(of text: UnsafeBufferPointer<UInt8>) -> Int? {
    guard text.count >= smallest else { return nil }
    var payload = text[...]
    if text.starts(with: Array("data:".utf8)) {
      guard let comma = text.prefix(256).firstIndex(of: 0x2C) else { return nil }
      payload = text[(comma + 1)...]
    }
    guard let head = decodedHead(payload) else { return nil }
    if isImage(head) { return min(text.count, imageTokens) }
    return isTimed(head) ? text.count / bytesPerTimedToken : nil
  }

  private static func isImage(_ head: [UInt8]) -> Bool {
    head.starts(with: [0xFF, 0xD8, 0xFF]) || head.starts(with: [0x89, 0x50, 0x4E, 0x47])
      || head.starts(with: Array("GIF8".utf8))
      || head.starts(with: Array("RIFF".utf8)) && holds(head, "WEBP", at: 8)
      || holds(head, "ftyphei", at: 4) || holds(head, "ftypavif", at: 4)
  }

  private static func isTimed(_ head: [UInt8]) -> Bool {
    head.starts(with: Array("ID3".utf8)) || head[0] == 0xFF && head[1] & 0xE0 == 0xE0
      || head.starts(with: Array("RIFF".utf8)) || head.starts(with: Array("OggS".utf8))
      || head.starts(with: Array("fLaC".utf8)) || head.starts(with: [0x1A, 0x45, 0xDF, 0xA3])
      || holds(head, "ftyp", at: 4)
  }

  private static func holds(_ head: [UInt8], _ mark: String, at offset: Int) -> Bool {
    head[offset...].starts(with: mark.utf8.prefix(head.count - offset))
  }

  /// The first twelve bytes of base64 text.
  private static func decodedHead(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8]? {
    guard text.count >= 16 else { return nil }
    var head: [UInt8] = []
    var bits: UInt32 = 0
    for (index, byte) in text.prefix(16).enumerated() {
      let six: UInt8
      switch byte {
      case 0x41...0x5A: six = byte - 0x41
      case 0x61...0x7A: six = byte - 0x61 + 26
      case 0x30...0x39: six = byte - 0x30 + 52
      case 0x2B, 0x2D: six = 62
      case 0x2F, 0x5F: six = 63
      default: return nil
      }
      bits = bits << 6 | UInt32(six)
      if index & 3 == 3 {
        head += [UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 8)]
        head.append(UInt8(truncatingIfNeeded: bits))
        bits = 0
      }
    }
    return head
  }
}
