import Foundation

/// What somebody wants of us in Slack.
enum SlackOrder: Equatable {
  case help, link, unlink, digest, adoption, team, approvals, runs
  /// - Parameter agent: `nil`: all that are theirs.
  case stop(agent: String?)
  case run(agent: String, words: String)

  /// After `/assay`.
  init(command text: String) {
    let (verb, rest) = Self.split(Self.plain(text))
    switch Self.bare(verb) {
    case "link": self = .link
    case "unlink": self = .unlink
    case "digest": self = .digest
    case "adoption": self = .adoption
    case "team": self = .team
    case "approvals": self = .approvals
    case "runs": self = .runs
    default: self = Self.begun(verb, rest)
    }
  }

  /// In a message that is meant for us; whom it calls is left out of it.
  init(message text: String) {
    let own = text.replacing(/<@[UW][A-Z0-9]+(\|[^>]*)?>/, with: " ", maxReplacements: 1)
    let (verb, rest) = Self.split(Self.plain(own))
    self = Self.begun(verb, rest)
  }

  private static func begun(_ verb: String, _ rest: String) -> SlackOrder {
    switch bare(verb) {
    case "stop":
      let (name, _) = split(rest)
      return .stop(agent: ["", "all", "everything"].contains(bare(name)) ? nil : name)
    case "run":
      let (agent, words) = split(rest)
      return agent.isEmpty ? .help : .run(agent: agent, words: words)
    default: return .help
    }
  }

  /// Somebody in a hurry writes STOP!
  private static func bare(_ word: String) -> String {
    word.lowercased().trimmingCharacters(in: .punctuationCharacters)
  }

  private static func split(_ text: String) -> (String, String) {
    let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    let word = text.prefix { !$0.isWhitespace }
    return (String(word), text.dropFirst(word.count).trimmingCharacters(in: .whitespacesAndNewlines))
  }

  /// What was typed, of what Slack makes of it: `<https://a.example|a.example>`, `&amp;`.
  private static func plain(_ text: String) -> String {
    text.replacing(/<([^<>|]*)(?:\|[^<>]*)?>/) { String($0.output.1) }
      .replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&amp;", with: "&")
  }
}
