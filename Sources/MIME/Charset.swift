import Glibc

/// Text in one of the character sets that mail is written in.
enum Charset {
  struct Decoded {
    var text: String
    /// Bytes that the set does not have became U+FFFD, or the set is unknown.
    var isLossy: Bool
    var isKnown: Bool
  }

  static func decoded(_ bytes: [UInt8], as name: String) -> Decoded {
    let label = name.lowercased()
    switch label {
    case "utf-8", "utf8": return utf8(bytes)
    case "us-ascii", "ascii", "ansi_x3.4-1968", "646":
      // What says it is ASCII and is not, is UTF-8 or what Windows wrote.
      if bytes.allSatisfy({ $0 < 0x80 }) { return utf8(bytes) }
      let text = utf8(bytes)
      return text.isLossy
        ? converted(bytes, from: "CP1252").map { Decoded(text: $0.text, isLossy: true, isKnown: true) }
          ?? text : text
    case "iso-8859-1", "latin1", "latin-1", "iso8859-1", "l1", "iso_8859-1":
      var scalars = String.UnicodeScalarView()
      for byte in bytes { scalars.append(Unicode.Scalar(byte)) }
      return Decoded(text: String(scalars), isLossy: false, isKnown: true)
    default:
      guard let converter = converters[label] ?? windows(label) ?? iso8859(label),
        let result = converted(bytes, from: converter)
      else {
        let text = utf8(bytes)
        return Decoded(text: text.text, isLossy: !bytes.allSatisfy { $0 < 0x80 }, isKnown: false)
      }
      return Decoded(text: result.text, isLossy: result.isLossy, isKnown: true)
    }
  }

  private static func utf8(_ bytes: [UInt8]) -> Decoded {
    if let text = String(validating: bytes, as: UTF8.self) {
      return Decoded(text: text, isLossy: false, isKnown: true)
    }
    return Decoded(text: bytes.text, isLossy: true, isKnown: true)
  }

  /// Those that are asked of glibc, by label; where a superset is in use under the label, it is the superset, as in
  /// the WHATWG's Encoding Standard. No name from a message reaches `iconv_open`: rarer converters have had overflows and
  /// endless loops (CVE-2020-27618, CVE-2021-3326, CVE-2024-2961).
  private static let converters = [
    "koi8-r": "KOI8-R", "koi8-u": "KOI8-U",
    "iso-2022-jp": "ISO-2022-JP", "csiso2022jp": "ISO-2022-JP", "euc-jp": "EUC-JP",
    "shift_jis": "CP932", "shift-jis": "CP932", "sjis": "CP932", "x-sjis": "CP932", "cp932": "CP932",
    "windows-31j": "CP932",
    "euc-kr": "CP949", "ks_c_5601-1987": "CP949", "cp949": "CP949", "iso-2022-kr": "ISO-2022-KR",
    "gb2312": "GB18030", "gbk": "GB18030", "gb18030": "GB18030", "cp936": "GB18030", "euc-cn": "GB18030",
    "big5": "BIG5-HKSCS", "big5-hkscs": "BIG5-HKSCS", "cp950": "CP950",
    "tis-620": "CP874", "windows-874": "CP874",
    "ibm437": "CP437", "cp437": "CP437", "ibm850": "CP850", "cp850": "CP850", "ibm852": "CP852",
    "cp852": "CP852",
    "ibm866": "CP866", "cp866": "CP866", "macintosh": "MACINTOSH", "x-mac-roman": "MACINTOSH",
    "utf-16": "UTF-16", "utf-16le": "UTF-16LE", "utf-16be": "UTF-16BE", "utf-32": "UTF-32",
    "utf-7": "UTF-7", "unicode-1-1-utf-7": "UTF-7",
  ]

  /// windows-1250 to windows-1258.
  private static func windows(_ label: String) -> String? {
    let digits = label.split { $0 == "-" || $0 == "_" }.last.map { $0.hasPrefix("cp") ? $0.dropFirst(2) : $0 }
    guard label.hasPrefix("windows") || label.hasPrefix("cp"), let number = digits.flatMap({ Int($0) }),
      (1250...1258).contains(number)
    else { return nil }
    return "CP\(number)"
  }

  /// iso-8859-2 to iso-8859-16.
  private static func iso8859(_ label: String) -> String? {
    let plain = label.replacing("_", with: "-")
    for prefix in ["iso-8859-", "iso8859-"] where plain.hasPrefix(prefix) {
      if let number = Int(plain.dropFirst(prefix.count).prefix { $0.isASCII && $0.isNumber }),
        (2...16).contains(number), number != 12
      {
        return "ISO-8859-\(number)"
      }
    }
    return nil
  }

  private static func converted(_ bytes: [UInt8], from charset: String) -> (text: String, isLossy: Bool)? {
    let descriptor = iconv_open("UTF-8", charset)
    guard descriptor != iconv_t(bitPattern: -1) else { return nil }
    defer { iconv_close(descriptor) }
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count + bytes.count / 2)
    var isLossy = false
    var room = [CChar](repeating: 0, count: 16 << 10)
    // iconv(3) wants a pointer it could write through; it does not.
    var input = bytes.map { CChar(bitPattern: $0) }
    input.withUnsafeMutableBufferPointer { input in
      var next = input.baseAddress
      var left = input.count
      var isDone = false
      while !isDone {
        room.withUnsafeMutableBufferPointer { room in
          var free = room.baseAddress
          var size = room.count
          // At the end, what the state of the set still holds back.
          let result =
            left > 0
            ? iconv(descriptor, &next, &left, &free, &size) : iconv(descriptor, nil, nil, &free, &size)
          let cause = errno
          output.append(contentsOf: room[..<(room.count - size)].lazy.map { UInt8(bitPattern: $0) })
          if left == 0, result != -1 {
            isDone = next == nil
            next = nil
          } else if result == -1, cause == E2BIG {
            return
          } else if result == -1, left > 0 {
            // No such character, or half of one at the end.
            isLossy = true
            output += [0xEF, 0xBF, 0xBD]
            if cause == EINVAL {
              left = 0
            } else {
              left -= 1
              next = next.map { $0 + 1 }
            }
          } else if result == -1 {
            isDone = true
          }
        }
      }
    }
    return (output.text, isLossy)
  }
}
