extension ResponseCursor {
  /// The whole of it (RFC 3501, section 9, `response`).
  @_lifetime(self: copy self)
  mutating func response(_ flagLists: inout FlagListCache) throws(ResponseError) -> Response {
    if skip(UInt8(ascii: "*")) {
      try space()
      return try untagged(&flagLists)
    }
    if skip(UInt8(ascii: "+")) {
      _ = skip(0x20)
      return .continuation(ByteScan.copy(bytes, at..<max(at, bytes.count - 2)))
    }
    let tag = ByteScan.text(bytes, try atom("a tag, “*” or “+”"))
    try space()
    guard let condition = condition() else { throw expected("OK, NO or BAD") }
    return .tagged(tag: tag, status(condition))
  }

  @_lifetime(self: copy self)
  private mutating func untagged(_ flagLists: inout FlagListCache) throws(ResponseError) -> Response {
    if (0x30...0x39).contains(peek) { return try numbered(&flagLists) }
    if let condition = condition() { return .status(status(condition)) }
    let response: Response
    if word("VANISHED") {
      try space()
      let earlier = ByteScan.equals(bytes, at: at, "(EARLIER)")
      if earlier {
        at += 9
        try space()
      }
      response = .vanished(UIDSet(unordered: try ranges()), earlier: earlier)
    } else if word("SEARCH") {
      response = .search(try searchResult())
    } else if word("ESEARCH") {
      response = .extendedSearch(try extendedSearch())
    } else if word("LIST") {
      response = .list(try listing())
    } else if word("FLAGS") {
      try space()
      response = .flags(try flagList())
    } else if word("CAPABILITY") {
      response = .capability(try capabilities())
    } else if word("ENABLED") {
      response = .enabled(try capabilities())
    } else if word("STATUS") {
      response = .mailboxStatus(try mailboxStatus())
    } else {
      // LSUB, ID, NAMESPACE, QUOTA and whatever else servers say of themselves.
      guard Keyword.isAtom(peek) else { throw expected("the name of a response") }
      return .other
    }
    try end()
    return response
  }

  /// `* 12 EXISTS` and what else begins with a number.
  @_lifetime(self: copy self)
  private mutating func numbered(_ flagLists: inout FlagListCache) throws(ResponseError) -> Response {
    let number = Int(try number())
    try space()
    if word("FETCH") {
      try space()
      return .fetch(try fetch(number, &flagLists))
    }
    let response: Response
    if word("EXISTS") {
      response = .exists(number)
    } else if word("EXPUNGE") {
      response = .expunge(sequence: number)
    } else if word("RECENT") {
      response = .recent(number)
    } else {
      guard Keyword.isAtom(peek) else { throw expected("the name of a response") }
      return .other
    }
    try end()
    return response
  }

  @_lifetime(self: copy self)
  private mutating func condition() -> StatusResponse.Condition? {
    if word("OK") { return .ok }
    if word("NO") { return .no }
    if word("BAD") { return .bad }
    if word("BYE") { return .bye }
    if word("PREAUTH") { return .preauth }
    return nil
  }

  /// What comes after the condition. It ends with words for people, so that nothing in it can be wrong: a code that cannot
  /// be read is ``ResponseCode/other(_:)``.
  @_lifetime(self: copy self)
  private mutating func status(_ condition: StatusResponse.Condition) -> StatusResponse {
    _ = skip(0x20)
    var code: ResponseCode?
    if skip(UInt8(ascii: "[")) {
      let first = at
      code = try? responseCode()
      if code == nil {
        at = first
        let name = (try? atom()).map { ByteScan.text(bytes, $0.prefix(40)).uppercased() }
        if let end = ByteScan.index(of: UInt8(ascii: "]"), in: bytes, from: at, to: bytes.count) {
          code = .other(name ?? "")
          at = end + 1
        } else {
          at = first
        }
      }
      _ = skip(0x20)
    }
    let end = max(at, bytes.count - 2)
    return StatusResponse(
      condition: condition, code: code, text: ByteScan.text(bytes, at..<min(end, at + 300)))
  }

  @_lifetime(self: copy self)
  private mutating func responseCode() throws(ResponseError) -> ResponseCode {
    let name = ByteScan.text(bytes, try atom()).uppercased()
    let code: ResponseCode
    switch name {
    case "UIDVALIDITY":
      try space()
      code = .uidValidity(UIDValidity(rawValue: UInt32(try number())))
    case "UIDNEXT":
      try space()
      code = .uidNext(try uid())
    case "HIGHESTMODSEQ":
      try space()
      code = .highestModSeq(try modSeq())
    case "PERMANENTFLAGS":
      try space()
      code = .permanentFlags(try flagList())
    case "COPYUID":
      try space()
      let validity = UIDValidity(rawValue: UInt32(try number()))
      try space()
      let sources = try ranges()
      try space()
      guard let map = UIDMap(from: sources, to: try ranges()) else {
        throw expected("as many UIDs as were copied")
      }
      code = .copyUID(validity, map)
    case "APPENDUID":
      try space()
      let validity = UIDValidity(rawValue: UInt32(try number()))
      try space()
      code = .appendUID(validity, UIDSet(unordered: try ranges()))
    case "MODIFIED":
      try space()
      code = .modified(UIDSet(unordered: try ranges()))
    case "CAPABILITY": code = .capability(try capabilities())
    default: code = Self.plainCodes[name] ?? .other(String(name.prefix(40)))
    }
    if case .other = code, peek != UInt8(ascii: "]") {
      guard let end = ByteScan.index(of: UInt8(ascii: "]"), in: bytes, from: at, to: bytes.count) else {
        throw expected("“]”")
      }
      at = end
    }
    try take(UInt8(ascii: "]"))
    return code
  }

  private static let plainCodes: [String: ResponseCode] = [
    "NOMODSEQ": .noModSeq, "CLOSED": .closed, "ALERT": .alert, "TRYCREATE": .tryCreate,
    "ALREADYEXISTS": .alreadyExists, "NONEXISTENT": .nonExistent, "READ-ONLY": .readOnly,
    "READ-WRITE": .readWrite, "AUTHENTICATIONFAILED": .authenticationFailed,
    "AUTHORIZATIONFAILED": .authorizationFailed, "EXPIRED": .expired, "PRIVACYREQUIRED": .privacyRequired,
    "UNAVAILABLE": .unavailable, "INUSE": .inUse, "LIMIT": .limit, "OVERQUOTA": .overQuota,
    "NOPERM": .noPermission, "CANNOT": .cannot, "SERVERBUG": .serverBug, "CONTACTADMIN": .contactAdmin,
  ]

  @_lifetime(self: copy self)
  private mutating func capabilities() throws(ResponseError) -> Set<Capability> {
    var found: Set<Capability> = []
    while skip(0x20) {
      // A space at the end was seen.
      guard Keyword.isAtom(peek) else { break }
      found.insert(Capability(rawValue: ByteScan.text(bytes, try atom())))
      try bound(found.count)
    }
    return found
  }

  @_lifetime(self: copy self)
  private mutating func searchResult() throws(ResponseError) -> UIDSet {
    var found: [ClosedRange<UID>] = []
    while skip(0x20) {
      guard (0x30...0x39).contains(peek) else {
        // `(MODSEQ 12)` comes last.
        if peek == UInt8(ascii: "(") { try skipValue() }
        continue
      }
      let uid = try uid()
      if let last = found.last, last.upperBound.rawValue < .max, last.upperBound.rawValue + 1 == uid.rawValue
      {
        found[found.count - 1] = last.lowerBound...uid
      } else {
        found.append(uid...uid)
        try bound(found.count)
      }
    }
    return UIDSet(unordered: found)
  }

  @_lifetime(self: copy self)
  private mutating func extendedSearch() throws(ResponseError) -> ExtendedSearch {
    var result = ExtendedSearch()
    var count = 0
    while skip(0x20) {
      count += 1
      try bound(count)
      if skip(UInt8(ascii: "(")) {
        guard word("TAG") else { throw expected("TAG") }
        try space()
        result.tag = String(decoding: try string().copy(of: bytes), as: UTF8.self)
        try take(UInt8(ascii: ")"))
        continue
      }
      let name = ByteScan.text(bytes, try atom()).uppercased()
      if name == "UID" { continue }
      try space()
      switch name {
      case "ALL": result.all = UIDSet(unordered: try ranges())
      case "COUNT": result.count = Int(try number())
      default: try skipValue()
      }
    }
    return result
  }

  @_lifetime(self: copy self)
  private mutating func listing() throws(ResponseError) -> MailboxListing {
    try space()
    try take(UInt8(ascii: "("))
    var attributes: Set<String> = []
    while !skip(UInt8(ascii: ")")) {
      attributes.insert(ByteScan.text(bytes, try atom("an attribute of a mailbox")).uppercased())
      try bound(attributes.count)
      _ = skip(0x20)
    }
    try space()
    let separator = try nstring()?.copy(of: bytes) ?? []
    let delimiter = separator.count == 1 ? Character(Unicode.Scalar(separator[0])) : nil
    try space()
    let name = MailboxName(wire: try astring().copy(of: bytes))
    // `("CHILDINFO" …)` and the like (RFC 5258).
    while skip(0x20), peek == UInt8(ascii: "(") { try skipValue() }
    return MailboxListing(name: name, delimiter: delimiter, attributes: attributes)
  }

  @_lifetime(self: copy self)
  private mutating func mailboxStatus() throws(ResponseError) -> MailboxStatus {
    try space()
    var status = MailboxStatus(name: MailboxName(wire: try astring().copy(of: bytes)))
    try space()
    try take(UInt8(ascii: "("))
    while !skip(UInt8(ascii: ")")) {
      let name = ByteScan.text(bytes, try atom()).uppercased()
      try space()
      switch name {
      case "MESSAGES": status.messages = Int(try number())
      case "UNSEEN": status.unseen = Int(try number())
      case "UIDNEXT": status.uidNext = try uid()
      case "UIDVALIDITY": status.uidValidity = UIDValidity(rawValue: UInt32(try number()))
      case "HIGHESTMODSEQ": status.highestModSeq = try modSeq()
      default: try skipValue()
      }
      _ = skip(0x20)
    }
    return status
  }
}
