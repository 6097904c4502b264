/// Envelopes and structures (RFC 3501, section 7.4.2). The same grammar reads them and looks through them, which it does where
/// ``ResponseCursor/whole`` is `nil`: then all that could be wrong is found, and what is returned is empty or `nil`.
extension ResponseCursor {
  @_lifetime(self: copy self)
  mutating func envelope() throws(ResponseError) -> Envelope {
    try take(UInt8(ascii: "("))
    let date = try text()
    try space()
    let subject = try text()
    try space()
    let first = at
    let from = try addresses()
    let written = first..<at
    try space()
    let sender = try addresses(from, ifAs: written)
    try space()
    let replyTo = try addresses(from, ifAs: written)
    try space()
    let to = try addresses()
    try space()
    let cc = try addresses()
    try space()
    let bcc = try addresses()
    try space()
    let inReplyTo = try text()
    try space()
    let messageID = try text()
    try take(UInt8(ascii: ")"))
    return Envelope(
      date: date, subject: subject, from: from, sender: sender, replyTo: replyTo, to: to, cc: cc, bcc: bcc,
      inReplyTo: inReplyTo, messageID: messageID)
  }

  /// - Parameter written: Where `known` stands; if the same stands here, they are the same addresses. Most messages' sender
  ///   and reply-to repeat from byte by byte.
  @_lifetime(self: copy self)
  private mutating func addresses(
    _ known: [EnvelopeAddress], ifAs written: Range<Int>
  ) throws(ResponseError) -> [EnvelopeAddress] {
    // A list, and not NIL.
    guard written.count > 3, ByteScan.equals(bytes, at: at, written) else { return try addresses() }
    at += written.count
    return known
  }

  @_lifetime(self: copy self)
  private mutating func addresses() throws(ResponseError) -> [EnvelopeAddress] {
    if word("NIL") { return [] }
    try take(UInt8(ascii: "("))
    var found: [EnvelopeAddress] = []
    var count = 0
    while !skip(UInt8(ascii: ")")) {
      try take(UInt8(ascii: "("))
      let name = try text()
      try space()
      // The route of RFC 822, which nobody uses.
      _ = try nstring()
      try space()
      let mailbox = try text()
      try space()
      let host = try text()
      if whole != nil { found.append(EnvelopeAddress(name: name, mailbox: mailbox, host: host)) }
      try take(UInt8(ascii: ")"))
      count += 1
      try bound(count)
      _ = skip(0x20)
    }
    return found
  }

  @_lifetime(self: copy self)
  mutating func structure(depth: Int) throws(ResponseError) -> BodyStructure? {
    try bound(depth: depth)
    try take(UInt8(ascii: "("))
    if peek != UInt8(ascii: "(") { return try singlePart(depth: depth) }
    var children: [BodyStructure] = []
    var count = 0
    while peek == UInt8(ascii: "(") {
      if let child = try structure(depth: depth + 1) { children.append(child) }
      count += 1
      try bound(count)
      // Cyrus and Exchange leave a space there, others none.
      if skip(0x20), peek != UInt8(ascii: "(") { break }
    }
    let subtype = try string()
    try skipExtensions()
    return whole == nil ? nil : .multipart(subtype: subtype.lowered(in: bytes), children)
  }

  @_lifetime(self: copy self)
  private mutating func singlePart(depth: Int) throws(ResponseError) -> BodyStructure? {
    let type = try nstring()
    try space()
    let subtype = try nstring()
    try space()
    let parameters = try parameters()
    try space()
    let id = try text()
    try space()
    // The description.
    _ = try nstring()
    try space()
    let encoding = try nstring()
    try space()
    let size = word("NIL") ? 0 : Int(try number(upTo: UInt64(Int64.max)))
    var message: (Envelope, BodyStructure?)?
    var lines: Int?
    if let type, let subtype, type.spells("MESSAGE", in: bytes),
      subtype.spells("RFC822", in: bytes) || subtype.spells("GLOBAL", in: bytes), bytes.count > at + 1,
      bytes[at] == 0x20, bytes[at + 1] == UInt8(ascii: "(")
    {
      try space()
      let envelope = try envelope()
      try space()
      message = (envelope, try structure(depth: depth + 1))
      try space()
      lines = Int(try number(upTo: UInt64(Int64.max)))
    } else if let type, type.spells("TEXT", in: bytes), skip(0x20) {
      lines = word("NIL") ? nil : Int(try number(upTo: UInt64(Int64.max)))
    }
    var disposition: StringPlace?
    var dispositionParameters: [BodyPart.Parameter] = []
    if skip(0x20) {
      // The MD5 sum.
      _ = try nstring()
      if skip(0x20) {
        if skip(UInt8(ascii: "(")) {
          disposition = try string()
          try space()
          dispositionParameters = try self.parameters()
          try take(UInt8(ascii: ")"))
        } else if !word("NIL") {
          throw expected("a disposition or NIL")
        }
      }
    }
    try skipExtensions()
    guard whole != nil else { return nil }
    let part = BodyPart(
      type: type?.lowered(in: bytes) ?? "", subtype: subtype?.lowered(in: bytes) ?? "",
      parameters: parameters, id: id, encoding: encoding?.lowered(in: bytes) ?? "", bytes: size, lines: lines,
      disposition: disposition?.lowered(in: bytes), dispositionParameters: dispositionParameters)
    guard let (envelope, body) = message, let body else { return .single(part) }
    return .message(part, envelope, body)
  }

  @_lifetime(self: copy self)
  private mutating func parameters() throws(ResponseError) -> [BodyPart.Parameter] {
    if word("NIL") { return [] }
    try take(UInt8(ascii: "("))
    var found: [BodyPart.Parameter] = []
    var count = 0
    while !skip(UInt8(ascii: ")")) {
      let name = try string()
      try space()
      let value = try text()
      if whole != nil {
        found.append(BodyPart.Parameter(name: name.lowered(in: bytes), value: value ?? []))
      }
      count += 1
      try bound(count)
      _ = skip(0x20)
    }
    return found
  }

  /// Whatever comes before the end of this list.
  @_lifetime(self: copy self)
  private mutating func skipExtensions() throws(ResponseError) {
    while skip(0x20) { try skipValue() }
    try take(UInt8(ascii: ")"))
  }
}
