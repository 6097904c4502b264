import Glibc

extension UInt8 {
  var isBlank: Bool { self == 0x20 || self == 0x09 }
  var isSpaceOrLineEnd: Bool { isBlank || self == 0x0D || self == 0x0A }
  var isDigit: Bool { (0x30...0x39).contains(self) }
  var lowercased: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }

  var hexadecimal: UInt8? {
    switch self {
    case 0x30...0x39: self - 0x30
    case 0x41...0x46: self - 0x37
    case 0x61...0x66: self - 0x57
    default: nil
    }
  }
}

extension RandomAccessCollection<UInt8> where SubSequence: RandomAccessCollection<UInt8> {
  /// Without what matches at either end.
  func trimmed(where drop: (UInt8) -> Bool) -> SubSequence {
    var part = self[...]
    while let first = part.first, drop(first) { part = part.dropFirst() }
    while let last = part.last, drop(last) { part = part.dropLast() }
    return part
  }
}

extension Collection<UInt8> {
  /// Bytes that are not UTF-8 become U+FFFD.
  var text: String { String(decoding: self, as: UTF8.self) }
}

/// Where in a buffer the next byte of a value stands; `end` where there is none.
func position(of byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Int {
  guard start < end, let base = bytes.baseAddress,
    let found = memchr(base + start, Int32(byte), end - start)
  else { return end }
  return UnsafeRawPointer(found) - UnsafeRawPointer(base)
}
