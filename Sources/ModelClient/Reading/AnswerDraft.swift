import Effects
import Foundation

/// An answer under way: what a format's reader found so far. Becomes a ``ModelAnswer`` only when it is whole.
struct AnswerDraft {
  enum Piece {
    case text(String, original: JSON?)
    case call(id: String, tool: String, arguments: String, original: JSON?)
    case opaque(JSON)
    case refusal(String)
  }

  var pieces: [Piece] = []
  /// `nil` until the provider has said why it stopped: the answer is not whole before.
  var stop: ModelAnswer.StopReason?
  /// The provider's word for a failure inside the stream, and its sentence.
  var failure: Failure?

  struct Failure: Hashable {
    var type: String
    var message: String
  }

  /// - Parameter tools: Those that there are.
  func answer(
    _ format: WireFormat, tools: [ToolDeclaration], bounds: ModelEndpoint.Bounds
  ) -> (blocks: [ModelAnswer.Block], stop: ModelAnswer.StopReason)? {
    guard let stop else { return nil }
    let isWhole =
      switch stop {
      case .finished, .calls: true
      case .outputLimit, .windowExceeded, .refused, .paused, .other: false
      }
    let known = tools.map(\.name)
    var taken: Set<String> = []
    var count = 0
    var blocks: [ModelAnswer.Block] = []
    for piece in pieces {
      switch piece {
      case .text(let text, let original): blocks.append(.text(text, original: original))
      case .opaque(let json): blocks.append(.opaque(json))
      case .refusal(let words): blocks.append(.refusal(words))
      case .call(let id, let tool, let text, let original):
        count += 1
        var call = RequestedCall(id: id, tool: tool, arguments: [:], text: text, original: original)
        let parsed = Self.arguments(text)
        if let parsed { call.arguments = parsed }
        if !isWhole {
          call.problem = .unfinishedAnswer
        } else if count > bounds.calls {
          call.problem = .tooManyCalls(limit: bounds.calls)
        } else if taken.contains(id) {
          call.problem = .duplicateID
        } else if text.utf8.count > bounds.argumentBytes {
          call.problem = .argumentsTooLong(limitBytes: bounds.argumentBytes)
        } else if parsed == nil {
          call.problem = .malformedArguments
        } else if !known.contains(tool) {
          call.problem = .unknownTool(known: known)
        }
        switch call.problem {
        case .argumentsTooLong: (call.text, call.arguments, call.original) = ("", [:], nil)
        case .some: call.arguments = parsed ?? [:]
        case nil: break
        }
        // An id that is missing or cannot be sent back is no duplicate; it gets one of ours.
        if CallName.isWellFormed(id) { taken.insert(id) }
        call.id =
          CallName.isWellFormed(id) && call.problem != .duplicateID
          ? id : CallName.unique(id, among: taken)
        taken.insert(call.id)
        blocks.append(.call(call))
      }
    }
    return (blocks, stop)
  }

  /// Of how many bytes the model's own writing is so far: for an estimate.
  var writtenBytes: Int {
    pieces.reduce(0) { sum, piece in
      switch piece {
      case .text(let text, _), .refusal(let text): sum + text.utf8.count
      case .call(_, let tool, let arguments, _): sum + tool.utf8.count + arguments.utf8.count
      case .opaque(let json): sum + json.leaves().reduce(0) { $0 + ($1.value.string?.utf8.count ?? 0) }
      }
    }
  }

  /// A JSON object, or nothing at all, which is how models call a tool without arguments.
  private static func arguments(_ text: String) -> JSON? {
    if text.utf8.allSatisfy({ $0 <= 0x20 }) { return [:] }
    guard let json = try? JSON(bytes: Data(text.utf8)), case .object = json else { return nil }
    return json
  }
}
