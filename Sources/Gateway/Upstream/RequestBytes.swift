import ModelAPI
import NIOCore
import NIOHTTP1

/// A request as it goes onto the wire.
struct UpstreamRequest {
  /// The head, and behind it the body if that is small.
  var bytes: ByteBuffer
  /// What did not go behind the head.
  var rest: ByteBuffer?
  /// Answers to it have no body, whatever their heads say.
  var isHead: Bool
}

/// Writes the head of a request, field by field, without a dictionary of them in between.
struct RequestBytes {
  private var bytes: ByteBuffer
  private let isHead: Bool

  /// A byte that would end a field, or begin another.
  struct BadByte: Error {}

  /// - Parameter room: About how long it gets.
  init(_ method: HTTPMethod, _ address: UpstreamAddress, target: String, room: Int) throws(BadByte) {
    bytes = ByteBufferAllocator().buffer(capacity: room)
    isHead = method == .HEAD
    bytes.writeString(method.rawValue)
    bytes.writeStaticString(" ")
    bytes.writeString(address.path)
    try append(target) { $0 > 0x20 && $0 != 0x7F }
    bytes.writeStaticString(" HTTP/1.1\r\nHost: ")
    bytes.writeString(address.hostField)
    bytes.writeStaticString("\r\n")
  }

  mutating func add(_ name: String, _ value: String) throws(BadByte) {
    try append(name) { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
    bytes.writeStaticString(": ")
    try append(value) { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    bytes.writeStaticString("\r\n")
  }

  /// A field that was looked at when it was made, with its line's end.
  mutating func add(line: StaticString) { bytes.writeStaticString(line) }

  /// Ends the head and adds the body, of which `nil` is none and an empty one has a length.
  consuming func finish(_ body: ByteBuffer?) -> UpstreamRequest {
    guard var body else {
      bytes.writeStaticString("\r\n")
      return UpstreamRequest(bytes: bytes, rest: nil, isHead: isHead)
    }
    bytes.writeStaticString("Content-Length: ")
    bytes.writeString(String(body.readableBytes))
    bytes.writeStaticString("\r\n\r\n")
    // One write of one piece costs less than to copy so little.
    guard body.readableBytes > Self.copied else {
      bytes.writeBuffer(&body)
      return UpstreamRequest(bytes: bytes, rest: nil, isHead: isHead)
    }
    return UpstreamRequest(bytes: bytes, rest: body, isHead: isHead)
  }

  private static let copied = 16 * 1024

  private mutating func append(_ text: String, _ isAllowed: (UInt8) -> Bool) throws(BadByte) {
    var text = text
    let isSound = text.withUTF8 { utf8 in
      for byte in utf8 where !isAllowed(byte) { return false }
      bytes.writeBytes(utf8)
      return true
    }
    guard isSound else { throw BadByte() }
  }
}
