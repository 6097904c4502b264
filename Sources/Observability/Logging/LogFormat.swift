import Foundation
import Logging

/// How a log record becomes one line.
package enum LogFormat: Sendable, Hashable {
  /// For people at a terminal.
  case human
  /// One JSON object a line, for machines.
  case json

  /// People read terminals; anything else is read by machines.
  package static func suited(to sink: LogSink) -> LogFormat { sink.isTerminal ? .human : .json }
}

/// One log record, with everything that is said of it.
struct LogRecord {
  /// Bytes of a message or of one value; the rest is cut.
  static let textBytes = 8_192
  /// Levels of dictionaries and arrays in metadata; what lies deeper is cut.
  static let depth = 6
  /// Values of one dictionary or array.
  static let values = 128

  var nanosecondsSinceEpoch: UInt64
  var level: Logger.Level
  var label: String
  var message: String
  var metadata: Logger.Metadata
  var trace: TraceContext?

  private static let redaction = Redaction()

  /// The line, with its end.
  func line(_ format: LogFormat) -> [UInt8] {
    switch format {
    case .json: jsonLine()
    case .human: humanLine()
    }
  }

  private func jsonLine() -> [UInt8] {
    var json = JSONText()
    json.reserve(256)
    json.raw(#"{"timestamp":"#)
    json.string(CivilTime.rfc3339(nanosecondsSinceEpoch: nanosecondsSinceEpoch))
    json.raw(#","level":"#)
    json.string(level.rawValue)
    json.raw(#","label":"#)
    json.string(label)
    json.raw(#","message":"#)
    json.string(Self.clean(message))
    if let trace {
      // These names are OpenTelemetry's for log formats other than its own.
      json.raw(#","trace_id":"#)
      json.string(trace.traceID.description)
      json.raw(#","span_id":"#)
      json.string(trace.spanID.description)
    }
    if !metadata.isEmpty {
      json.raw(#","metadata":"#)
      Self.append(.dictionary(metadata), key: "", depth: 0, to: &json)
    }
    json.raw("}\n")
    return json.bytes
  }

  private static func append(_ value: Logger.MetadataValue, key: String, depth: Int, to json: inout JSONText)
  {
    if depth > Self.depth {
      json.string("…")
      return
    }
    switch value {
    case .dictionary(let pairs):
      json.raw("{")
      for (index, (name, value)) in pairs.sorted(by: { $0.key < $1.key }).prefix(values).enumerated() {
        if index > 0 { json.raw(",") }
        json.string(clean(name))
        json.raw(":")
        // What stands under a secret name is secret however deep.
        append(value, key: Redaction.isSecret(name: key) ? key : name, depth: depth + 1, to: &json)
      }
      json.raw("}")
    case .array(let items):
      json.raw("[")
      for (index, item) in items.prefix(values).enumerated() {
        if index > 0 { json.raw(",") }
        append(item, key: key, depth: depth + 1, to: &json)
      }
      json.raw("]")
    case .string(let text): json.string(clean(text, key: key))
    case .stringConvertible(let value): json.string(clean(value.description, key: key))
    }
  }

  private static func clean(_ text: String, key: String? = nil) -> String {
    let cut = BoundedText.cut(text, toBytes: textBytes)
    guard let key else { return redaction.text(cut) }
    return redaction.value(cut, ofKey: key)
  }

  private func humanLine() -> [UInt8] {
    var text = CivilTime.rfc3339(nanosecondsSinceEpoch: nanosecondsSinceEpoch)
    text += " \(level.rawValue) "
    text += Self.visible(label)
    text += ": "
    text += Self.visible(Self.clean(message))
    for (name, value) in metadata.sorted(by: { $0.key < $1.key }).prefix(Self.values) {
      text += "  \(Self.word(Self.clean(name)))=\(Self.human(value, key: name, depth: 0))"
    }
    if let trace { text += "  trace_id=\(trace.traceID)" }
    return Array(text.utf8) + [UInt8(ascii: "\n")]
  }

  private static func human(_ value: Logger.MetadataValue, key: String, depth: Int) -> String {
    switch value {
    case .string(let text): return word(clean(text, key: key))
    case .stringConvertible(let value): return word(clean(value.description, key: key))
    case .dictionary, .array:
      var json = JSONText()
      append(value, key: key, depth: depth, to: &json)
      return String(decoding: json.bytes, as: UTF8.self)
    }
  }

  /// As it is if it is one plain word; else in quotation marks, so that no value can pass for another field.
  private static func word(_ text: String) -> String {
    let isPlain =
      !text.isEmpty
      && text.unicodeScalars.allSatisfy { scalar in
        !scalar.isTreacherous && !scalar.properties.isWhitespace && scalar != "\"" && scalar != "="
          && scalar != "\\"
      }
    if isPlain { return text }
    var json = JSONText()
    json.string(text)
    return String(decoding: json.bytes, as: UTF8.self)
  }

  /// With what could end the line or drive the terminal written out.
  private static func visible(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: \.isTreacherous) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.isTreacherous: result += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
