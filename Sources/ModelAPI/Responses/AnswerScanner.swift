/// Picks a few values out of JSON that comes in pieces: an answer, or the data of one event.
///
/// Nothing is kept but those values, so that its memory does not grow with the answer. It does not check the rest;
/// of broken JSON it finds what stands before the break. Keys with escapes are not recognised: no provider sends
/// such.
struct AnswerScanner {
  /// The most of one value that is kept. Longer ones count as not stated.
  static let longestText = 512
  static let longestUsage = 256 * 1024

  private(set) var id: [UInt8] = []
  private(set) var model: [UInt8] = []
  /// The model that a content block of type `fallback` names: it has taken over.
  private(set) var servedModel: [UInt8] = []
  private(set) var usage: [UInt8] = []
  private(set) var tier: [UInt8] = []
  private(set) var status: [UInt8] = []
  private(set) var type: [UInt8] = []
  private(set) var errorType: [UInt8] = []
  /// Whether usage stands in a `message` or `response` inside, and not in the object itself.
  private(set) var isUsageNested = false
  private(set) var hasError = false
  /// Whether `choices` is there and empty.
  private(set) var hasNoChoices = false
  private(set) var hasStopReason = false
  private(set) var hasFinishReason = false
  /// Whether a usage was too long to be kept.
  private(set) var hasOverflow = false
  /// Whether the outermost value is complete.
  private(set) var isWhole = false

  private var depth = 0
  /// 1 if the outermost value is an array, whose elements then stand for it.
  private var base = 0
  /// Whether each container down to 64 is an object, the outermost in the lowest bit.
  private var kinds: UInt64 = 0
  private var expectsKey = false
  private var isInString = false
  private var isKey = false
  /// Whether the next byte is escaped: the last piece ended in a backslash.
  private var isEscaped = false
  private var first = AnswerKey.other
  private var second = AnswerKey.other
  /// A key that began in an earlier piece.
  private var carriedKey: [UInt8] = []
  private var pending: AnswerField?
  private var capturing: AnswerField?
  private var captureDepth = 0
  /// Whether nothing but white space came since `choices` was opened.
  private var isEmptySoFar = false
  private var capture: [UInt8] = []

  /// Ready for the next event; what was found is forgotten.
  mutating func reset() {
    if !usage.isEmpty { usage.removeAll(keepingCapacity: true) }
    if !tier.isEmpty { tier.removeAll(keepingCapacity: true) }
    if !status.isEmpty { status.removeAll(keepingCapacity: true) }
    if !type.isEmpty { type.removeAll(keepingCapacity: true) }
    if !errorType.isEmpty { errorType.removeAll(keepingCapacity: true) }
    if !servedModel.isEmpty { servedModel.removeAll(keepingCapacity: true) }
    (isUsageNested, hasError, hasNoChoices, hasStopReason, hasFinishReason) = (
      false, false, false, false, false
    )
    (depth, base, kinds) = (0, 0, 0)
    (expectsKey, isInString, isKey, isEscaped, isWhole) = (false, false, false, false, false)
    (first, second) = (.other, .other)
    if !carriedKey.isEmpty { carriedKey.removeAll(keepingCapacity: true) }
    (pending, capturing, isEmptySoFar) = (nil, nil, false)
  }

  mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>) {
    var at = 0
    // Where what is kept of this piece begins, while something is.
    var kept = 0
    var keyStart = 0
    while at < bytes.count {
      if isInString {
        if isEscaped {
          isEscaped = false
          at &+= 1
          continue
        }
        guard let stop = StringEnd.nextSpecial(in: bytes, from: at) else { break }
        if bytes[stop] == 0x5C {
          if stop &+ 1 == bytes.count { isEscaped = true }
          at = stop &+ 2
          continue
        }
        isInString = false
        at = stop &+ 1
        if isKey {
          endKey(bytes, keyStart..<stop)
        } else if capturing != nil, depth == captureDepth {
          endCapture(bytes, kept..<at)
        }
        continue
      }
      switch bytes[at] {
      case 0x22:
        isEmptySoFar = false
        isKey = expectsKey
        if isKey {
          keyStart = at &+ 1
        } else if pending != nil {
          // Some upstreams state an error as bare text.
          if pending == .error { hasError = true }
          beginCapture(at, &kept)
        }
        isInString = true
      case 0x2C:
        expectsKey = depth > 0 && depth <= 64 && kinds &>> UInt64(depth &- 1) & 1 == 1
      case 0x3A:
        expectsKey = false
      case 0x7B, 0x5B:
        isEmptySoFar = false
        if pending != nil { beginContainer(isObject: bytes[at] == 0x7B, at, &kept) }
        open(isObject: bytes[at] == 0x7B)
      case 0x7D, 0x5D:
        if isEmptySoFar {
          hasNoChoices = true
          isEmptySoFar = false
        }
        close()
        if capturing != nil, depth == captureDepth { endCapture(bytes, kept..<at &+ 1) }
        expectsKey = false
      case 0x20, 0x0A, 0x0D, 0x09:
        break
      default:
        isEmptySoFar = false
        // No number, and neither true, false nor null, is one of the values to keep.
        pending = nil
      }
      at &+= 1
    }
    if capturing != nil { keep(bytes, kept..<bytes.count) }
    if isInString, isKey, keyStart < bytes.count, carriedKey.count < 32 {
      carriedKey.append(contentsOf: bytes[keyStart...].prefix(32))
    }
  }

  // MARK: Structure

  @inline(__always)
  private mutating func open(isObject: Bool) {
    if depth == 0 {
      // A second text behind the first is not looked at.
      if isWhole { return }
      base = isObject ? 0 : 1
    }
    if depth < 64 {
      let bit: UInt64 = 1 &<< UInt64(depth)
      kinds = isObject ? kinds | bit : kinds & ~bit
    }
    depth &+= 1
    expectsKey = isObject && depth <= 64
    if depth &- base == 1 { (first, second) = (.other, .other) }
  }

  @inline(__always)
  private mutating func close() {
    guard depth > 0 else { return }
    depth &-= 1
    if depth == 0 { isWhole = true }
  }

  private mutating func endKey(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    expectsKey = false
    isKey = false
    let level = depth &- base
    guard level <= 3 else {
      if !carriedKey.isEmpty { carriedKey.removeAll(keepingCapacity: true) }
      return
    }
    let key: AnswerKey
    if carriedKey.isEmpty {
      key = AnswerKey(UnsafeBufferPointer(rebasing: bytes[range]))
    } else {
      carriedKey.append(contentsOf: bytes[range].prefix(32))
      key = carriedKey.withUnsafeBufferPointer { AnswerKey($0) }
      carriedKey.removeAll(keepingCapacity: true)
    }
    if level == 1 { (first, second) = (key, .other) }
    if level == 2 { second = key }
    pending = capturing == nil ? field(of: key, level: level) : nil
  }

  private func field(of key: AnswerKey, level: Int) -> AnswerField? {
    switch level {
    case 1:
      switch key {
      case .id: id.isEmpty ? .id : nil
      case .model: model.isEmpty ? .model : nil
      case .usage: .usage
      case .type: .type
      case .tier: .tier
      case .status: .status
      case .error: .error
      case .choices: .choices
      default: nil
      }
    case 2:
      switch (first, key) {
      case (.message, .id), (.response, .id): id.isEmpty ? .id : nil
      case (.message, .model), (.response, .model): model.isEmpty ? .model : nil
      case (.message, .usage), (.response, .usage): .usage
      case (.response, .tier): .tier
      case (.response, .status): .status
      case (.delta, .stopReason): .stopReason
      case (.error, .type), (.error, .status): .errorType
      case (.error, .code): errorType.isEmpty ? .errorType : nil
      default: nil
      }
    case 3:
      switch (first, second, key) {
      case (.contentBlock, .to, .model): .servedModel
      case (.candidates, _, .finishReason): .finishReason
      case (.response, .error, .code): .errorType
      default: nil
      }
    default: nil
    }
  }

  // MARK: Values

  @inline(__always)
  private mutating func beginCapture(_ at: Int, _ kept: inout Int) {
    guard let field = pending else { return }
    pending = nil
    if field == .error { return }
    capturing = field
    captureDepth = depth
    capture.removeAll(keepingCapacity: true)
    kept = at
  }

  private mutating func beginContainer(isObject: Bool, _ at: Int, _ kept: inout Int) {
    switch pending {
    case .usage where isObject: beginCapture(at, &kept)
    case .choices where !isObject: isEmptySoFar = true
    case .error where isObject: hasError = true
    default: break
    }
    pending = nil
  }

  private mutating func keep(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    guard let field = capturing else { return }
    let room = (field == .usage ? Self.longestUsage : Self.longestText) &+ 1 &- capture.count
    guard room > 0 else { return }
    capture.append(contentsOf: bytes[range].prefix(room))
  }

  private mutating func endCapture(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    guard let field = capturing else { return }
    // What is kept goes on from the start of the piece if it began in an earlier one.
    keep(bytes, range)
    capturing = nil
    take(field)
  }

  private mutating func take(_ field: AnswerField) {
    let isLong = capture.count > (field == .usage ? Self.longestUsage : Self.longestText)
    let isText = capture.count > 2 && capture[0] == 0x22
    switch field {
    case .usage:
      hasOverflow = hasOverflow || isLong
      guard !isLong, capture.first == 0x7B else { return }
      swap(&usage, &capture)
      isUsageNested = depth &- base == 2
    case .stopReason: hasStopReason = isText
    case .finishReason:
      hasFinishReason = isText && !capture.elementsEqual("\"FINISH_REASON_UNSPECIFIED\"".utf8)
    case .id where isText && !isLong: Self.assign(capture, to: &id)
    case .model where isText && !isLong: Self.assign(capture, to: &model)
    case .servedModel where isText && !isLong: Self.assign(capture, to: &servedModel)
    case .tier where isText && !isLong: Self.assign(capture, to: &tier)
    case .status where isText && !isLong: Self.assign(capture, to: &status)
    case .type where isText && !isLong: Self.assign(capture, to: &type)
    case .errorType where isText && !isLong: Self.assign(capture, to: &errorType)
    default: break
    }
  }

  /// What stands between the quotes.
  private static func assign(_ text: [UInt8], to field: inout [UInt8]) {
    field.removeAll(keepingCapacity: true)
    field.append(contentsOf: text[1..<(text.count - 1)])
  }
}
