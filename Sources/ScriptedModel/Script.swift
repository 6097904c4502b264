import Effects
import Foundation

/// What a scripted model says to whom. The first rule whose conditions all hold gives the answer; where none does, the
/// model says ``otherwise`` and asks for nothing.
package struct Script: Hashable, Sendable, Codable {
  package var rules: [Rule]
  package var otherwise = "There is nothing for me to do."

  package init(rules: [Rule], otherwise: String? = nil) {
    self.rules = rules
    if let otherwise { self.otherwise = otherwise }
  }

  /// - Parameter text: YAML, and so JSON too, of at most ``longest`` bytes.
  package init(text: String) throws(ScriptError) {
    guard text.utf8.count <= Self.longest else {
      throw ScriptError("it is longer than \(Self.longest) bytes")
    }
    let json = try YAMLText.json(text)
    do {
      self = try JSONDecoder().decode(Script.self, from: Data(json.canonical.utf8))
    } catch {
      throw ScriptError(Self.reason(error))
    }
    for (index, rule) in rules.enumerated() {
      for template in rule.templates {
        do { _ = try Template(template) } catch { throw ScriptError("rule \(index + 1): \(error.reason)") }
      }
    }
  }

  package static let longest = 1 << 20

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    rules = try container.decode([Rule].self, forKey: .rules)
    otherwise = try container.decodeIfPresent(String.self, forKey: .otherwise) ?? otherwise
  }

  package struct Rule: Hashable, Sendable, Codable {
    package var when = Condition()
    /// Everything the model says may hold `{{…}}`; see ``Template``.
    package var text: String?
    /// Said before the text, in the blocks that each format has for reasoning.
    package var reasoning: String?
    package var calls: [Call] = []
    package var stop: Stop?
    package var fault: Fault?

    package init(
      when: Condition = Condition(), text: String? = nil, reasoning: String? = nil, calls: [Call] = [],
      stop: Stop? = nil, fault: Fault? = nil
    ) {
      self.when = when
      self.text = text
      self.reasoning = reasoning
      self.calls = calls
      self.stop = stop
      self.fault = fault
    }

    package init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      when = try container.decodeIfPresent(Condition.self, forKey: .when) ?? Condition()
      text = try container.decodeIfPresent(String.self, forKey: .text)
      reasoning = try container.decodeIfPresent(String.self, forKey: .reasoning)
      calls = try container.decodeIfPresent([Call].self, forKey: .calls) ?? []
      stop = try container.decodeIfPresent(Stop.self, forKey: .stop)
      fault = try container.decodeIfPresent(Fault.self, forKey: .fault)
    }

    var templates: [String] {
      [text, reasoning].compactMap(\.self) + calls.flatMap { $0.arguments?.strings ?? [] }
    }
  }

  /// All that are given must hold.
  package struct Condition: Hashable, Sendable, Codable {
    /// One more than the model's answers that the request shows.
    package var turn: Int?
    /// Somewhere in what came after the model's last answer.
    package var contains: String?
    /// Somewhere in the whole request's texts, instructions included.
    package var conversation: String?
    /// Among the results that came last is one of this tool.
    package var resultOf: String?
    package var model: String?

    package init(
      turn: Int? = nil, contains: String? = nil, conversation: String? = nil, resultOf: String? = nil,
      model: String? = nil
    ) {
      self.turn = turn
      self.contains = contains
      self.conversation = conversation
      self.resultOf = resultOf
      self.model = model
    }
  }

  package struct Call: Hashable, Sendable, Codable {
    package var tool: String
    package var arguments: Value?
    /// Sent in place of the arguments, as it is: for arguments that are no JSON.
    package var raw: String?
    /// For ids that come twice; else each call has one of its own.
    package var id: String?

    package init(tool: String, arguments: Value? = nil, raw: String? = nil, id: String? = nil) {
      self.tool = tool
      self.arguments = arguments
      self.raw = raw
      self.id = id
    }
  }

  package enum Stop: String, Hashable, Sendable, Codable, CaseIterable {
    case outputLimit = "max_tokens"
    case refusal
    case windowExceeded = "window_exceeded"
  }

  /// What goes wrong.
  package struct Fault: Hashable, Sendable, Codable {
    /// Answered instead of anything else.
    package var status: Int?
    package var retryAfterSeconds: Int?
    package var message: String?
    /// The stream, or the body, breaks off after so many bytes.
    package var cutAfterBytes: Int?
    /// Between events.
    package var pauseMilliseconds: Int?
    /// Bytes to send in place of the answer, with status 200.
    package var garbage: String?
    /// The stream says nothing of what was used.
    package var omitsUsage: Bool?
    /// How often the same request meets it; always, if not given.
    package var times: Int?

    package init(
      status: Int? = nil, retryAfterSeconds: Int? = nil, message: String? = nil, cutAfterBytes: Int? = nil,
      pauseMilliseconds: Int? = nil, garbage: String? = nil, omitsUsage: Bool? = nil, times: Int? = nil
    ) {
      self.status = status
      self.retryAfterSeconds = retryAfterSeconds
      self.message = message
      self.cutAfterBytes = cutAfterBytes
      self.pauseMilliseconds = pauseMilliseconds
      self.garbage = garbage
      self.omitsUsage = omitsUsage
      self.times = times
    }
  }

  private static func reason(_ error: any Error) -> String {
    guard case let error as DecodingError = error else { return String("\(error)".prefix(300)) }
    let context: DecodingError.Context =
      switch error {
      case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
        .dataCorrupted(let context):
        context
      @unknown default: .init(codingPath: [], debugDescription: "not as a script is written")
      }
    let place = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
    return "at \(place.isEmpty ? "its top" : place): \(context.debugDescription)"
  }
}

/// A script that cannot be followed.
package struct ScriptError: Error, Hashable, Sendable, CustomStringConvertible {
  package var reason: String
  init(_ reason: String) { self.reason = reason }
  package var description: String { "This script of a model cannot be followed: \(reason)." }
}
