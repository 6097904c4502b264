import Foundation
import NIOCore

/// One command as it is sent, made of parts that cannot run into each other: names and numbers that stand in the source or
/// were checked, and strings from elsewhere, which are quoted or sent as literals (RFC 3501, section 4.3).
struct Command: Sendable {
  /// What it is called in errors.
  let name: String
  /// Whether it may change what is kept on the server.
  let changes: Bool
  private(set) var parts: [Part]
  var kind = Kind.plain
  /// The opening of a mailbox that it is meant for; it is not sent after another was opened.
  var mailbox: (generation: Int, name: MailboxName)?
  /// Sent as they are, one each time the server asks for more.
  var answers: [[UInt8]] = []

  enum Part: Sendable {
    case bytes([UInt8])
    case literal([UInt8])
  }

  enum Kind: Sendable {
    case plain
    /// Opens a mailbox, and by that closes the one before.
    case open
    case idle(renewal: TimeAmount)
    case startTLS
  }

  init(_ name: String, changes: Bool = false) {
    self.name = name
    self.changes = changes
    parts = [.bytes(Array(name.utf8))]
  }

  private mutating func add(_ bytes: some Sequence<UInt8>) {
    if case .bytes(let before)? = parts.last {
      parts[parts.count - 1] = .bytes(before + bytes)
    } else {
      parts.append(.bytes(Array(bytes)))
    }
  }

  /// A space and words of ours: nothing in them is from elsewhere.
  mutating func words(_ text: String) { add(" \(text)".utf8) }

  /// The end of what was begun with a parenthesis.
  mutating func close() { add(")".utf8) }

  mutating func uids(_ set: UIDSet) { add(" \(set)".utf8) }

  mutating func mailbox(_ name: MailboxName) { add(" \"\(name.wireText.escaped)\"".utf8) }

  /// - Throws: ``IMAPError/invalid(_:)`` for a zero byte, which no string can have.
  mutating func string(_ text: String) throws(IMAPError) {
    let bytes = Array(text.utf8)
    guard !bytes.contains(0) else { throw .invalid("A text for a mail server has no zero bytes.") }
    if bytes.count <= 1000, bytes.allSatisfy({ (0x20...0x7E).contains($0) }) {
      add(" \"\(text.escaped)\"".utf8)
    } else {
      try literal(bytes)
    }
  }

  mutating func literal(_ bytes: [UInt8]) throws(IMAPError) {
    guard !bytes.contains(0) else { throw .invalid("A message for a mail server has no zero bytes.") }
    add(" ".utf8)
    parts.append(.literal(bytes))
  }

  mutating func flags(_ flags: Set<SettableFlag>) {
    words("(\(flags.map(\.wire).sorted().joined(separator: " ")))")
  }

  /// The bytes to send, cut where the server has to ask for more.
  func encoded(tag: String, capabilities: Set<Capability>) -> [ByteBuffer] {
    var chunks: [ByteBuffer] = []
    var current = ByteBuffer(string: tag + " ")
    for part in parts {
      switch part {
      case .bytes(let bytes): current.writeBytes(bytes)
      case .literal(let bytes):
        let isPlus =
          capabilities.contains(.literalPlus) || (capabilities.contains(.literalMinus) && bytes.count <= 4096)
        current.writeString("{\(bytes.count)\(isPlus ? "+" : "")}\r\n")
        if !isPlus {
          chunks.append(current)
          current = ByteBuffer()
        }
        current.writeBytes(bytes)
      }
    }
    current.writeString("\r\n")
    return chunks + [current] + answers.map { ByteBuffer(bytes: $0 + [0x0D, 0x0A]) }
  }
}

extension String {
  fileprivate var escaped: String { replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") }
}
