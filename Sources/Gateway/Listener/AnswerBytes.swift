import NIOCore
import NIOHTTP1

/// An answer on its way to a client: its bytes, gathered until they are to go out, in one piece where they are few.
struct AnswerBytes {
  /// How the client knows where the body ends.
  private enum Framing {
    /// The head says so, or there is none.
    case stated
    case chunked
    /// Nobody reads what comes behind this head.
    case none
    /// By the end of the connection.
    case untilClose
  }

  private var framing = Framing.stated
  private(set) var pieces: [ByteBuffer] = []

  /// What is copied behind what there is already, rather than be written on its own.
  private static let copied = 16 * 1024

  /// Whether the connection has to end with the answer for the client to know that it has.
  var endsConnection: Bool { framing == .untilClose }

  /// - Parameters:
  ///   - method: Of the request.
  ///   - isOld: The client speaks HTTP/1.0, which knows no chunks.
  mutating func begin(_ head: HTTPResponseHead, to method: HTTPMethod, isOld: Bool, closes: Bool) {
    let hasLength = head.headers.contains(name: "content-length")
    let mayHaveBody = head.status.mayHaveResponseBody && method != .HEAD
    let framing: Framing = !mayHaveBody ? .none : hasLength ? .stated : isOld ? .untilClose : .chunked
    self.framing = framing
    append { bytes in
      bytes.writeStaticString("HTTP/1.1 ")
      bytes.writeString(String(head.status.code))
      bytes.writeStaticString(" ")
      bytes.writeString(head.status.reasonPhrase)
      bytes.writeStaticString("\r\n")
      for (name, value) in head.headers where Self.isSound(name) && Self.isSound(value) {
        bytes.writeString(name)
        bytes.writeStaticString(": ")
        bytes.writeString(value)
        bytes.writeStaticString("\r\n")
      }
      if framing == .chunked { bytes.writeStaticString("transfer-encoding: chunked\r\n") }
      if closes || framing == .untilClose { bytes.writeStaticString("connection: close\r\n") }
      bytes.writeStaticString("\r\n")
    }
  }

  mutating func inform(_ line: StaticString) { append { $0.writeStaticString(line) } }

  mutating func append(body: ByteBuffer) {
    // An empty chunk would be the last.
    guard body.readableBytes > 0, framing != .none else { return }
    if framing == .chunked {
      append { bytes in
        bytes.writeString(String(body.readableBytes, radix: 16))
        bytes.writeStaticString("\r\n")
      }
    }
    if body.readableBytes > Self.copied {
      pieces.append(body)
    } else {
      append { $0.writeImmutableBuffer(body) }
    }
    if framing == .chunked { append { $0.writeStaticString("\r\n") } }
  }

  mutating func end() {
    if framing == .chunked { append { $0.writeStaticString("0\r\n\r\n") } }
  }

  mutating func takePieces() -> [ByteBuffer] {
    defer { pieces = [] }
    return pieces
  }

  private mutating func append(_ write: (inout ByteBuffer) -> Void) {
    if pieces.isEmpty || pieces[pieces.count - 1].readableBytes > Self.copied {
      pieces.append(ByteBufferAllocator().buffer(capacity: 1536))
    }
    write(&pieces[pieces.count - 1])
  }

  /// A control in a field would end it, and begin another.
  private static func isSound(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
  }
}
