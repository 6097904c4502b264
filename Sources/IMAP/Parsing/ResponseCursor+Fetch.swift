extension ResponseCursor {
  /// What comes after `* 12 FETCH `.
  @_lifetime(self: copy self)
  mutating func fetch(
    _ sequence: Int, _ flagLists: inout FlagListCache
  ) throws(ResponseError) -> FetchResponse {
    var message = FetchResponse(sequence: sequence)
    try take(UInt8(ascii: "("))
    var count = 0
    while !skip(UInt8(ascii: ")")) {
      count += 1
      try bound(count)
      if word("UID") {
        try space()
        message.uid = try uid()
      } else if word("FLAGS") {
        try space()
        message.flags = try flagList(&flagLists)
      } else if word("MODSEQ") {
        try space()
        try take(UInt8(ascii: "("))
        message.modSeq = try modSeq()
        try take(UInt8(ascii: ")"))
      } else if ByteScan.equals(bytes, at: at, "BODY[") {
        at += 5
        message.sections.append(try section())
      } else if word("INTERNALDATE") {
        try space()
        message.internalDate = try internalDate()
      } else if word("RFC822.SIZE") {
        try space()
        message.size = Int(try number(upTo: UInt64(Int64.max)))
      } else if word("ENVELOPE") {
        try space()
        let first = at
        _ = try envelope()
        message.written.envelopeBytes = ByteScan.copy(bytes, first..<at)
      } else if word("BODYSTRUCTURE") || word("BODY") {
        try space()
        let first = at
        _ = try structure(depth: 1)
        message.written.structureBytes = ByteScan.copy(bytes, first..<at)
      } else {
        _ = try atom("the name of an item")
        // `BINARY[1]<0>`.
        if skip(UInt8(ascii: "]")), Keyword.isAtom(peek) { _ = try atom() }
        try space()
        try skipValue()
      }
      _ = skip(0x20)
    }
    try end()
    return message
  }

  @inline(__always) @_lifetime(self: copy self)
  private mutating func flagList(_ cache: inout FlagListCache) throws(ResponseError) -> MessageFlags {
    let first = at
    guard let end = ByteScan.index(of: UInt8(ascii: ")"), in: bytes, from: at, to: bytes.count) else {
      throw expected("the end of a list of flags")
    }
    if let known = cache.flags(for: bytes, first..<end) {
      at = end + 1
      return known
    }
    let flags = try flagList()
    if at == end + 1 { cache.keep(flags, for: bytes, first..<end) }
    return flags
  }

  /// `(\Seen $Triaged)`.
  @_lifetime(self: copy self)
  mutating func flagList() throws(ResponseError) -> MessageFlags {
    try take(UInt8(ascii: "("))
    var flags = MessageFlags()
    while !skip(UInt8(ascii: ")")) {
      if skip(UInt8(ascii: "\\")) {
        if skip(UInt8(ascii: "*")) {
          flags.system.insert(.anyKeyword)
        } else {
          flags.system.formUnion(
            Self.systemFlags[ByteScan.text(bytes, try atom("a flag")).lowercased()] ?? [])
        }
      } else {
        let first = at
        // Servers were seen to give keywords that are no atoms.
        while at < bytes.count, bytes[at] > 0x20, bytes[at] != UInt8(ascii: ")") { at += 1 }
        guard at > first else { throw expected("a flag") }
        flags.keywords.insert(Keyword(known: ByteScan.text(bytes, first..<at)))
        try bound(flags.keywords.count)
      }
      _ = skip(0x20)
    }
    return flags
  }

  private static let systemFlags: [String: MessageFlags.System] = [
    "seen": .seen, "answered": .answered, "flagged": .flagged, "draft": .draft, "deleted": .deleted,
    "recent": .recent,
  ]

  /// `"17-Jul-1996 02:44:25 -0700"`.
  @_lifetime(self: copy self)
  private mutating func internalDate() throws(ResponseError) -> InternalDate {
    let first = at
    guard peek == UInt8(ascii: "\""), let date = InternalDate(wire: try string().copy(of: bytes)) else {
      at = first
      throw expected("a date and time")
    }
    return date
  }

  /// What comes after `BODY[`.
  @_lifetime(self: copy self)
  private mutating func section() throws(ResponseError) -> FetchedSection {
    var section = BodySection.whole
    while (0x30...0x39).contains(peek) {
      section.part.append(Int(try number()))
      try bound(depth: section.part.count)
      if !skip(UInt8(ascii: ".")) { break }
    }
    if peek != UInt8(ascii: "]") {
      if word("HEADER.FIELDS.NOT") {
        section.content = .fieldsExcept(try fieldNames())
      } else if word("HEADER.FIELDS") {
        section.content = .fields(try fieldNames())
      } else if word("HEADER") {
        section.content = .header
      } else if word("TEXT") {
        section.content = .text
      } else if word("MIME") {
        section.content = .mime
      }
    }
    try take(UInt8(ascii: "]"))
    var origin: Int?
    if skip(UInt8(ascii: "<")) {
      origin = Int(try number())
      try take(UInt8(ascii: ">"))
    }
    try space()
    return FetchedSection(section: section, origin: origin, bytes: try nstring()?.copy(of: bytes))
  }

  @_lifetime(self: copy self)
  private mutating func fieldNames() throws(ResponseError) -> [String] {
    try space()
    try take(UInt8(ascii: "("))
    var names: [String] = []
    while !skip(UInt8(ascii: ")")) {
      names.append(raised(try astring().copy(of: bytes)))
      try bound(names.count)
      _ = skip(0x20)
    }
    return names
  }

  /// As text, ASCII letters in upper case.
  private func raised(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.map { (0x61...0x7A).contains($0) ? $0 & 0xDF : $0 }, as: UTF8.self)
  }
}
