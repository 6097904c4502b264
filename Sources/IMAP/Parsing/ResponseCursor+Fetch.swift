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
        message.envelope = try envelope()
      } else if word("BODYSTRUCTURE") || word("BODY") {
        try space()
        message.structure = try structure(depth: 1)
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
    guard peek == UInt8(ascii: "\""), let date = InternalDate(wire: try string()) else {
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
    return FetchedSection(section: section, origin: origin, bytes: try nstring())
  }

  @_lifetime(self: copy self)
  private mutating func fieldNames() throws(ResponseError) -> [String] {
    try space()
    try take(UInt8(ascii: "("))
    var names: [String] = []
    while !skip(UInt8(ascii: ")")) {
      names.append(raised(try astring()))
      try bound(names.count)
      _ = skip(0x20)
    }
    return names
  }

  @_lifetime(self: copy self)
  private mutating func envelope() throws(ResponseError) -> Envelope {
    try take(UInt8(ascii: "("))
    let date = try nstring()
    try space()
    let subject = try nstring()
    try space()
    let from = try addresses()
    try space()
    let sender = try addresses()
    try space()
    let replyTo = try addresses()
    try space()
    let to = try addresses()
    try space()
    let cc = try addresses()
    try space()
    let bcc = try addresses()
    try space()
    let inReplyTo = try nstring()
    try space()
    let messageID = try nstring()
    try take(UInt8(ascii: ")"))
    return Envelope(
      date: date, subject: subject, from: from, sender: sender, replyTo: replyTo, to: to, cc: cc, bcc: bcc,
      inReplyTo: inReplyTo, messageID: messageID)
  }

  @_lifetime(self: copy self)
  private mutating func addresses() throws(ResponseError) -> [EnvelopeAddress] {
    if word("NIL") { return [] }
    try take(UInt8(ascii: "("))
    var found: [EnvelopeAddress] = []
    while !skip(UInt8(ascii: ")")) {
      try take(UInt8(ascii: "("))
      let name = try nstring()
      try space()
      // The route of RFC 822, which nobody uses.
      _ = try nstring()
      try space()
      let mailbox = try nstring()
      try space()
      found.append(EnvelopeAddress(name: name, mailbox: mailbox, host: try nstring()))
      try take(UInt8(ascii: ")"))
      try bound(found.count)
      _ = skip(0x20)
    }
    return found
  }

  @_lifetime(self: copy self)
  private mutating func structure(depth: Int) throws(ResponseError) -> BodyStructure {
    try bound(depth: depth)
    try take(UInt8(ascii: "("))
    if peek != UInt8(ascii: "(") { return try singlePart(depth: depth) }
    var children: [BodyStructure] = []
    while peek == UInt8(ascii: "(") {
      children.append(try structure(depth: depth + 1))
      try bound(children.count)
      // Cyrus and Exchange leave a space there, others none.
      if skip(0x20), peek != UInt8(ascii: "(") { break }
    }
    let subtype = lowered(try string())
    try skipExtensions()
    return .multipart(subtype: subtype, children)
  }

  @_lifetime(self: copy self)
  private mutating func singlePart(depth: Int) throws(ResponseError) -> BodyStructure {
    let type = lowered(try nstring() ?? [])
    try space()
    let subtype = lowered(try nstring() ?? [])
    try space()
    var part = BodyPart(
      type: type, subtype: subtype, parameters: try parameters(), encoding: "", bytes: 0,
      dispositionParameters: [])
    try space()
    part.id = try nstring()
    try space()
    // The description.
    _ = try nstring()
    try space()
    part.encoding = lowered(try nstring() ?? [])
    try space()
    part.bytes = word("NIL") ? 0 : Int(try number(upTo: UInt64(Int64.max)))
    var inner: (Envelope, BodyStructure)?
    if type == "message", subtype == "rfc822" || subtype == "global", bytes.count > at + 1,
      bytes[at] == 0x20, bytes[at + 1] == UInt8(ascii: "(")
    {
      try space()
      let envelope = try envelope()
      try space()
      inner = (envelope, try structure(depth: depth + 1))
      try space()
      part.lines = Int(try number(upTo: UInt64(Int64.max)))
    } else if type == "text", skip(0x20) {
      part.lines = word("NIL") ? nil : Int(try number(upTo: UInt64(Int64.max)))
    }
    if skip(0x20) {
      // The MD5 sum.
      _ = try nstring()
      if skip(0x20) {
        if skip(UInt8(ascii: "(")) {
          part.disposition = lowered(try string())
          try space()
          part.dispositionParameters = try parameters()
          try take(UInt8(ascii: ")"))
        } else if !word("NIL") {
          throw expected("a disposition or NIL")
        }
      }
    }
    try skipExtensions()
    return inner.map { .message(part, $0.0, $0.1) } ?? .single(part)
  }

  @_lifetime(self: copy self)
  private mutating func parameters() throws(ResponseError) -> [BodyPart.Parameter] {
    if word("NIL") { return [] }
    try take(UInt8(ascii: "("))
    var found: [BodyPart.Parameter] = []
    while !skip(UInt8(ascii: ")")) {
      let name = lowered(try string())
      try space()
      found.append(BodyPart.Parameter(name: name, value: try nstring() ?? []))
      try bound(found.count)
      _ = skip(0x20)
    }
    return found
  }

  /// As text, ASCII letters in lower case.
  private func lowered(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
  }

  /// As text, ASCII letters in upper case.
  private func raised(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.map { (0x61...0x7A).contains($0) ? $0 & 0xDF : $0 }, as: UTF8.self)
  }

  /// Whatever comes before the end of this list.
  @_lifetime(self: copy self)
  private mutating func skipExtensions() throws(ResponseError) {
    while skip(0x20) { try skipValue() }
    try take(UInt8(ascii: ")"))
  }
}
