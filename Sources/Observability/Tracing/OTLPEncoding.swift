import Tracing

/// Spans as the JSON form of OTLP's ExportTraceServiceRequest: lowerCamelCase, ids in hexadecimal, 64-bit numbers as
/// strings, enumerations as numbers. Source: opentelemetry-proto, docs/specification.md and trace.proto.
struct OTLPEncoding {
  /// Bytes of one text value; the rest is cut.
  static let valueBytes = 4_096
  private static let arrayValues = 128

  private let redaction = Redaction()
  private var json = JSONText()

  static func request(_ spans: [FinishedSpan], resource: [String: String]) -> [UInt8] {
    var encoding = OTLPEncoding()
    encoding.json.reserve(spans.count * 600)
    encoding.json.raw(#"{"resourceSpans":[{"resource":{"attributes":["#)
    for (index, (key, value)) in resource.sorted(by: { $0.key < $1.key }).enumerated() {
      if index > 0 { encoding.json.raw(",") }
      encoding.attribute(key, .string(value))
    }
    encoding.json.raw(#"]},"scopeSpans":[{"scope":{"name":"assay"},"spans":["#)
    for (index, span) in spans.enumerated() {
      if index > 0 { encoding.json.raw(",") }
      encoding.span(span)
    }
    encoding.json.raw("]}]}]}")
    return encoding.json.bytes
  }

  private mutating func span(_ span: FinishedSpan) {
    json.raw("{")
    identity(span.context)
    if let parent = span.parent {
      json.raw(#","parentSpanId":"#)
      json.string(parent.spanID.description)
    }
    // Bits 8 and 9: whether the parent is known to be remote, and whether it is.
    json.raw(#","flags":"#)
    json.number(UInt32(span.context.flags.rawValue) | 0x100 | (span.parent?.isRemote == true ? 0x200 : 0))
    json.raw(#","name":"#)
    text(span.data.name)
    json.raw(#","kind":"#)
    json.number(Self.number(span.kind))
    json.raw(#","startTimeUnixNano":""#)
    json.number(span.start)
    json.raw(#"","endTimeUnixNano":""#)
    json.number(span.end)
    json.raw("\"")
    attributes(span.data.attributes)
    if !span.data.events.isEmpty { events(span.data.events) }
    if span.data.droppedEvents > 0 {
      json.raw(#","droppedEventsCount":"#)
      json.number(span.data.droppedEvents)
    }
    if !span.data.links.isEmpty { links(span.data.links) }
    if span.data.droppedLinks > 0 {
      json.raw(#","droppedLinksCount":"#)
      json.number(span.data.droppedLinks)
    }
    if let status = span.data.status {
      json.raw(#","status":{"code":"#)
      json.number(status.code == .ok ? 1 : 2)
      if let message = status.message, status.code == .error {
        json.raw(#","message":"#)
        text(message)
      }
      json.raw("}")
    }
    json.raw("}")
  }

  private mutating func identity(_ context: TraceContext) {
    json.raw(#""traceId":"#)
    json.string(context.traceID.description)
    json.raw(#","spanId":"#)
    json.string(context.spanID.description)
    if !context.state.text.isEmpty {
      json.raw(#","traceState":"#)
      json.string(context.state.text)
    }
  }

  private mutating func events(_ events: [SpanEvent]) {
    json.raw(#","events":["#)
    for (index, event) in events.enumerated() {
      if index > 0 { json.raw(",") }
      json.raw(#"{"timeUnixNano":""#)
      json.number(event.nanosecondsSinceEpoch)
      json.raw(#"","name":"#)
      text(event.name)
      attributes(event.attributes)
      json.raw("}")
    }
    json.raw("]")
  }

  private mutating func links(_ links: [SpanLink]) {
    json.raw(#","links":["#)
    var isFirst = true
    for link in links {
      guard let context = link.context.traceContext else { continue }
      if !isFirst { json.raw(",") }
      isFirst = false
      json.raw("{")
      identity(context)
      json.raw(#","flags":"#)
      json.number(UInt32(context.flags.rawValue) | 0x100 | (context.isRemote ? 0x200 : 0))
      attributes(link.attributes)
      json.raw("}")
    }
    json.raw("]")
  }

  private mutating func attributes(_ attributes: SpanAttributes) {
    guard !attributes.isEmpty else { return }
    var all: [(key: String, value: SpanAttribute)] = []
    attributes.forEach { all.append(($0, $1)) }
    all.sort { $0.key < $1.key }
    json.raw(#","attributes":["#)
    for (index, (key, value)) in all.prefix(SpanData.most).enumerated() {
      if index > 0 { json.raw(",") }
      attribute(key, value)
    }
    json.raw("]")
    if all.count > SpanData.most {
      json.raw(#","droppedAttributesCount":"#)
      json.number(all.count - SpanData.most)
    }
  }

  private mutating func attribute(_ key: String, _ value: SpanAttribute) {
    json.raw(#"{"key":"#)
    json.string(key)
    json.raw(#","value":"#)
    switch value {
    case .int32(let number): integer(Int64(number))
    case .int64(let number): integer(number)
    case .int32Array(let numbers): array(numbers) { $0.integer(Int64($1)) }
    case .int64Array(let numbers): array(numbers) { $0.integer($1) }
    case .double(let number): double(number)
    case .doubleArray(let numbers): array(numbers) { $0.double($1) }
    case .bool(let flag): bool(flag)
    case .boolArray(let flags): array(flags) { $0.bool($1) }
    case .string(let string): textValue(string, key: key)
    case .stringArray(let strings): array(strings) { $0.textValue($1, key: key) }
    case .stringConvertible(let value): textValue(value.description, key: key)
    case .stringConvertibleArray(let values): array(values) { $0.textValue($1.description, key: key) }
    default: json.raw("{}")
    }
    json.raw("}")
  }

  private mutating func array<Element>(_ values: [Element], _ write: (inout OTLPEncoding, Element) -> Void) {
    json.raw(#"{"arrayValue":{"values":["#)
    for (index, value) in values.prefix(Self.arrayValues).enumerated() {
      if index > 0 { json.raw(",") }
      write(&self, value)
    }
    json.raw("]}}")
  }

  private mutating func integer(_ value: Int64) {
    json.raw(#"{"intValue":""#)
    json.number(value)
    json.raw("\"}")
  }

  private mutating func double(_ value: Double) {
    json.raw(#"{"doubleValue":"#)
    // JSON has no numbers for these; protobuf's JSON form has words.
    if value.isNaN {
      json.raw(#""NaN""#)
    } else if value.isInfinite {
      if value > 0 { json.raw(#""Infinity""#) } else { json.raw(#""-Infinity""#) }
    } else {
      json.decimal(value)
    }
    json.raw("}")
  }

  private mutating func bool(_ value: Bool) {
    if value { json.raw(#"{"boolValue":true}"#) } else { json.raw(#"{"boolValue":false}"#) }
  }

  private mutating func textValue(_ value: String, key: String) {
    json.raw(#"{"stringValue":"#)
    json.string(redaction.value(BoundedText.cut(value, toBytes: Self.valueBytes), ofKey: key))
    json.raw("}")
  }

  private mutating func text(_ value: String) {
    json.string(redaction.text(BoundedText.cut(value, toBytes: Self.valueBytes)))
  }

  private static func number(_ kind: SpanKind) -> Int {
    switch kind {
    case .internal: 1
    case .server: 2
    case .client: 3
    case .producer: 4
    case .consumer: 5
    }
  }
}
