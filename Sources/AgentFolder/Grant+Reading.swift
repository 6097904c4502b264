import Effects
import Foundation
import Gate
import Yams

extension Grant {
  static func read(_ fields: Fields, tools: [String]) -> [Grant] {
    let known = ["tool", "arguments", "at_most_per_run", "until", "without_asking", "may_carry"]
    return fields.list("grants", known: known).compactMap { one in
      guard let tool = one.required("tool", most: 64) else { return nil }
      if !tools.contains(tool) {
        one.wrong("tool", "one of the agent's tools; \(quoted(tool)) is not in “tools”")
      }
      return Grant(
        tool, constraints(one), mostPerRun: one.number("at_most_per_run", in: 1...10_000),
        expires: until(one),
        withoutAsking: one.boolean("without_asking") ?? false, mayCarry: labels(one))
    }
  }

  private static func until(_ fields: Fields) -> Date? {
    guard let text = fields.text("until") else { return nil }
    let day = Date.ISO8601FormatStyle(timeZone: .gmt).year().month().day()
    if let date = (try? Date(text, strategy: .iso8601)) ?? (try? Date(text, strategy: day)) { return date }
    fields.wrong(
      "until", "a day (2027-01-31, until its first moment UTC) or an instant (2027-01-31T17:00:00Z)")
    return nil
  }

  private static func labels(_ fields: Fields) -> Labels {
    var labels: Labels = []
    for text in fields.texts("may_carry") ?? [] {
      switch text {
      case "personal": labels.insert(.personal)
      case "secret": labels.insert(.secret)
      default: fields.wrong("may_carry", "personal or secret")
      }
    }
    return labels
  }

  private static func constraints(_ fields: Fields) -> [Constraint] {
    guard let node = fields.node("arguments") else { return [] }
    guard let mapping = node.mapping, mapping.count <= 50 else {
      fields.wrong("arguments", "the names of arguments, each with a value or a rule")
      return []
    }
    return mapping.compactMap { key, value in
      guard let name = key.string, AgentSettings.isToolName(name) else {
        fields.problems.add(
          fields.file, key.mark?.line ?? fields.line, "An argument's name is lower case, digits and “_”.")
        return nil
      }
      if let rule = value.mapping { return constraint(name, rule, fields) }
      guard let plain = JSON(value) else {
        fields.problems.add(
          fields.file, value.mark?.line ?? fields.line, "“\(name)” takes a value or a rule.")
        return nil
      }
      return Constraint(name, .equals(plain))
    }
  }

  private static func constraint(_ name: String, _ mapping: Node.Mapping, _ outer: Fields) -> Constraint? {
    let rules = ["equals", "one_of", "under", "hosts", "at_most"]
    let fields = Fields(mapping, known: rules + ["optional"], in: outer.file, outer.problems)
    guard rules.count(where: fields.has) == 1, let key = rules.first(where: fields.has) else {
      fields.problems.add(
        fields.file, fields.line,
        "“\(name)” takes one rule: \(rules.joined(separator: ", ")); and optional: true.")
      return nil
    }
    guard let rule = rule(key, fields) else { return nil }
    return Constraint(name, rule, mayBeAbsent: fields.boolean("optional") ?? false)
  }

  private static func rule(_ key: String, _ fields: Fields) -> ArgumentRule? {
    switch key {
    case "equals":
      if let value = fields.node(key).flatMap({ JSON($0) }) { return .equals(value) }
      fields.wrong(key, "a value or a list of values")
    case "one_of":
      if case .array(let values)? = fields.node(key).flatMap({ JSON($0) }), !values.isEmpty {
        return .oneOf(values)
      }
      fields.wrong(key, "a list of values")
    case "under":
      guard let path = fields.text(key) else { return nil }
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      if !parts.contains("..") && path.first != "/" { return .path(under: path) }
      fields.wrong(key, "a path below the run's folder, without ..")
    case "hosts":
      guard let texts = fields.texts(key), !texts.isEmpty else { return nil }
      let hosts = texts.compactMap { HostPattern($0) }
      if hosts.count == texts.count { return .host(in: hosts) }
      fields.wrong(key, HostPattern.expected)
    default:
      return fields.number(key, in: 0...Int(Int64.max)).map { .atMost(Int64($0)) }
    }
    return nil
  }
}

extension HostPattern {
  static let expected =
    "a host's name, with a port or not (api.example.org:8443), or *. and a name for all hosts below it"

  init?(_ text: String) {
    if text.hasPrefix("*.") {
      guard let host = Host(String(text.dropFirst(2))), host.description.contains(".") else { return nil }
      self = .below(host)
      return
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, let host = Host(String(parts[0])) else { return nil }
    guard parts.count == 2 else {
      self = .exactly(host)
      return
    }
    guard let port = UInt16(parts[1]), port > 0, String(port) == parts[1] else { return nil }
    self = .exactly(host, port: Int(port))
  }
}
