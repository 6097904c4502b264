import Foundation

/// Where something that an agent was told comes from: who could have written it. Decides what may be done with it;
/// what it says of itself decides nothing.
package enum Origin: Hashable, Sendable, Codable {
  /// The person whose run it is: their request, the agent's own folder, an answer they gave.
  case owner
  /// A system that the organisation trusts to say what it says, by name: `git`, `deployments`.
  case system(String)
  /// Anything that somebody else may have written, and where it was found, in words: `mail from …`, `https://…`.
  case untrusted(String)
}

/// What a text is about that must not reach just anybody.
package struct Labels: OptionSet, Hashable, Sendable, Codable {
  package var rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// On a person: mail, calendar, numbers of passports and cards.
  package static let personal = Labels(rawValue: 1)
  /// A credential, or what opens one.
  package static let secret = Labels(rawValue: 2)
}

/// A text that a model was shown, with where it came from and what it is about.
package struct Passage: Hashable, Sendable, Codable {
  package var origin: Origin
  package var labels: Labels
  package var text: String

  package init(_ text: String, from origin: Origin, labels: Labels = []) {
    self.origin = origin
    self.labels = labels
    self.text = text
  }

  /// For people: of a JSON object each value on a line, with the way to it; any other text as it stands.
  package var readable: String {
    guard text.utf8.first == UInt8(ascii: "{"), let json = try? JSON(bytes: Data(text.utf8)) else {
      return text
    }
    return json.leaves().map { "\($0.path): \($0.value.string ?? $0.value.canonical)" }
      .joined(separator: "\n")
  }
}
