import Effects
import Foundation
import Gate
import Ledger
import Schedules
import Yams

extension AgentSettings {
  /// Every key of `AGENT.md`.
  package static let keys = [
    "name", "description", "model", "tools", "triggers", "budget", "grants", "approvers", "schedule",
    "hold_window",
    "egress", "deployments", "repository", "mailbox", "channels", "memory",
  ]

  /// - Returns: Settings that are complete only if no problem was added.
  static func read(_ mapping: Node.Mapping, of agent: String, file: String, _ problems: Problems)
    -> AgentSettings?
  {
    let fields = Fields(mapping, known: keys, in: file, problems)
    if let name = fields.text("name"), name != agent {
      fields.wrong("name", "the folder's name, \(quoted(agent)); or leave it out")
    }
    let description = fields.required("description", most: 1000)
    let model = Model.read(fields)
    let budget = Budget.read(fields)
    let tools = fields.texts("tools") ?? []
    for tool in tools where !isToolName(tool) && !isWholeServer(tool) {
      fields.wrong("tools", "names of tools (lower case, digits and _, at most 64), not \(quoted(tool))")
    }
    let schedules = Self.schedules(fields)
    let triggers = Self.triggers(fields, isScheduled: fields.has("schedule"))
    let grants = Grant.read(fields, tools: tools)
    let approvers = Approvers.read(fields)
    let egress = fields.list("egress", known: ["host", "methods", "path", "credential"]).compactMap(
      EgressRule.read)
    let deployments = fields.texts("deployments") ?? []
    for target in deployments where !isName(target) {
      fields.wrong("deployments", "names of targets (lower case, digits and -), not \(quoted(target))")
    }
    if triggers.contains(.event(.push)), deployments.isEmpty {
      fields.wrong("triggers", "event: push only with deployments, whose repositories are looked at")
    }
    let repository = fields.text("repository", most: 64)
    if let repository, !isName(repository) {
      fields.wrong("repository", "a repository's name (lower case, digits and -)")
    }
    if let tool = tools.first(where: { $0.hasPrefix("git_") }), repository == nil {
      fields.wrong("tools", "\(quoted(tool)) only with a “repository” to use it on")
    }
    let memory = fields.fields("memory", known: ["dream", "time_zone", "apply"]).flatMap(Memory.read)
    if memory != nil, !tools.contains("remember") {
      fields.wrong("memory", "an agent with “remember” among its tools: nothing else is there to consolidate")
    }
    let mailbox = fields.text("mailbox", most: 64)
    if let mailbox, !isName(mailbox) {
      fields.wrong("mailbox", "a mailbox's name in the settings (lower case, digits and -)")
    }
    if mailbox == nil, let tool = tools.first(where: { $0.hasPrefix("mail_") }) {
      fields.wrong("tools", "\(quoted(tool)) only with a “mailbox” to use it on")
    }
    let channels = fields.texts("channels") ?? []
    for channel in channels where !isName(channel) {
      fields.wrong(
        "channels", "names of channels in the settings (lower case, digits and -), not \(quoted(channel))")
    }
    if channels.isEmpty, let tool = tools.first(where: { $0.hasPrefix("slack_") && $0 != "slack_tell" }) {
      fields.wrong("tools", "\(quoted(tool)) only with “channels” to use it on")
    }
    if triggers.contains(.event(.mail)), mailbox == nil {
      fields.wrong("triggers", "event: mail only with a “mailbox” that is looked at")
    }
    guard let description, let model, let budget else { return nil }
    return AgentSettings(
      description: description, model: model, tools: tools, triggers: triggers, budget: budget,
      grants: grants,
      approvers: approvers, schedules: schedules, holdWindow: fields.duration("hold_window"), egress: egress,
      deployments: deployments, repository: repository, channels: channels, mailbox: mailbox, memory: memory)
  }

  private static func triggers(_ fields: Fields, isScheduled: Bool) -> [Trigger] {
    guard let node = fields.node("triggers") else { return isScheduled ? [.person, .schedule] : [.person] }
    let expected = "a list of person, schedule, and event: with the name of a kind of event"
    guard let list = node.sequence, list.count <= 20 else {
      fields.wrong("triggers", expected)
      return []
    }
    var triggers: [Trigger] = []
    for one in list {
      if let mapping = one.mapping {
        let own = Fields(mapping, known: ["event"], in: fields.file, fields.problems)
        guard let name = own.required("event", most: 60) else { continue }
        if let event = Event(rawValue: name) {
          triggers.append(.event(event))
        } else {
          own.wrong("event", "one of: \(Event.allCases.map(\.rawValue).joined(separator: ", "))")
        }
      } else if one.scalar?.string == "person" {
        triggers.append(.person)
      } else if one.scalar?.string == "schedule" {
        triggers.append(.schedule)
      } else {
        fields.wrong("triggers", expected)
      }
    }
    if triggers.contains(.schedule) != isScheduled {
      fields.wrong(
        "triggers",
        isScheduled
          ? "schedule too, since there is one; or take the schedule away" : "schedule only with a schedule")
    }
    return triggers
  }

  private static func schedules(_ fields: Fields) -> [Schedule] {
    guard let node = fields.node("schedule") else { return [] }
    let known = ["times", "time_zone"]
    let lists =
      node.sequence == nil
      ? fields.fields("schedule", known: known).map { [$0] } ?? []
      : fields.list("schedule", known: known, most: 20)
    return lists.compactMap { $0.schedule("times") }
  }

  /// `tracker__*`: all tools of a tool server.
  static func isWholeServer(_ text: String) -> Bool {
    text.hasSuffix("__*") && isToolName(String(text.dropLast(3)))
  }

  static func isToolName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
  }

  /// Of agents, skills and targets: lower case, digits and single hyphens within, as the Agent Skills format has it.
  static func isName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count) && text.first != "-" && text.last != "-" && !text.contains("--")
      && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
  }
}

extension AgentSettings.Model {
  static func read(_ fields: Fields) -> Self? {
    guard let node = fields.node("model"), node.mapping != nil else {
      return fields.required("model").map { Self(name: $0, api: .messages) }
    }
    guard let own = fields.fields("model", known: ["name", "api", "max_output_tokens"]),
      let name = own.required("name")
    else { return nil }
    return Self(
      name: name, api: own.choice("api") ?? .messages,
      maxOutputTokens: own.number("max_output_tokens", in: 1...1_000_000))
  }
}

extension AgentSettings.Memory {
  static func read(_ fields: Fields) -> Self? {
    guard let dream = fields.schedule("dream") else { return nil }
    var memory = Self(dream: dream, isUnasked: false)
    switch fields.text("apply") {
    case nil, "asked": break
    case "unasked": memory.isUnasked = true
    default: fields.wrong("apply", "asked (a person looks at each proposal) or unasked")
    }
    return memory
  }
}

extension Fields {
  /// - Parameter key: Of the times; their zone is beside them.
  fileprivate func schedule(_ key: String) -> Schedule? {
    guard let text = required(key) else { return nil }
    do {
      return try Schedule(text, zone: self.text("time_zone") ?? "UTC")
    } catch {
      problems.add(file, line(of: key), "\(error)")
      return nil
    }
  }
}

extension AgentSettings.Budget {
  static func read(_ fields: Fields) -> Self? {
    guard fields.has("budget") else {
      fields.problems.add(
        fields.file, fields.line, "“budget” is missing. Give run: and day:, each with money: or tokens:.")
      return nil
    }
    guard let own = fields.fields("budget", known: ["run", "day"]) else { return nil }
    let limits = ["run", "day"].map { key -> Limit? in
      guard let limit = own.fields(key, known: ["money", "tokens"]) else {
        if !own.has(key) {
          own.problems.add(own.file, own.line, "“budget” has no “\(key)”. Give it money: or tokens:.")
        }
        return nil
      }
      guard limit.has("money") || limit.has("tokens") else {
        own.wrong(key, "a limit: money: 1.00 USD, or tokens: 100000")
        return nil
      }
      return Limit(money: limit.money("money"), tokens: limit.number("tokens", in: 1...1_000_000_000_000))
    }
    guard let run = limits[0], let day = limits[1] else { return nil }
    return Self(run: run, day: day)
  }
}

extension AgentSettings.Approvers {
  static func read(_ fields: Fields) -> Self {
    guard let node = fields.node("approvers") else { return Self() }
    var approvers = Self()
    if node.mapping == nil {
      approvers.people = fields.texts("approvers") ?? []
    } else if let own = fields.fields("approvers", known: ["people", "must_be_another"]) {
      approvers.people = own.texts("people") ?? []
      approvers.mustBeAnother = own.boolean("must_be_another") ?? false
    }
    for person in approvers.people
    where person.split(separator: "@", omittingEmptySubsequences: false).count != 2 {
      fields.wrong("approvers", "mail addresses, not \(quoted(person))")
    }
    return approvers
  }
}

extension AgentSettings.EgressRule {
  private static let allMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

  static func read(_ fields: Fields) -> Self? {
    guard let text = fields.required("host", most: 260) else { return nil }
    guard let host = HostPattern(text) else {
      fields.wrong("host", HostPattern.expected)
      return nil
    }
    var rule = Self(host: host)
    if let methods = fields.texts("methods") {
      if let wrong = methods.first(where: { !allMethods.contains($0) }) {
        fields.wrong("methods", "\(allMethods.joined(separator: ", ")), not \(quoted(wrong))")
      }
      rule.methods = methods
    }
    if let path = fields.text("path") {
      let isPlain = path.utf8.allSatisfy { (33...126).contains($0) && !Array("%?#\\".utf8).contains($0) }
      if path.first != "/" || !isPlain
        || path.split(separator: "/").contains(where: { $0 == ".." || $0 == "." })
      {
        fields.wrong("path", "a path from / on, or its beginning with / at the end, without .., %, ? and #")
      }
      rule.path = path
    }
    rule.credential = fields.text("credential", most: 64)
    if rule.credential != nil, case .below = host {
      fields.wrong("credential", "one host; it would go to every host below \(quoted(text))")
    }
    return rule
  }
}
