/// Reads the tree of parts in one pass over the bytes.
///
/// A line that is a boundary of any open multipart ends everything inside that multipart, and where two are alike the
/// outermost counts, as in Python's `email`. Nothing is read twice, so that time is linear in the bytes: a line is compared
/// with the boundaries only if it begins with two hyphens, and there are no more open boundaries than ``MIMELimits/depth``.
struct MIMEParser {
  private let bytes: [UInt8]
  private let limits: MIMELimits
  private var position = 0
  private var boundaries: [[UInt8]] = []
  /// Parts and fields so far.
  private var count = 0
  private var fieldCount = 0
  /// Containers around the place.
  private var nesting = 0
  private(set) var defects: DefectList

  init(_ bytes: [UInt8], limits: MIMELimits) {
    self.bytes = bytes
    self.limits = limits
    defects = DefectList(limit: limits.defects)
  }

  /// What ended a part.
  private enum Stop {
    case end
    /// A boundary of the multipart at this place among the open ones.
    case boundary(level: Int, isClosing: Bool)
  }

  mutating func message() -> MailPart {
    entity(numbered: .message(""), isInDigest: false).part
  }

  /// How a part is numbered: BODY[…] of RFC 9051 §6.4.5.1.
  private enum Numbering {
    /// The body of the whole message, or of the message in the part of this number.
    case message(String)
    case part(String)

    func section(isMultipart: Bool) -> String {
      switch self {
      case .part(let number): number
      case .message(let outer):
        (outer.isEmpty ? "" : outer + ".") + (isMultipart ? "TEXT" : "1")
      }
    }

    func child(_ index: Int) -> Self {
      switch self {
      case .part(let number), .message(let number):
        .part(number.isEmpty ? String(index) : "\(number).\(index)")
      }
    }
  }

  private mutating func entity(numbered numbering: Numbering, isInDigest: Bool) -> (
    part: MailPart, stop: Stop
  ) {
    count += 1
    var stop: Stop?
    let headers = header(stoppedBy: &stop)
    let bodyStart = stop == nil ? position : lastContentEnd
    let field = headers.first("Content-Type")
    var type = field.flatMap { ContentType($0.valueBytes) }
    let isBroken = field != nil && type == nil
    if type == nil { type = !isBroken && isInDigest ? .digestDefault : .plainText }
    let contentType = type ?? .plainText
    let section = numbering.section(isMultipart: contentType.isMultipart)
    if isBroken { defects.add(.contentTypeBroken(section: section)) }

    let encoding =
      headers.first("Content-Transfer-Encoding").map { TransferEncoding($0.valueBytes) } ?? .identity
    if encoding == .unknown { defects.add(.unknownTransferEncoding(section: section)) }
    if contentType.isContainer, encoding == .base64 || encoding == .quotedPrintable {
      defects.add(.encodedContainer(section: section))
    }
    var children: [MailPart] = []
    var bodyEnd: Int?
    if let stop {
      // The header ran into a boundary: no body at all.
      return (
        part(section, contentType, encoding, headers, body: bodyStart..<bodyStart, children: []), stop
      )
    }
    if contentType.isMultipart, isRoomInside() {
      (children, stop) = multipart(contentType, section: section, numbering: numbering)
    } else if contentType.isMessage, isRoomInside() {
      let number =
        switch numbering {
        case .part(let number): number
        case .message: section
        }
      nesting += 1
      let inner = entity(numbered: .message(number), isInDigest: false)
      nesting -= 1
      children = [inner.part]
      stop = inner.stop
      bodyEnd = inner.part.bodyRange.upperBound
    }
    let ended = stop ?? nextBoundary()
    let end = bodyEnd ?? max(bodyStart, lastContentEnd)
    return (part(section, contentType, encoding, headers, body: bodyStart..<end, children: children), ended)
  }

  private func part(
    _ section: String, _ type: ContentType, _ encoding: TransferEncoding, _ headers: MailHeaders,
    body: Range<Int>, children: [MailPart]
  ) -> MailPart {
    MailPart(
      section: section, contentType: type,
      disposition: headers.first("Content-Disposition").flatMap { ContentDisposition($0.valueBytes) },
      transferEncoding: encoding, headers: headers, bodyRange: body, children: children)
  }

  private mutating func isRoomInside() -> Bool {
    guard nesting < limits.depth else {
      defects.add(.tooDeep(limit: limits.depth))
      return false
    }
    guard count < limits.parts else {
      defects.add(.tooManyParts(limit: limits.parts))
      return false
    }
    return true
  }

  private mutating func multipart(_ type: ContentType, section: String, numbering: Numbering)
    -> ([MailPart], Stop?)
  {
    guard let boundary = type.boundary else {
      defects.add(.multipartWithoutBoundary(section: section))
      return ([], nil)
    }
    if boundaries.contains(boundary) { defects.add(.boundaryRepeated(section: section)) }
    let level = boundaries.count
    boundaries.append(boundary)
    nesting += 1
    defer { nesting -= 1 }
    var children: [MailPart] = []
    var stop = nextBoundary()
    var found = false
    while case .boundary(level, let isClosing) = stop {
      found = true
      if isClosing {
        boundaries.removeLast()
        // The epilogue; only boundaries further out count now.
        return (children, nextBoundary())
      }
      guard count < limits.parts else {
        defects.add(.tooManyParts(limit: limits.parts))
        position = bytes.count
        lastContentEnd = bytes.count
        stop = .end
        break
      }
      let child = entity(numbered: numbering.child(children.count + 1), isInDigest: type.isDigest)
      children.append(child.part)
      stop = child.stop
    }
    boundaries.removeLast()
    defects.add(found ? .boundaryNotClosed(section: section) : .boundaryNotFound(section: section))
    return (children, stop)
  }

  // MARK: Lines

  /// Where the content before the last boundary ends: before the line end that belongs to the boundary.
  private var lastContentEnd = 0

  /// Goes behind the next line that is an open boundary, or to the end.
  private mutating func nextBoundary() -> Stop {
    let start = position
    guard !boundaries.isEmpty else {
      position = bytes.count
      lastContentEnd = position
      return .end
    }
    let boundaries = boundaries
    let (line, next, match) = bytes.withUnsafeBufferPointer { bytes in
      var line = start
      while line < bytes.count {
        if let (match, next) = Self.boundary(at: line, in: bytes, among: boundaries) {
          return (line, next, match)
        }
        line = MIME.position(of: 0x0A, in: bytes, from: line, to: bytes.count) + 1
      }
      return (bytes.count, bytes.count, Stop.end)
    }
    position = next
    lastContentEnd = line
    if case .boundary = match, line > start {
      lastContentEnd -= line - 1 > start && bytes[line - 2] == 0x0D ? 2 : 1
    }
    return match
  }

  /// - Returns: Which boundary the line is, and where the next line begins.
  private static func boundary(
    at start: Int, in bytes: UnsafeBufferPointer<UInt8>, among boundaries: [[UInt8]]
  ) -> (Stop, next: Int)? {
    guard start + 2 < bytes.count, bytes[start] == 0x2D, bytes[start + 1] == 0x2D else { return nil }
    search: for (level, boundary) in boundaries.enumerated() {
      var end = start + 2
      guard bytes.count - end >= boundary.count else { continue }
      for byte in boundary {
        if bytes[end] != byte { continue search }
        end += 1
      }
      var isClosing = false
      if end + 1 < bytes.count, bytes[end] == 0x2D, bytes[end + 1] == 0x2D {
        isClosing = true
        end += 2
      }
      while end < bytes.count, bytes[end].isBlank { end += 1 }
      if end < bytes.count, bytes[end] == 0x0D { end += 1 }
      if end < bytes.count {
        guard bytes[end] == 0x0A else { continue }
        end += 1
      }
      return (.boundary(level: level, isClosing: isClosing), end)
    }
    return nil
  }

  // MARK: Header

  private mutating func header(stoppedBy stop: inout Stop?) -> MailHeaders {
    var fields: [MailHeaderField] = []
    var open: (start: Int, end: Int, name: Int)?
    let start = position
    var isCut = false
    let whole = bytes
    let boundaries = boundaries
    let room = limits.fields - fieldCount

    func close() {
      guard let field = open, !isCut else { return }
      let name = whole[field.start..<field.start + field.name - 1].trimmed(where: \.isBlank)
      fields.append(
        MailHeaderField(name: name.text, rawBytes: whole[field.start..<field.end], nameBytes: field.name))
      open = nil
    }

    let limits = limits
    let (content, end, ended, found) = whole.withUnsafeBufferPointer {
      bytes -> (Int, Int, Stop?, [MIMEDefect]) in
      var found: [MIMEDefect] = []
      var line = start
      while line < bytes.count {
        if !boundaries.isEmpty, let (match, next) = Self.boundary(at: line, in: bytes, among: boundaries) {
          close()
          return (line, next, match, found)
        }
        let feed = MIME.position(of: 0x0A, in: bytes, from: line, to: bytes.count)
        let next = min(feed + 1, bytes.count)
        let lineEnd = feed > line && feed <= bytes.count && bytes[feed - 1] == 0x0D ? feed - 1 : feed
        if lineEnd == line {
          close()
          return (next, next, nil, found)
        }
        if bytes[line].isBlank {
          if open != nil { open?.end = lineEnd } else if !isCut { found.append(.continuationWithoutField) }
        } else if let name = Self.nameLength(from: line, to: lineEnd, in: bytes) {
          close()
          if name == 1 {
            found.append(.fieldWithoutName)
          } else if fields.count >= room {
            if !isCut { found.append(.tooManyFields(limit: limits.fields)) }
            isCut = true
          } else {
            open = (line, lineEnd, name)
          }
        } else if line == start, Self.isEnvelopeLine(from: line, to: lineEnd, in: bytes) {
          // mbox' own line, which is no part of the message.
        } else {
          close()
          found.append(.headerWithoutEnd)
          return (line, line, nil, found)
        }
        if next - start > limits.headerBytes, !isCut {
          close()
          found.append(.headerCut(limitBytes: limits.headerBytes))
          isCut = true
        }
        line = next
      }
      close()
      return (bytes.count, bytes.count, nil, found)
    }
    fieldCount += fields.count
    lastContentEnd = content
    position = end
    for defect in found { defects.add(defect) }
    stop = ended
    return MailHeaders(fields: fields)
  }

  /// How long the name of the field is, with its colon (and blanks before that, RFC 5322 §4.5); `nil` where the line is none.
  private static func nameLength(from start: Int, to end: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    var index = start
    while index < end, bytes[index] != 0x3A, (0x21...0x7E).contains(bytes[index]) { index += 1 }
    guard index > start || (index < end && bytes[index] == 0x3A) else { return nil }
    while index < end, bytes[index].isBlank { index += 1 }
    guard index < end, bytes[index] == 0x3A else { return nil }
    return index - start + 1
  }

  private static func isEnvelopeLine(from start: Int, to end: Int, in bytes: UnsafeBufferPointer<UInt8>)
    -> Bool
  {
    end - start >= 5 && bytes[start..<start + 5].elementsEqual("From ".utf8)
  }
}
