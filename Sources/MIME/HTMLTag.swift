/// One tag of HTML with its attributes.
struct HTMLTag {
  /// Lower case; empty where no tag begins.
  private(set) var name = ""
  private(set) var isClosing = false
  /// By lower-case name, entities decoded; the first of those alike, at most 50.
  private(set) var attributes: [String: String] = [:]
  /// Behind the closing bracket; `nil` where there is none.
  private(set) var end: Int?

  /// - Parameter start: Where the opening bracket stands.
  init(_ bytes: [UInt8], at start: Int) {
    var index = start + 1
    if index < bytes.count, bytes[index] == 0x2F {
      isClosing = true
      index += 1
    }
    guard index < bytes.count, (0x61...0x7A).contains(bytes[index].lowercased) else { return }
    let first = index
    while index < bytes.count, !bytes[index].isSpaceOrLineEnd, bytes[index] != 0x2F, bytes[index] != 0x3E {
      index += 1
    }
    name = bytes[first..<min(index, first + 40)].map(\.lowercased).text
    while index < bytes.count {
      let byte = bytes[index]
      if byte == 0x3E {
        end = index + 1
        return
      }
      if byte.isSpaceOrLineEnd || byte == 0x2F || byte == 0x0C {
        index += 1
      } else {
        attribute(bytes, &index)
      }
    }
  }

  private mutating func attribute(_ bytes: [UInt8], _ index: inout Int) {
    let first = index
    index += 1
    while index < bytes.count, !bytes[index].isSpaceOrLineEnd, !Self.nameEnds.contains(bytes[index]) {
      index += 1
    }
    let key = bytes[first..<min(index, first + 40)].map(\.lowercased).text
    while index < bytes.count, bytes[index].isSpaceOrLineEnd { index += 1 }
    var value = bytes[index..<index]
    if index < bytes.count, bytes[index] == 0x3D {
      index += 1
      while index < bytes.count, bytes[index].isSpaceOrLineEnd { index += 1 }
      if index < bytes.count, bytes[index] == 0x22 || bytes[index] == 0x27 {
        let quote = bytes[index]
        let open = index + 1
        index = open
        while index < bytes.count, bytes[index] != quote { index += 1 }
        value = bytes[open..<index]
        index = min(index + 1, bytes.count)
      } else {
        let open = index
        while index < bytes.count, !bytes[index].isSpaceOrLineEnd, bytes[index] != 0x3E { index += 1 }
        value = bytes[open..<index]
      }
    }
    guard attributes.count < 50, attributes[key] == nil else { return }
    attributes[key] = HTMLEntity.decoded(Array(value.prefix(8_000)))
  }

  /// `=`, `>`, `/`
  private static let nameEnds: Set<UInt8> = [0x3D, 0x3E, 0x2F]
}

/// Character references.
enum HTMLEntity {
  /// All of a text decoded.
  static func decoded(_ bytes: [UInt8]) -> String {
    guard bytes.contains(0x26) else { return bytes.text }
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == 0x26, let (scalars, end) = decoded(bytes, at: index) {
        for scalar in scalars { result += Array(String(scalar).utf8) }
        index = end
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return result.text
  }

  /// The reference that begins here, and where it ends; `nil` where none does, or its name is not known.
  static func decoded(_ bytes: [UInt8], at start: Int) -> ([Unicode.Scalar], end: Int)? {
    var index = start + 1
    guard index < bytes.count else { return nil }
    if bytes[index] == 0x23 {
      index += 1
      let isHexadecimal = index < bytes.count && bytes[index].lowercased == 0x78
      if isHexadecimal { index += 1 }
      var value: UInt32 = 0
      let first = index
      while index < bytes.count, let digit = bytes[index].hexadecimal, isHexadecimal || digit < 10 {
        value = min(value * (isHexadecimal ? 16 : 10) + UInt32(digit), 0x110000)
        index += 1
      }
      guard index > first else { return nil }
      if index < bytes.count, bytes[index] == 0x3B { index += 1 }
      let scalar = windows[value] ?? Unicode.Scalar(value).flatMap { $0.value == 0 ? nil : $0 } ?? "\u{FFFD}"
      return ([scalar], index)
    }
    while index < bytes.count, index - start <= 10,
      bytes[index].isDigit || (0x61...0x7A).contains(bytes[index].lowercased)
    {
      index += 1
    }
    guard index < bytes.count, bytes[index] == 0x3B, let scalar = names[bytes[(start + 1)..<index].text]
    else {
      return nil
    }
    return ([scalar], index + 1)
  }

  /// What 128 to 159 are taken for (HTML §13.2.5.80).
  private static let windows: [UInt32: Unicode.Scalar] = [
    0x80: "€", 0x82: "‚", 0x83: "ƒ", 0x84: "„", 0x85: "…", 0x86: "†", 0x87: "‡", 0x88: "ˆ", 0x89: "‰",
    0x8A: "Š",
    0x8B: "‹", 0x8C: "Œ", 0x8E: "Ž", 0x91: "‘", 0x92: "’", 0x93: "“", 0x94: "”", 0x95: "•", 0x96: "–",
    0x97: "—",
    0x98: "˜", 0x99: "™", 0x9A: "š", 0x9B: "›", 0x9C: "œ", 0x9E: "ž", 0x9F: "Ÿ",
  ]

  /// Of HTML 4, U+00A0 to U+00FF in order.
  private static let latin = """
    nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro
    para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil
    Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave
    Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml
    igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute
    thorn yuml
    """

  private static let names: [String: Unicode.Scalar] = {
    var names: [String: Unicode.Scalar] = [
      "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "hellip": "…", "ndash": "–", "mdash": "—",
      "lsquo": "‘", "rsquo": "’", "sbquo": "‚", "ldquo": "“", "rdquo": "”", "bdquo": "„", "bull": "•",
      "euro": "€",
      "trade": "™", "dagger": "†", "Dagger": "‡", "permil": "‰", "lsaquo": "‹", "rsaquo": "›", "prime": "′",
      "Prime": "″", "larr": "←", "uarr": "↑", "rarr": "→", "darr": "↓", "harr": "↔", "rArr": "⇒", "hArr": "⇔",
      "minus": "−", "infin": "∞", "ne": "≠", "le": "≤", "ge": "≥", "asymp": "≈", "OElig": "Œ", "oelig": "œ",
      "Scaron": "Š", "scaron": "š", "Yuml": "Ÿ", "fnof": "ƒ", "circ": "ˆ", "tilde": "˜", "ensp": "\u{2002}",
      "emsp": "\u{2003}", "thinsp": "\u{2009}", "zwnj": "\u{200C}", "zwj": "\u{200D}", "lrm": "\u{200E}",
      "rlm": "\u{200F}", "hearts": "♥", "star": "☆", "check": "✓", "cross": "✗", "NewLine": "\n", "Tab": "\t",
      "colon": ":", "sol": "/", "commat": "@", "period": ".", "num": "#", "lpar": "(", "rpar": ")",
    ]
    for (place, name) in latin.split(whereSeparator: \.isWhitespace).enumerated() {
      names[String(name)] = Unicode.Scalar(UInt8(0xA0 + place))
    }
    // Spaces that do not break are spaces to a reader.
    names["nbsp"] = " "
    return names
  }()
}
