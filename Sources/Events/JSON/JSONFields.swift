import Ledger

/// A JSON value of any kind.
enum JSONTree: Decodable, Sendable {
  case object([String: JSONTree])
  case array([JSONTree])
  case text(String)
  case number(Double)
  case flag(Bool)
  case null

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let entries = try? container.decode([JSONTree].self) {
      self = .array(entries)
    } else {
      self = .object(try container.decode([String: JSONTree].self))
    }
  }
}

/// The fields of an object, each to be asked for once; what is left over is an error. `null` is as good as nothing.
struct JSONFields {
  private var values: [String: JSONTree]
  private let place: String

  init(_ value: JSONTree, at place: String) throws(IntakeProblem) {
    guard case .object(let values) = value else {
      throw IntakeProblem(.wrong("an object"), field: place.isEmpty ? nil : place)
    }
    self.values = values
    self.place = place
  }

  func path(_ name: String) -> String { place.isEmpty ? name : "\(place).\(name)" }

  /// Requires that nothing is left.
  func finish() throws(IntakeProblem) {
    // What somebody else wrote is not repeated at any length.
    if let name = values.keys.min() { throw IntakeProblem(.unknown, field: path(String(name.prefix(40)))) }
  }

  mutating func required<Value>(
    _ name: String, _ read: (inout JSONFields) throws(IntakeProblem) -> Value?
  ) throws(IntakeProblem) -> Value {
    guard let value = try read(&self) else { throw IntakeProblem(.missing, field: path(name)) }
    return value
  }

  private mutating func take(_ name: String) -> JSONTree? {
    if case .null = values[name] {
      values[name] = nil
      return nil
    }
    return values.removeValue(forKey: name)
  }

  mutating func text(_ name: String) throws(IntakeProblem) -> String? {
    guard let value = take(name) else { return nil }
    guard case .text(let text) = value, text.utf8.count <= 200, let clean = Cleaned.name(text) else {
      throw IntakeProblem(.wrong("a text of 1 to 200 bytes on one line"), field: path(name))
    }
    return clean
  }

  mutating func flag(_ name: String) throws(IntakeProblem) -> Bool? {
    guard let value = take(name) else { return nil }
    guard case .flag(let flag) = value else {
      throw IntakeProblem(.wrong("true or false"), field: path(name))
    }
    return flag
  }

  mutating func figure(_ name: String) throws(IntakeProblem) -> Double? {
    guard let value = take(name) else { return nil }
    guard case .number(let number) = value, number.isFinite, abs(number) <= 1e12 else {
      throw IntakeProblem(.wrong("a number of at most 10¹²"), field: path(name))
    }
    return number
  }

  private mutating func string<Value>(
    _ name: String, _ expected: String, _ read: (String) -> Value?
  ) throws(IntakeProblem) -> Value? {
    guard let value = take(name) else { return nil }
    guard case .text(let text) = value, let read = read(text) else {
      throw IntakeProblem(.wrong(expected), field: path(name))
    }
    return read
  }

  mutating func choice(_ name: String, _ choices: [String]) throws(IntakeProblem) -> String? {
    try string(name, "one of " + choices.joined(separator: ", ")) { choices.contains($0) ? $0 : nil }
  }

  mutating func instant(_ name: String) throws(IntakeProblem) -> Instant? {
    try string(name, "a time with a zone, such as 2026-01-31T12:00:00Z") { EventTime.parse($0) }
  }

  mutating func hash(_ name: String) throws(IntakeProblem) -> String? {
    try string(name, "a whole commit hash of 40 or 64 hexadecimal digits") { Cleaned.hash($0) }
  }

  mutating func remote(_ name: String) throws(IntakeProblem) -> String? {
    try string(name, "a remote, such as https://github.com/example/shop") { Cleaned.remote($0) }
  }

  mutating func address(_ name: String) throws(IntakeProblem) -> String? {
    try string(name, "an address that begins with https:// or http://") { Cleaned.address($0) }
  }

  mutating func ticketKey(_ name: String) throws(IntakeProblem) -> String? {
    try string(name, "a key such as SHOP-12") { text in
      TextReferences.ticketKey(Substring(text)).flatMap { $0 == text ? $0 : nil }
    }
  }

  /// An array of objects that each name a `deployment`, `incident` or `ticket` by its identifier here, a `commit` by
  /// its hash, a `change` by its address, or a ticket by its `key`.
  mutating func references(
    _ name: String, _ role: EventLink.Role
  ) throws(IntakeProblem) -> [EventLink] {
    guard let value = take(name) else { return [] }
    guard case .array(let entries) = value, entries.count <= 100 else {
      throw IntakeProblem(.wrong("an array of at most 100 objects"), field: path(name))
    }
    var links: Set<EventLink> = []
    for (index, entry) in entries.enumerated() {
      let place = path("\(name)[\(index)]")
      var fields = try JSONFields(entry, at: place)
      var target: EventLink.Target?
      for kind in [OutcomeEvent.Kind.deployment, .incident, .ticket] where target == nil {
        target = try fields.text(kind.rawValue).map { .event(.reported(kind, $0)) }
      }
      if target == nil { target = try fields.hash("commit").map { .commit($0) } }
      if target == nil { target = try fields.ticketKey("key").map { .ticket($0) } }
      if target == nil {
        target = try fields.string("change", "the address of a pull or merge request") { text in
          Cleaned.address(text).flatMap { RemoteName.pullRequest($0) }.map {
            .event(.change(Int64($0.number), of: $0.repository))
          }
        }
      }
      guard let target else {
        throw IntakeProblem(.wrong("a deployment, incident, ticket, commit, change or key"), field: place)
      }
      try fields.finish()
      links.insert(EventLink(role, target))
    }
    return links.sorted()
  }
}
