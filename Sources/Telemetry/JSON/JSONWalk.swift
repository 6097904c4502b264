import JSONScan

/// Walks over a request in OTLP's JSON and gives each of its records to `gathering`: names in lowerCamelCase only,
/// unknown ones passed over, identifiers in hexadecimal, 64-bit numbers as texts or numbers.
struct JSONWalk {
  private let signal: OTLPSignal
  private let resources: JSONKeyTable
  private let scopes: JSONKeyTable
  private let records: JSONKeyTable
  private var scratch: [UInt8] = []

  init(_ signal: OTLPSignal) {
    self.signal = signal
    let names =
      switch signal {
      case .logs: ("resourceLogs", "scopeLogs", "logRecords")
      case .traces: ("resourceSpans", "scopeSpans", "spans")
      case .metrics: ("resourceMetrics", "scopeMetrics", "metrics")
      }
    resources = JSONKeyTable([names.0])
    scopes = JSONKeyTable(["resource", names.1])
    records = JSONKeyTable(["scope", names.2])
  }

  mutating func walk(_ bytes: Span<UInt8>, into gathering: inout Gathering) throws(JSONScanError) {
    var cursor = JSONCursor(bytes)
    try cursor.enterObject()
    while try cursor.nextKey(in: resources) != nil {
      guard try cursor.entersArray() else { continue }
      while try cursor.nextElement() { try resource(&cursor, into: &gathering) }
    }
    try cursor.expectEnd()
  }

  /// What is said of the resource holds for all its records, even where it stands behind them.
  private mutating func resource(
    _ cursor: inout JSONCursor, into gathering: inout Gathering
  ) throws(JSONScanError) {
    gathering.item.beginResource()
    var isKnown = false
    var earlier: [Int] = []
    try cursor.enterObject()
    while let key = try cursor.nextKey(in: scopes) {
      if key == 0 {
        if try cursor.entersObject() {
          while try cursor.nextKey(in: Self.attributes) != nil {
            try attributes(&cursor, into: &gathering.item)
          }
        }
        gathering.item.endResource()
        isKnown = true
      } else if isKnown {
        try scopes(&cursor, into: &gathering)
      } else {
        earlier.append(cursor.position)
        try cursor.skipValue()
      }
    }
    let end = cursor.position
    if !isKnown { gathering.item.endResource() }
    for start in earlier {
      cursor.position = start
      try scopes(&cursor, into: &gathering)
    }
    cursor.position = end
  }

  private mutating func scopes(
    _ cursor: inout JSONCursor, into gathering: inout Gathering
  ) throws(JSONScanError) {
    guard try cursor.entersArray() else { return }
    while try cursor.nextElement() {
      gathering.item.beginScope()
      var isKnown = false
      var earlier: [Int] = []
      try cursor.enterObject()
      while let key = try cursor.nextKey(in: records) {
        if key == 0 {
          if try cursor.entersObject() {
            while try cursor.nextKey(in: Self.name) != nil {
              gathering.item.scope = try text(&cursor, into: &gathering.item)
            }
          }
          gathering.item.endScope()
          isKnown = true
        } else if isKnown {
          try records(&cursor, into: &gathering)
        } else {
          earlier.append(cursor.position)
          try cursor.skipValue()
        }
      }
      let end = cursor.position
      if !isKnown { gathering.item.endScope() }
      for start in earlier {
        cursor.position = start
        try records(&cursor, into: &gathering)
      }
      cursor.position = end
    }
  }

  private mutating func records(
    _ cursor: inout JSONCursor, into gathering: inout Gathering
  ) throws(JSONScanError) {
    guard try cursor.entersArray() else { return }
    while try cursor.nextElement() {
      guard signal == .metrics || gathering.hasRoom() else {
        try cursor.skipValue()
        continue
      }
      gathering.item.beginRecord()
      try cursor.enterObject()
      switch signal {
      case .logs:
        try logRecord(&cursor, into: &gathering.item)
        gathering.takeLog()
      case .traces:
        try span(&cursor, into: &gathering.item)
        gathering.takeSpan()
      case .metrics: try metric(&cursor, into: &gathering)
      }
    }
  }

  private static let attributes = JSONKeyTable(["attributes"])
  private static let name = JSONKeyTable(["name"])
  private static let log = JSONKeyTable([
    "timeUnixNano", "observedTimeUnixNano", "body", "attributes", "traceId", "spanId", "eventName",
  ])
  private static let span = JSONKeyTable([
    "traceId", "spanId", "name", "startTimeUnixNano", "endTimeUnixNano", "attributes", "status",
  ])
  private static let status = JSONKeyTable(["code"])
  private static let metric = JSONKeyTable([
    "name", "sum", "gauge", "histogram", "exponentialHistogram", "summary",
  ])
  private static let sum = JSONKeyTable(["dataPoints", "aggregationTemporality"])
  private static let point = JSONKeyTable([
    "startTimeUnixNano", "timeUnixNano", "asDouble", "asInt", "attributes",
  ])

  private mutating func logRecord(
    _ cursor: inout JSONCursor, into item: inout TelemetryItem
  ) throws(JSONScanError) {
    while let key = try cursor.nextKey(in: Self.log) {
      switch key {
      case 0: item.time = try cursor.fixed64()
      case 1: item.observedTime = try cursor.fixed64()
      case 2: item.body = try value(&cursor, into: &item, limit: TelemetryItem.maximumBody) ?? item.body
      case 3: try attributes(&cursor, into: &item)
      case 4: item.traceID = try identifier(&cursor, into: &item)
      case 5: item.spanID = try identifier(&cursor, into: &item)
      default: item.name = try text(&cursor, into: &item)
      }
    }
  }

  private mutating func span(
    _ cursor: inout JSONCursor, into item: inout TelemetryItem
  ) throws(JSONScanError) {
    while let key = try cursor.nextKey(in: Self.span) {
      switch key {
      case 0: item.traceID = try identifier(&cursor, into: &item)
      case 1: item.spanID = try identifier(&cursor, into: &item)
      case 2: item.name = try text(&cursor, into: &item)
      case 3: item.startTime = try cursor.fixed64()
      case 4: item.time = try cursor.fixed64()
      case 5: try attributes(&cursor, into: &item)
      default:
        guard try cursor.entersObject() else { continue }
        while try cursor.nextKey(in: Self.status) != nil { item.hasFailed = try cursor.integer() == 2 }
      }
    }
  }

  // MARK: Metrics

  /// Names and the like may stand behind the points they hold for.
  private mutating func metric(
    _ cursor: inout JSONCursor, into gathering: inout Gathering
  ) throws(JSONScanError) {
    var kinds: [(isSum: Bool, at: Int)] = []
    while let key = try cursor.nextKey(in: Self.metric) {
      if key == 0 {
        gathering.item.name = try text(&cursor, into: &gathering.item)
      } else {
        kinds.append((key == 1, cursor.position))
        try cursor.skipValue()
      }
    }
    let end = cursor.position
    for kind in kinds {
      cursor.position = kind.at
      guard try cursor.entersObject() else { continue }
      var points: [Int] = []
      while let key = try cursor.nextKey(in: Self.sum) {
        if key == 1, kind.isSum {
          gathering.item.isDelta = try cursor.integer() == 1
        } else {
          if key == 0 { points.append(cursor.position) }
          try cursor.skipValue()
        }
      }
      for start in points {
        cursor.position = start
        guard try cursor.entersArray() else { continue }
        while try cursor.nextElement() {
          guard gathering.hasRoom() else {
            try cursor.skipValue()
            continue
          }
          guard kind.isSum, gathering.isMeter else {
            try cursor.skipValue()
            gathering.passOver()
            continue
          }
          gathering.item.beginPoint()
          try dataPoint(&cursor, into: &gathering.item)
          gathering.takePoint()
        }
      }
    }
    cursor.position = end
  }

  private mutating func dataPoint(
    _ cursor: inout JSONCursor, into item: inout TelemetryItem
  ) throws(JSONScanError) {
    try cursor.enterObject()
    while let key = try cursor.nextKey(in: Self.point) {
      switch key {
      case 0: item.startTime = try cursor.fixed64()
      case 1: item.time = try cursor.fixed64()
      case 2: item.number = .double(try cursor.double())
      case 3: item.number = .integer(try cursor.int64())
      default: try attributes(&cursor, into: &item)
      }
    }
  }

  // MARK: Values

  private static let keyValue = JSONKeyTable(["key", "value"])
  private static let anyValue = JSONKeyTable([
    "stringValue", "boolValue", "intValue", "doubleValue", "arrayValue", "kvlistValue", "bytesValue",
  ])

  private mutating func attributes(
    _ cursor: inout JSONCursor, into item: inout TelemetryItem
  ) throws(JSONScanError) {
    guard try cursor.entersArray() else { return }
    while try cursor.nextElement() {
      var hasKey = false
      var index: Int?
      var start: Int?
      try cursor.enterObject()
      while let key = try cursor.nextKey(in: Self.keyValue) {
        if key == 0 {
          let name = try cursor.string()
          index = cursor.withUTF8(name, scratch: &scratch) {
            Field.table.index(of: 0..<$0.count, in: UnsafeRawBufferPointer($0))
          }
          hasKey = true
        } else if hasKey, let index {
          if let value = try value(&cursor, into: &item, limit: TelemetryItem.maximumText) {
            item.set(value, at: index)
          }
        } else {
          start = cursor.position
          try cursor.skipValue()
        }
      }
      guard let start, let index, !item.has(index) else { continue }
      let end = cursor.position
      cursor.position = start
      if let value = try value(&cursor, into: &item, limit: TelemetryItem.maximumText) {
        item.set(value, at: index)
      }
      cursor.position = end
    }
  }

  /// Lists and maps are passed over as a whole, however deep they are.
  private mutating func value(
    _ cursor: inout JSONCursor, into item: inout TelemetryItem, limit: Int
  ) throws(JSONScanError) -> TelemetryItem.Value? {
    guard try cursor.entersObject() else { return nil }
    var value: TelemetryItem.Value?
    while let key = try cursor.nextKey(in: Self.anyValue) {
      // What is null is not there.
      if cursor.nextKind() == .null {
        try cursor.skipValue()
        continue
      }
      switch key {
      case 0:
        let string = try cursor.string()
        value = cursor.withUTF8(string, scratch: &scratch) {
          item.keep(UnsafeRawBufferPointer($0), limit: limit)
        }
      case 1:
        guard let isTrue = try cursor.booleanIfPresent() else { continue }
        value = .boolean(isTrue)
      case 2: value = .integer(try cursor.int64())
      case 3: value = .double(try cursor.double())
      default:
        try cursor.skipValue()
        value = .other
      }
    }
    return value
  }

  private mutating func text(
    _ cursor: inout JSONCursor, into item: inout TelemetryItem
  ) throws(JSONScanError) -> TelemetryItem.Value {
    guard let string = try cursor.stringIfPresent() else { return .absent }
    return cursor.withUTF8(string, scratch: &scratch) { item.keep(UnsafeRawBufferPointer($0)) }
  }

  /// Hexadecimal digits, as the bytes that protobuf has.
  private mutating func identifier(
    _ cursor: inout JSONCursor, into item: inout TelemetryItem
  ) throws(JSONScanError) -> TelemetryItem.Value {
    guard let string = try cursor.stringIfPresent(), string.range.count <= 64 else { return .absent }
    let digits = cursor.rawBytes(string)
    guard digits.count.isMultiple(of: 2) else { return .absent }
    var bytes: [UInt8] = []
    for at in stride(from: 0, to: digits.count, by: 2) {
      guard let high = Self.digit(digits[at]), let low = Self.digit(digits[at + 1]) else { return .absent }
      bytes.append(high << 4 | low)
    }
    return item.keep(bytes)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
