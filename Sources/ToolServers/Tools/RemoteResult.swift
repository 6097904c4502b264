import Effects
import Foundation

/// What a server answered to a call, as an agent is told of it: texts of the server's under its origin, and of everything
/// else a note of what it is.
struct RemoteResult {
  let told: ToolResult

  init(
    _ answer: RPCAnswer, of declaration: ToolDeclaration, at server: String, limits: ToolServerLimits
  ) throws(ToolFailure) {
    let origin: Origin =
      switch declaration.answers {
      case .system(let name): .system(name)
      case .untrusted: .untrusted("tool server \(server)")
      }
    var writer = Writer(origin: origin, room: limits.result)
    switch answer {
    case .failure(let failure) where failure.isRefusal:
      throw .refused("The tool server \(server) refused the call (error \(failure.code)); nothing was done.")
    case .failure(let failure):
      writer.note(
        "The tool server \(server) answered with error \(failure.code); how far it got is not known. It says:"
      )
      writer.text(failure.message)
    case .result(let result):
      if let kind = result["resultType"]?.string, kind != "complete" {
        throw Self.incomplete(result, kind: kind, server)
      }
      if result["isError"] == true { writer.note("The tool says that it failed:") }
      writer.content(result)
    }
    told = ToolResult(writer.passages)
  }

  /// `input_required` and whatever may come after it (MCP 2026-07-28, Multi Round-Trip Requests): nobody is asked in an
  /// agent's place, and the server's state is not sent back.
  private static func incomplete(_ result: JSON, kind: String, _ server: String) -> ToolFailure {
    guard kind == "input_required" else {
      return .uncertain("The tool server \(server) answered with something other than a result.")
    }
    var asked: Set<String> = []
    if case .object(let requests)? = result["inputRequests"] {
      for request in requests.values {
        switch request["method"]?.string {
        case "elicitation/create": asked.insert("an answer from a person")
        case "sampling/createMessage": asked.insert("an answer from a model")
        case "roots/list": asked.insert("the folders that there are")
        default: asked.insert("something else")
        }
      }
    }
    let what = asked.isEmpty ? "more" : asked.sorted().joined(separator: " and ")
    return .refused(
      "The tool server \(server) wants \(what) before it goes on, and agents give their tool servers nothing beyond the arguments. Call it with arguments that leave nothing to ask."
    )
  }

  private struct Writer {
    let origin: Origin
    var room: Int
    var passages: [Passage] = []

    mutating func note(_ text: String) { passages.append(Passage(text, from: .system("tools"))) }

    mutating func text(_ text: String) {
      guard !text.isEmpty else { return }
      guard room > 0 else { return }
      let (shown, isCut) = ForeignText.cut(text, to: room)
      room -= shown.utf8.count
      if !shown.isEmpty { passages.append(Passage(shown, from: origin)) }
      if isCut {
        room = 0
        note("What it gave is cut here.")
      }
    }

    mutating func content(_ result: JSON) {
      var texts: [String] = []
      if case .array(let blocks)? = result["content"] {
        for block in blocks.prefix(mostBlocks) {
          if let text = block["text"]?.string, block["type"] == "text" {
            texts.append(text)
            self.text(text)
          } else {
            note(Self.described(block))
          }
        }
        if blocks.count > mostBlocks {
          note("It gave \(blocks.count - mostBlocks) parts more, which are left out.")
        }
      }
      // Servers say the same again as text, for clients that do not know structured content.
      if let document = result["structuredContent"], document != .null,
        !texts.contains(where: { Self.says($0, document) })
      {
        text(document.canonical)
      }
      if passages.isEmpty { note("It gave nothing back.") }
    }

    private let mostBlocks = 100

    init(origin: Origin, room: Int) {
      self.origin = origin
      self.room = room
    }

    private static func says(_ text: String, _ document: JSON) -> Bool {
      text.utf8.count <= 1 << 20
        && (try? JSONReader.value(Array(text.utf8), limits: ToolServerLimits())) == document
    }

    /// Type and size, in words of ours.
    private static func described(_ block: JSON) -> String {
      switch block["type"]?.string {
      case "image": "It gave an image\(kind(block)) of \(size(block["data"])), which is not shown."
      case "audio": "It gave a recording\(kind(block)) of \(size(block["data"])), which is not shown."
      case "resource_link": "It gave a link to a resource\(kind(block)), which is not followed."
      case "resource":
        if let text = block["resource"]?["text"]?.string {
          "It gave a resource\(kind(block["resource"] ?? .null)) of \(text.utf8.count) bytes, which is not shown."
        } else {
          "It gave a resource\(kind(block["resource"] ?? .null)) of \(size(block["resource"]?["blob"])), which is not shown."
        }
      default: "It gave something that is neither text nor anything else known, which is not shown."
      }
    }

    private static func size(_ data: JSON?) -> String {
      guard let base64 = data?.string?.utf8.count else { return "no size given" }
      return "about \(base64 / 4 * 3) bytes"
    }

    /// A media type, where it is one: the server's words are not ours.
    private static func kind(_ block: JSON) -> String {
      guard let type = block["mimeType"]?.string, type.utf8.count <= 64,
        type.wholeMatch(of: /[a-z]+\/[a-zA-Z0-9.+\-]+/) != nil
      else { return "" }
      return " (\(type))"
    }
  }
}
