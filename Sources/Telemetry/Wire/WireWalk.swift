/// Walks over a request in protobuf and gives each of its records to `gathering`.
///
/// Requests of all three signals are nested alike and number their fields alike: resources (1) with a resource (1) and
/// scopes (2), each of which has a scope (1) and records (2).
enum WireWalk {
  static func walk(
    _ signal: OTLPSignal, _ bytes: Span<UInt8>, into gathering: inout Gathering
  ) throws(WireError) {
    var cursor = WireCursor(bytes)
    while let field = try cursor.nextField() {
      guard field.isMessage(1) else {
        try cursor.skip(field.kind)
        continue
      }
      let range = try cursor.range()
      let inner = cursor.entering(range)
      try resource(inner, signal, into: &gathering)
    }
  }

  /// What is said of the resource holds for all its records, wherever among them it stands.
  private static func resource(
    _ whole: borrowing WireCursor, _ signal: OTLPSignal, into gathering: inout Gathering
  ) throws(WireError) {
    gathering.item.beginResource()
    var cursor = copy whole
    while let field = try cursor.nextField() {
      guard field.isMessage(1) else {
        try cursor.skip(field.kind)
        continue
      }
      let range = try cursor.range()
      var inner = cursor.entering(range)
      while let field = try inner.nextField() {
        if field.isMessage(1) {
          try attribute(&inner, into: &gathering.item)
        } else {
          try inner.skip(field.kind)
        }
      }
    }
    gathering.item.endResource()
    cursor = copy whole
    while let field = try cursor.nextField() {
      guard field.isMessage(2) else {
        try cursor.skip(field.kind)
        continue
      }
      let range = try cursor.range()
      let inner = cursor.entering(range)
      try scope(inner, signal, into: &gathering)
    }
  }

  private static func scope(
    _ whole: borrowing WireCursor, _ signal: OTLPSignal, into gathering: inout Gathering
  ) throws(WireError) {
    gathering.item.beginScope()
    var cursor = copy whole
    while let field = try cursor.nextField() {
      guard field.isMessage(1) else {
        try cursor.skip(field.kind)
        continue
      }
      let range = try cursor.range()
      var inner = cursor.entering(range)
      while let field = try inner.nextField() {
        if field.isMessage(1) {
          gathering.item.scope = try text(&inner, into: &gathering.item)
        } else {
          try inner.skip(field.kind)
        }
      }
    }
    gathering.item.endScope()
    cursor = copy whole
    while let field = try cursor.nextField() {
      guard field.isMessage(2) else {
        try cursor.skip(field.kind)
        continue
      }
      let range = try cursor.range()
      var inner = cursor.entering(range)
      guard signal == .metrics || gathering.hasRoom() else { continue }
      gathering.item.beginRecord()
      switch signal {
      case .logs:
        try logRecord(&inner, into: &gathering.item)
        gathering.takeLog()
      case .traces:
        try span(&inner, into: &gathering.item)
        gathering.takeSpan()
      case .metrics: try metric(inner, into: &gathering)
      }
    }
  }

  private static func logRecord(
    _ cursor: inout WireCursor, into item: inout TelemetryItem
  ) throws(WireError) {
    while let field = try cursor.nextField() {
      switch (field.number, field.kind) {
      case (6, .bytes): try attribute(&cursor, into: &item)
      case (1, .fixed64): item.time = try cursor.fixed64()
      case (11, .fixed64): item.observedTime = try cursor.fixed64()
      case (5, .bytes):
        item.body = try value(&cursor, into: &item, limit: TelemetryItem.maximumBody) ?? item.body
      case (9, .bytes): item.traceID = try text(&cursor, into: &item)
      case (10, .bytes): item.spanID = try text(&cursor, into: &item)
      case (12, .bytes): item.name = try text(&cursor, into: &item)
      default: try cursor.skip(field.kind)
      }
    }
  }

  private static func span(
    _ cursor: inout WireCursor, into item: inout TelemetryItem
  ) throws(WireError) {
    while let field = try cursor.nextField() {
      switch (field.number, field.kind) {
      case (9, .bytes): try attribute(&cursor, into: &item)
      case (1, .bytes): item.traceID = try text(&cursor, into: &item)
      case (2, .bytes): item.spanID = try text(&cursor, into: &item)
      case (5, .bytes): item.name = try text(&cursor, into: &item)
      case (7, .fixed64): item.startTime = try cursor.fixed64()
      case (8, .fixed64): item.time = try cursor.fixed64()
      case (15, .bytes):
        let range = try cursor.range()
        var inner = cursor.entering(range)
        while let field = try inner.nextField() {
          if field.number == 3, field.kind == .varint {
            item.hasFailed = try inner.varint() == 2
          } else {
            try inner.skip(field.kind)
          }
        }
      default: try cursor.skip(field.kind)
      }
    }
  }

  // MARK: Metrics

  /// Only sums are looked at. What holds for all points of one comes before or behind them.
  private static func metric(
    _ whole: borrowing WireCursor, into gathering: inout Gathering
  ) throws(WireError) {
    var cursor = copy whole
    while let field = try cursor.nextField() {
      switch (field.number, field.kind) {
      case (1, .bytes): gathering.item.name = try text(&cursor, into: &gathering.item)
      case (7, .bytes):
        let range = try cursor.range()
        var inner = cursor.entering(range)
        while let field = try inner.nextField() {
          if field.number == 2, field.kind == .varint {
            gathering.item.isDelta = try inner.varint() == 1
          } else {
            try inner.skip(field.kind)
          }
        }
      default: try cursor.skip(field.kind)
      }
    }
    cursor = copy whole
    while let field = try cursor.nextField() {
      switch (field.number, field.kind) {
      case (5, .bytes), (7, .bytes), (9, .bytes), (10, .bytes), (11, .bytes):
        let range = try cursor.range()
        var inner = cursor.entering(range)
        while let point = try inner.nextField() {
          guard point.isMessage(1) else {
            try inner.skip(point.kind)
            continue
          }
          let range = try inner.range()
          guard gathering.hasRoom() else { continue }
          guard field.number == 7, gathering.isMeter else {
            gathering.passOver()
            continue
          }
          var data = inner.entering(range)
          gathering.item.beginPoint()
          try dataPoint(&data, into: &gathering.item)
          gathering.takePoint()
        }
      default: try cursor.skip(field.kind)
      }
    }
  }

  private static func dataPoint(
    _ cursor: inout WireCursor, into item: inout TelemetryItem
  ) throws(WireError) {
    while let field = try cursor.nextField() {
      switch (field.number, field.kind) {
      case (7, .bytes): try attribute(&cursor, into: &item)
      case (2, .fixed64): item.startTime = try cursor.fixed64()
      case (3, .fixed64): item.time = try cursor.fixed64()
      case (4, .fixed64): item.number = .double(Double(bitPattern: try cursor.fixed64()))
      case (6, .fixed64): item.number = .integer(Int64(bitPattern: try cursor.fixed64()))
      default: try cursor.skip(field.kind)
      }
    }
  }

  // MARK: Values

  /// A `KeyValue`, the value of which is looked at if its key is known.
  @inline(__always)
  private static func attribute(
    _ cursor: inout WireCursor, into item: inout TelemetryItem
  ) throws(WireError) {
    let range = try cursor.range()
    var inner = cursor.entering(range)
    var index: Int?
    var last: Range<Int>?
    while let field = try inner.nextField() {
      switch (field.number, field.kind) {
      case (1, .bytes):
        let key = try inner.range()
        index = inner.index(of: key, in: Field.table)
      case (2, .bytes): last = try inner.range()
      default: try inner.skip(field.kind)
      }
    }
    guard let index, let last else { return }
    var content = inner.entering(last)
    if let value = try anyValue(&content, into: &item, limit: TelemetryItem.maximumText) {
      item.set(value, at: index)
    }
  }

  private static func text(
    _ cursor: inout WireCursor, into item: inout TelemetryItem
  ) throws(WireError) -> TelemetryItem.Value {
    let range = try cursor.range()
    return cursor.withBytes(range) { item.keep($0) }
  }

  private static func value(
    _ cursor: inout WireCursor, into item: inout TelemetryItem, limit: Int
  ) throws(WireError) -> TelemetryItem.Value? {
    let range = try cursor.range()
    var inner = cursor.entering(range)
    return try anyValue(&inner, into: &item, limit: limit)
  }

  /// The value that the cursor is in; lists and maps are passed over as a whole, however deep they are.
  private static func anyValue(
    _ cursor: inout WireCursor, into item: inout TelemetryItem, limit: Int
  ) throws(WireError) -> TelemetryItem.Value? {
    var value: TelemetryItem.Value?
    while let field = try cursor.nextField() {
      switch (field.number, field.kind) {
      case (1, .bytes):
        let range = try cursor.range()
        value = cursor.withBytes(range) { item.keep($0, limit: limit) }
      case (2, .varint): value = .boolean(try cursor.varint() != 0)
      case (3, .varint): value = .integer(Int64(bitPattern: try cursor.varint()))
      case (4, .fixed64): value = .double(Double(bitPattern: try cursor.fixed64()))
      case (5, .bytes), (6, .bytes), (7, .bytes):
        _ = try cursor.range()
        value = .other
      default: try cursor.skip(field.kind)
      }
    }
    return value
  }
}
