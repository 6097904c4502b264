import NIOCore

/// What a server answers to one command (RFC 5321 §4.2), with its enhanced status (RFC 2034) where there is one. The text is
/// the server's own and may say anything: it is for people, cut and without control characters.
package struct SMTPReply: Sendable, Hashable, CustomStringConvertible {
  package let code: Int
  /// `5.7.1`
  package let status: String?
  /// Lines without code and status, at most 500 characters in all.
  package let text: String
  /// Lines as they came, for EHLO.
  let lines: [String]

  init(code: Int, lines: [String]) {
    self.code = code
    self.lines = lines
    let first = lines.first.map { $0.prefix { $0 != " " } } ?? ""
    let numbers = first.split(separator: ".", omittingEmptySubsequences: false)
    let isStatus =
      numbers.count == 3 && numbers[0] == "\(code / 100)"
      && numbers.allSatisfy {
        (1...3).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x30...0x39).contains($0) }
      }
    status = isStatus ? String(first) : nil
    let plain = lines.map { line in
      isStatus && line.hasPrefix(first) ? String(line.dropFirst(first.count).trimmingPrefix(" ")) : line
    }
    let clean = plain.joined(separator: " ").unicodeScalars.filter {
      $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value)
    }
    text = String(String(String.UnicodeScalarView(clean)).prefix(500))
  }

  var isPositive: Bool { (200...299).contains(code) }
  var isPermanent: Bool { (500...599).contains(code) }

  package var description: String { ["\(code)", status, text].compactMap { $0 }.joined(separator: " ") }
}

/// Makes replies of bytes, bounded in lines and bytes.
struct SMTPReplyDecoder: NIOSingleStepByteToMessageDecoder {
  typealias InboundOut = SMTPReply

  enum Failure: Error {
    case tooLong
    case malformed
  }

  let limits: SubmissionLimits
  private var code: Int?
  private var lines: [String] = []
  private var size = 0
  /// Of the line that is not whole yet, what was looked through: a byte at a time it is to cost no more.
  private var scanned = 0

  init(limits: SubmissionLimits) { self.limits = limits }

  mutating func decode(buffer: inout ByteBuffer) throws -> SMTPReply? {
    while let feed = buffer.readableBytesView.dropFirst(scanned).firstIndex(of: 0x0A) {
      scanned = 0
      let length = feed - buffer.readerIndex
      guard var line = buffer.readBytes(length: length), buffer.readInteger(as: UInt8.self) != nil else {
        return nil
      }
      size += length + 1
      if line.last == 0x0D { line.removeLast() }
      let (code, isLast, text) = try Self.parsed(line)
      guard self.code ?? code == code else { throw Failure.malformed }
      self.code = code
      lines.append(text)
      guard size <= limits.replyBytes, lines.count <= limits.replyLines else { throw Failure.tooLong }
      if isLast {
        defer {
          self.code = nil
          lines = []
          size = 0
        }
        return SMTPReply(code: code, lines: lines)
      }
    }
    scanned = buffer.readableBytes
    guard size + scanned <= limits.replyBytes else { throw Failure.tooLong }
    return nil
  }

  mutating func decodeLast(buffer: inout ByteBuffer, seenEOF: Bool) throws -> SMTPReply? {
    try decode(buffer: &buffer)
  }

  private static func parsed(_ line: [UInt8]) throws -> (code: Int, isLast: Bool, text: String) {
    guard line.count >= 3, line[..<3].allSatisfy({ (0x30...0x39).contains($0) }),
      (0x32...0x35).contains(line[0])
    else { throw Failure.malformed }
    let code = line[..<3].reduce(0) { $0 * 10 + Int($1 - 0x30) }
    guard line.count > 3 else { return (code, true, "") }
    guard line[3] == 0x20 || line[3] == 0x2D else { throw Failure.malformed }
    return (code, line[3] == 0x20, String(decoding: line[4...], as: UTF8.self))
  }
}
