/// A message as DATA carries it (RFC 5321 §4.5.2): every line ends with CRLF, dots at the beginning of lines are doubled, and
/// the end is the only line with one dot alone.
///
/// A CR or LF by itself becomes CRLF first, so that `\n.\r\n` and its kin, which some servers take for the end and what
/// follows for another message (“SMTP smuggling”, 2023), never leave.
struct MessageData {
  let bytes: [UInt8]
  let is8Bit: Bool

  init(_ message: [UInt8]) throws(SubmissionFailure) {
    var output: [UInt8] = []
    output.reserveCapacity(message.count + message.count / 50 + 8)
    var is8Bit = false
    var column = 0
    var isTooLong = false
    var isAfterReturn = false
    for byte in message {
      if byte == 0x0D || byte == 0x0A {
        if byte == 0x0D || !isAfterReturn {
          output.append(0x0D)
          output.append(0x0A)
        }
        isAfterReturn = byte == 0x0D
        column = 0
        continue
      }
      isAfterReturn = false
      if column == 0, byte == 0x2E { output.append(byte) }
      output.append(byte)
      column += 1
      if column > 998 { isTooLong = true }
      if byte >= 0x80 { is8Bit = true }
    }
    guard !isTooLong else { throw .lineTooLong }
    if column > 0 { output += [0x0D, 0x0A] }
    bytes = output
    self.is8Bit = is8Bit
  }

  /// What ends it.
  static let end: [UInt8] = [0x2E, 0x0D, 0x0A]
}
