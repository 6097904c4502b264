import Triage
import Yams

extension TriagePolicy {
  /// Beside `AGENT.md`.
  static let file = "triage.yaml"

  /// - Returns: `nil` where there is none. It is complete only if no problem was added.
  static func read(_ text: String?, _ problems: Problems) -> TriagePolicy? {
    guard let text,
      let mapping = SettingsText.mapping(
        text.replacing("\r\n", with: "\n")[...], linesBefore: 0, file: file, problems)
    else { return nil }
    let fields = Fields(
      mapping, known: ["rules", "messages", "moves", "drafts", "digest"], in: file, problems)
    var policy = TriagePolicy()
    policy.rules = fields.list("rules", known: ["when", "do"]).compactMap(Rule.read)
    policy.mostMessages = fields.number("messages", in: 1...1000) ?? policy.mostMessages
    policy.mostMoves = fields.number("moves", in: 0...1000) ?? policy.mostMoves
    policy.mostDrafts = fields.number("drafts", in: 0...50) ?? policy.mostDrafts
    policy.putsDigest = fields.boolean("digest") ?? policy.putsDigest
    if !fields.has("rules") {
      problems.add(file, fields.line, "“rules” is missing: what is done with which messages.")
    }
    return policy
  }
}

extension TriagePolicy.Rule {
  fileprivate static func read(_ fields: Fields) -> Self? {
    guard
      let action = fields.fields("do", known: ["file", "flag", "keyword", "draft", "task", "unsubscribe"])
    else {
      if !fields.has("do") { fields.problems.add(fields.file, fields.line, "“do” is missing in a rule.") }
      return nil
    }
    let condition =
      fields.fields(
        "when",
        known: ["category", "intent", "urgency", "from", "list", "automatic", "authenticated"]
      ).map(TriagePolicy.Condition.read) ?? TriagePolicy.Condition()
    let keyword = action.text("keyword", most: 64)
    if let keyword,
      !keyword.utf8.allSatisfy({ (33...126).contains($0) && !Array("(){%*\"\\]".utf8).contains($0) })
    {
      action.wrong("keyword", "an IMAP keyword: letters, digits and signs such as $ and -, without blanks")
    }
    return Self(
      condition,
      TriagePolicy.Action(
        file: action.text("file"), flag: action.boolean("flag") ?? false, keyword: keyword,
        draft: action.boolean("draft") ?? false, task: action.boolean("task") ?? false,
        unsubscribe: action.boolean("unsubscribe") ?? false))
  }
}

extension TriagePolicy.Condition {
  fileprivate static func read(_ fields: Fields) -> Self {
    let from = fields.texts("from")?.map { $0.lowercased() }
    for address in from ?? [] where address.split(separator: "@", omittingEmptySubsequences: false).count != 2
    {
      fields.wrong("from", "mail addresses, or *@example.org, not \(quoted(address))")
    }
    return Self(
      categories: fields.choices("category"), intents: fields.choices("intent"), urgency: fields.urgency,
      from: from, list: fields.text("list"), isAutomatic: fields.boolean("automatic"),
      isAuthenticated: fields.boolean("authenticated"))
  }
}

extension Fields {
  fileprivate func choices<Choice: RawRepresentable & CaseIterable & Hashable>(_ key: String) -> Set<Choice>?
  where Choice.RawValue == String {
    guard let texts = texts(key) else { return nil }
    let choices = texts.compactMap(Choice.init(rawValue:))
    if choices.count < texts.count {
      wrong(key, "one or a list of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return Set(choices)
  }

  /// `4`, or `4-5`.
  fileprivate var urgency: ClosedRange<Int>? {
    guard let text = text("urgency") else { return nil }
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard (1...2).contains(ends.count), let low = ends.first, let high = ends.last, 1 <= low, low <= high,
      high <= 5
    else {
      wrong("urgency", "a number from 1 to 5, or from-to: 4-5")
      return nil
    }
    return low...high
  }
}
