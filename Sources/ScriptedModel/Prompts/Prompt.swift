import Effects

/// What a request shows the model, in whichever format it came.
struct Prompt {
  enum Format: String { case messages, chatCompletions, responses }

  enum Item {
    case user(String)
    case answer
    /// - Parameter tool: Of the call that it is the result of.
    case result(tool: String, text: String)
  }

  /// A part of the prompt as a cache of prompts sees it.
  struct Segment {
    var text: String
    /// Where the request asks for what is before to be kept, and for how long.
    var mark: Mark?
    enum Mark { case fiveMinutes, oneHour }
  }

  let format: Format
  var model = ""
  var isStream = false
  /// Chat Completions states usage in a stream only if asked.
  var wantsUsage = true
  var system = ""
  var items: [Item] = []
  var segments: [Segment] = []

  init(_ format: Format) { self.format = format }

  /// A request that a provider would not take, with what it would say.
  struct Refused: Error {
    var message: String
    init(_ message: String) { self.message = message }
  }

  var turn: Int {
    items.reduce(1) { count, item in if case .answer = item { count + 1 } else { count } }
  }

  /// What came after the model's last answer.
  var news: [Item] {
    let last = items.lastIndex { if case .answer = $0 { true } else { false } }
    return Array(items[(last.map { $0 + 1 } ?? 0)...])
  }

  static func text(of item: Item) -> String {
    switch item {
    case .user(let text), .result(_, let text): text
    case .answer: ""
    }
  }

  /// For the holes of a ``Template``.
  func source(_ name: String) -> String? {
    switch name {
    case "said":
      return items.compactMap { if case .user(let text) = $0 { text } else { nil } }.joined(separator: "\n")
    case "last":
      return items.last.map { Self.withoutFences(Self.text(of: $0)) }
    default:
      let results = items.compactMap { item in
        if case .result(name, let text) = item { text } else { nil }
      }
      return results.last.map(Self.withoutFences)
    }
  }

  /// Without the marks around what others wrote, whose digits are nothing to look for.
  private static func withoutFences(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.hasPrefix("<untrusted-") && !$0.hasPrefix("</untrusted-") }
      .joined(separator: "\n")
  }
}

extension JSON {
  var elements: [JSON] { if case .array(let elements) = self { elements } else { [] } }

  /// A text, or the texts of an array of blocks.
  var plainText: String {
    if let text = string { return text }
    return elements.compactMap { $0["text"]?.string }.joined(separator: "\n")
  }

  func without(_ name: String) -> JSON {
    guard case .object(var members) = self else { return self }
    members[name] = nil
    return .object(members)
  }
}
