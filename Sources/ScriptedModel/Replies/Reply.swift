import Effects
import Ledger

/// What the model says to one prompt, before it is put into a format.
struct Reply {
  struct Call {
    var id: String
    var tool: String
    /// As they are sent, whether or not they are JSON.
    var arguments: String
  }

  var id: String
  var model: String
  var text: String?
  var reasoning: String?
  var calls: [Call]
  var stop: Script.Stop?
  var usage: TokenCounts
  var statesUsage = true

  var outputBytes: Int {
    (text?.utf8.count ?? 0) + (reasoning?.utf8.count ?? 0)
      + calls.reduce(0) { $0 + $1.tool.utf8.count + $1.arguments.utf8.count }
  }

  /// A text in the pieces that a stream sends it in.
  static func pieces(of text: String, length: Int = 24) -> [String] {
    var pieces: [String] = []
    var rest = text[...]
    while !rest.isEmpty {
      pieces.append(String(rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
    return pieces
  }
}

/// One server-sent event.
struct WireEvent {
  var name: String?
  var data: String

  init(_ name: String? = nil, _ data: JSON) {
    self.name = name
    self.data = data.canonical
  }

  init(data: String) { self.data = data }

  var text: String { (name.map { "event: \($0)\n" } ?? "") + "data: \(data)\n\n" }
}

extension JSON {
  static func count(_ number: Int64?) -> JSON { .integer(number ?? 0) }
}
