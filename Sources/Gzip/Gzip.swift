import CZlib

/// The gzip format (RFC 1952), in memory and within bounds.
package enum Gzip {
  package enum Problem: Error, Hashable, Sendable {
    /// Not gzip, damaged, or cut off.
    case damaged
    /// It would be larger than allowed.
    case tooLarge(limit: Int)
  }

  /// 15 bits of window, and 16 for gzip's own header.
  private static let windowBits: Int32 = 15 + 16
  private static let step = 64 << 10

  /// - Parameter limit: In bytes, of what comes out: a small body can be a very large one folded up.
  package static func inflated(_ bytes: [UInt8], limit: Int) throws(Problem) -> [UInt8] {
    var stream = z_stream()
    guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw .damaged
    }
    defer { inflateEnd(&stream) }
    var output: [UInt8] = []
    var room = [UInt8](repeating: 0, count: step)
    // In bounds: the stream is told the counts of both buffers and holds their pointers only within the closure.
    let problem: Problem? = bytes.withUnsafeBufferPointer { input in
      stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      stream.avail_in = UInt32(clamping: input.count)
      while true {
        let (code, made) = room.withUnsafeMutableBufferPointer { buffer in
          stream.next_out = buffer.baseAddress
          stream.avail_out = UInt32(step)
          let code = inflate(&stream, Z_NO_FLUSH)
          return (code, step - Int(stream.avail_out))
        }
        guard output.count + made <= limit else { return .tooLarge(limit: limit) }
        output.append(contentsOf: room[..<made])
        switch code {
        case Z_STREAM_END:
          // Several members in a row are one body (RFC 1952, 2.2).
          guard stream.avail_in > 0 else { return nil }
          guard inflateReset(&stream) == Z_OK else { return .damaged }
        case Z_OK where stream.avail_in > 0 || stream.avail_out == 0: continue
        default: return .damaged
        }
      }
    }
    if let problem { throw problem }
    return output
  }

  package static func deflated(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    guard
      deflateInit2_(
        &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return [] }
    defer { deflateEnd(&stream) }
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 32)
    // In bounds: the output has the size that the library says is always enough.
    let count = bytes.withUnsafeBufferPointer { input in
      output.withUnsafeMutableBufferPointer { buffer in
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.avail_in = UInt32(clamping: input.count)
        stream.next_out = buffer.baseAddress
        stream.avail_out = UInt32(clamping: buffer.count)
        _ = deflate(&stream, Z_FINISH)
        return buffer.count - Int(stream.avail_out)
      }
    }
    output.removeSubrange(count...)
    return output
  }
}
