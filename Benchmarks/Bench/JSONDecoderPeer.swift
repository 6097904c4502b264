import Foundation

/// What a straightforward program would do.
enum JSONDecoderPeer {
  private struct Envelope: Decodable {
    struct Message: Decodable {
      struct Usage: Decodable {
        var input_tokens: Int64?
        var output_tokens: Int64?
        var cache_read_input_tokens: Int64?
        var cache_creation_input_tokens: Int64?
      }
      var id: String?
      var model: String?
      var usage: Usage?
    }
    var type: String?
    var message: Message?
  }

  /// Any JSON value, kept whole: what is needed to take more than usage from a line.
  private enum Value: Decodable {
    case null
    case boolean(Bool)
    case number(Double)
    case string(String)
    case array([Value])
    case object([String: Value])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let value = try? container.decode([String: Value].self) {
        self = .object(value)
      } else if let value = try? container.decode([Value].self) {
        self = .array(value)
      } else if let value = try? container.decode(String.self) {
        self = .string(value)
      } else if let value = try? container.decode(Double.self) {
        self = .number(value)
      } else if let value = try? container.decode(Bool.self) {
        self = .boolean(value)
      } else {
        self = .null
      }
    }

    subscript(key: String) -> Value? {
      if case .object(let fields) = self { fields[key] } else { nil }
    }
    var string: String? {
      if case .string(let value) = self { value } else { nil }
    }
  }

  /// - Returns: The calls.
  static func envelopes(_ file: HistoryFile) -> Int {
    let decoder = JSONDecoder()
    var ids: Set<String> = []
    file.forEachLine { range in
      guard let line = try? decoder.decode(Envelope.self, from: Data(file.bytes[range])),
        line.type == "assistant", line.message?.usage != nil, let id = line.message?.id
      else { return }
      ids.insert(id)
    }
    return ids.count
  }

  /// - Returns: The calls.
  static func wholeLines(_ file: HistoryFile) -> Int {
    let decoder = JSONDecoder()
    var ids: Set<String> = []
    file.forEachLine { range in
      guard let line = try? decoder.decode(Value.self, from: Data(file.bytes[range])),
        line["type"]?.string == "assistant", let message = line["message"], message["usage"] != nil,
        let id = message["id"]?.string
      else { return }
      ids.insert(id)
    }
    return ids.count
  }
}
