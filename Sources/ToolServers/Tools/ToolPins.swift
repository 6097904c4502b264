import Effects

/// What a tool was when somebody read and accepted it.
package struct ToolPin: Hashable, Sendable {
  /// SHA-256 of name, description, input schema and annotations: 64 lower-case hexadecimal digits.
  package var hash: String
  /// The beginning of the hash of each part, so that it can be said what changed.
  package var parts: [Part: String]

  package enum Part: String, Hashable, Sendable, CaseIterable, Comparable {
    case description, schema, annotations

    package static func < (a: Part, b: Part) -> Bool { a.rawValue < b.rawValue }
  }

  private static let partLength = 16

  init(of tool: RemoteTool) {
    let texts: [Part: String] = [
      .description: tool.description, .schema: tool.inputSchema.canonical,
      .annotations: tool.annotations.canonical,
    ]
    hash = Fingerprint.digits(of: [tool.name] + Part.allCases.map { texts[$0] ?? "" })
    parts = texts.mapValues { String(Fingerprint.digits(of: [$0]).prefix(Self.partLength)) }
  }

  init?(hash: String, parts: [String]) {
    let digits = { (text: String, count: Int) in
      text.utf8.count == count
        && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
    guard digits(hash, 64), parts.count == Part.allCases.count,
      parts.allSatisfy({ digits($0, Self.partLength) })
    else { return nil }
    self.hash = hash
    self.parts = Dictionary(uniqueKeysWithValues: zip(Part.allCases, parts))
  }

  /// What is not the same as in `other`; all of it where the hashes differ and no part says why.
  func difference(from other: ToolPin) -> Set<Part> {
    let different = Part.allCases.filter { parts[$0] != other.parts[$0] }
    return Set(different.isEmpty ? Part.allCases : different)
  }
}

/// Which tools of which servers somebody accepted, and as what: a line for each with the server, the tool, the hash, and
/// the beginnings of the hashes of description, schema and annotations. A tool that is not in it, or is not any more what
/// stands here, is not used and not shown.
package struct ToolPins: Hashable, Sendable {
  package var servers: [String: [String: ToolPin]]

  package init(_ servers: [String: [String: ToolPin]] = [:]) { self.servers = servers }

  /// A line that is none.
  package struct Mistake: Error, Hashable, Sendable {
    /// From 1.
    package var line: Int
    package var reason: String
  }

  /// - Parameter text: Empty lines and those that begin with `#` are passed over.
  package init(_ text: String) throws(Mistake) {
    servers = [:]
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard !line.isEmpty, line.first != "#" else { continue }
      let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      guard words.count == 3 + ToolPin.Part.allCases.count,
        let pin = ToolPin(hash: words[2], parts: Array(words[3...]))
      else { throw Mistake(line: index + 1, reason: "It is no tool’s server, name and hashes.") }
      guard servers[words[0], default: [:]].updateValue(pin, forKey: words[1]) == nil else {
        throw Mistake(line: index + 1, reason: "\(words[1]) of \(words[0]) is pinned twice. Keep one line.")
      }
    }
  }

  /// In order of their names, a line each.
  package var text: String {
    servers.sorted { $0.key < $1.key }.flatMap { server, tools in
      tools.sorted { $0.key < $1.key }.map { tool, pin in
        let parts = ToolPin.Part.allCases.map { pin.parts[$0] ?? "" }
        return ([server, tool, pin.hash] + parts).joined(separator: " ") + "\n"
      }
    }.joined()
  }

  /// Of all of it, by which somebody who has read it says that this is what they read: 40 hexadecimal digits. Servers write
  /// what it is made of, so it is long enough that no two listings can be made to fit one digest.
  package var digest: String { String(Fingerprint.digits(of: [text]).prefix(40)) }

  /// Takes what a server has now for accepted; what was accepted of it before is forgotten.
  package mutating func pin(_ tools: [RemoteTool], of server: String) {
    servers[server] = Dictionary(tools.map { ($0.name, $0.pin) }) { first, _ in first }
  }

  /// What of a server's tools is as it was accepted, and what is not.
  package func check(
    _ tools: [RemoteTool], of server: String
  ) -> (usable: [RemoteTool], problems: [ToolServerProblem]) {
    var known = servers[server] ?? [:]
    var usable: [RemoteTool] = []
    var problems: [ToolServerProblem] = []
    for tool in tools {
      let now = tool.pin
      switch known.removeValue(forKey: tool.name) {
      case nil: problems.append(.notPinned(server: server, tool: tool.name))
      case .some(let pin) where pin.hash != now.hash:
        problems.append(.changed(server: server, tool: tool.name, now.difference(from: pin)))
      case .some: usable.append(tool)
      }
    }
    problems += known.keys.sorted().map { .gone(server: server, tool: $0) }
    return (usable, problems)
  }
}
