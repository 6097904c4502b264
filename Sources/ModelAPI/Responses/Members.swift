/// Tells quickly that nothing in an object is called `usage` or `error`, so that it need not be scanned for them.
enum Members {
  /// Whether `"usage"` stands before an object or `"error"` before any value. Inside of a string neither can, as its
  /// quotes would be escaped.
  static func mayMatter(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let base = UnsafeRawPointer(text.baseAddress) else { return false }
    var at = 0
    // In bounds: the loads end at or before `at + 9 <= count`. A byte that is there is never missed; what is found
    // beside it is looked at again.
    while at &+ 9 <= text.count {
      let bytes = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      let next = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: at &+ 1, as: UInt64.self))
      let names =
        StringEnd.zeroBytes(next ^ 0x7575_7575_7575_7575) | StringEnd.zeroBytes(next ^ 0x6565_6565_6565_6565)
      if StringEnd.zeroBytes(bytes ^ 0x2222_2222_2222_2222) & names != 0 {
        for index in at..<at &+ 8 where text[index] == 0x22 {
          if matters(text, index) { return true }
        }
      }
      at &+= 8
    }
    while at < text.count {
      if text[at] == 0x22, matters(text, at) { return true }
      at &+= 1
    }
    return false
  }

  private static func matters(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
    guard start &+ 8 < text.count else { return false }
    let isUsage = equals(text, start, "\"usage\"")
    guard isUsage || equals(text, start, "\"error\"") else { return false }
    var at = start &+ 7
    func skipSpace() { while at < text.count, text[at] <= 0x20 { at &+= 1 } }
    skipSpace()
    guard at < text.count, text[at] == 0x3A else { return false }
    at &+= 1
    skipSpace()
    return !isUsage || at < text.count && text[at] == 0x7B
  }

  @inline(__always)
  private static func equals(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ name: StaticString) -> Bool {
    // In bounds: the caller has seen that more bytes follow than the name has.
    for index in 0..<name.utf8CodeUnitCount where text[start &+ index] != name.utf8Start[index] {
      return false
    }
    return true
  }
}
