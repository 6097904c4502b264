import Foundation
import JSONScan

/// What a git-ai note (`refs/notes/ai`, Authorship Log 3.0.0) says of one commit: how many lines each session
/// wrote. Tolerant of what real notes hold: keys of any length, unsorted ranges, no attestation, unknown fields.
package struct AuthorshipNote: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    /// The hexadecimal name that git-ai gives to the session or prompt, without its prefix.
    package var key: String
    /// As git-ai names it (`claude`, `codex`, …); `nil` if only the key is known.
    package var tool: String?
    package var conversation: String?
    /// Lines attributed to it; from the counts of the record where there is no attestation.
    package var lines: Int
  }

  package var entries: [Entry]

  private static let maximumLines = 1_000_000

  /// Never fails: what cannot be read is left out.
  package init(_ bytes: [UInt8]) {
    var counts: [String: Int] = [:]
    var order: [String] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
      let line = rest[..<end]
      rest = end == rest.endIndex ? [] : rest[(end + 1)...]
      if line.elementsEqual("---".utf8) { break }
      guard line.starts(with: "  ".utf8) else { continue }
      let parts = line.dropFirst(2).split(separator: 0x20)
      guard parts.count == 2, let key = Self.key(parts[0]) else { continue }
      if counts[key] == nil { order.append(key) }
      counts[key] = min((counts[key] ?? 0) + Self.lines(inRanges: parts[1]), Self.maximumLines)
    }
    let document = try? JSONDecoder().decode(Document.self, fromOthers: Data(rest))
    var agents: [String: Document.Record] = [:]
    for (name, record) in (document?.sessions ?? [:]).merging(
      document?.prompts ?? [:], uniquingKeysWith: { a, _ in a })
    {
      guard let key = Self.key(Array(name.utf8)[...]) else { continue }
      agents[key] = record
      if counts[key] == nil, let accepted = record.accepted, accepted > 0 {
        counts[key] = min(accepted, Self.maximumLines)
        order.append(key)
      }
    }
    entries = order.sorted().map { key in
      Entry(
        key: key, tool: agents[key]?.tool, conversation: agents[key]?.conversation, lines: counts[key] ?? 0)
    }
  }

  /// `s_<hex>::t_<hex>` and bare hexadecimal name a session; `h_<hex>` names a person.
  private static func key(_ text: ArraySlice<UInt8>) -> String? {
    var name = text.prefix { $0 != 0x3A }
    if name.starts(with: "s_".utf8) { name = name.dropFirst(2) }
    guard name.count >= 5, name.count <= 64, name.allSatisfy({ CommitHash.value(of: $0) != nil }) else {
      return nil
    }
    return String(decoding: name, as: UTF8.self).lowercased()
  }

  /// `1-31,34,40-42`; a range that runs backwards or is out of bounds counts as nothing.
  private static func lines(inRanges text: ArraySlice<UInt8>) -> Int {
    text.split(separator: 0x2C).reduce(0) { sum, range in
      let ends = range.split(separator: 0x2D).map { Int(String(decoding: $0, as: UTF8.self)) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first >= 1,
        last >= first,
        last <= maximumLines * 10
      else { return sum }
      return min(sum + last - first + 1, maximumLines)
    }
  }

  private struct Document: Decodable {
    struct Record: Decodable {
      var tool: String?
      var conversation: String?
      var accepted: Int?

      enum Keys: String, CodingKey { case agent_id, accepted_lines }
      enum AgentKeys: String, CodingKey { case tool, id }

      init(from decoder: any Decoder) throws {
        guard let fields = try? decoder.container(keyedBy: Keys.self) else { return }
        let agent = try? fields.nestedContainer(keyedBy: AgentKeys.self, forKey: .agent_id)
        tool = try? agent?.decode(String.self, forKey: .tool)
        conversation = try? agent?.decode(String.self, forKey: .id)
        accepted = try? fields.decode(Int.self, forKey: .accepted_lines)
      }
    }

    var prompts: [String: Record]?
    var sessions: [String: Record]?

    enum Keys: String, CodingKey { case prompts, sessions }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: Keys.self)
      prompts = try? fields.decode([String: Record].self, forKey: .prompts)
      sessions = try? fields.decode([String: Record].self, forKey: .sessions)
    }
  }
}
