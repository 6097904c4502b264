import Foundation
import JSONScan

/// One record of an Agent Trace file (0.1.0): which conversation wrote how many lines of which files at a
/// revision. Records without a revision of git, without files, or of people only, are no evidence.
package struct AgentTrace: Hashable, Sendable {
  package var revision: String
  /// Identifiers that may name the session: from the metadata and the last part of the conversation's address.
  package var conversations: [String]
  package var files: [File]

  package struct File: Hashable, Sendable {
    package var path: String
    package var lines: Int
  }

  private static let maximumLines = 1_000_000

  /// `nil` for a line that is no such record.
  package init?(line: some Sequence<UInt8>) {
    guard let record = try? JSONDecoder().decode(Record.self, fromOthers: Data(line)),
      let revision = record.revision
    else {
      return nil
    }
    self.revision = revision
    var names = record.names
    files = record.files.compactMap { file in
      var lines = 0
      for conversation in file.conversations where conversation.isByAgent {
        lines = min(lines + conversation.lines, Self.maximumLines)
        if let name = conversation.name { names.insert(name) }
      }
      return lines == 0 ? nil : File(path: file.path, lines: lines)
    }
    guard !files.isEmpty, !names.isEmpty else { return nil }
    conversations = names.sorted()
  }

  private struct Record: Decodable {
    var revision: String?
    var names: Set<String> = []
    var files: [TracedFile]

    enum Keys: String, CodingKey { case vcs, files, metadata }
    enum VCSKeys: String, CodingKey { case type, revision }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: Keys.self)
      files = try fields.decode([TracedFile].self, forKey: .files)
      if let vcs = try? fields.nestedContainer(keyedBy: VCSKeys.self, forKey: .vcs),
        (try? vcs.decode(String.self, forKey: .type)) == "git"
      {
        revision = try? vcs.decode(String.self, forKey: .revision)
      }
      let metadata = (try? fields.decode([String: Loose].self, forKey: .metadata)) ?? [:]
      for key in ["session_id", "conversation_id", "sessionId", "conversationId"] {
        if let text = metadata[key]?.text, !text.isEmpty { names.insert(text) }
      }
    }
  }

  private struct TracedFile: Decodable {
    var path: String
    var conversations: [Conversation]
  }

  private struct Conversation: Decodable {
    var name: String?
    var isByAgent = true
    var lines = 0

    enum Keys: String, CodingKey { case url, contributor, ranges }
    enum ContributorKeys: String, CodingKey { case type }
    struct Range: Decodable {
      var start_line: Int
      var end_line: Int
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: Keys.self)
      if let url = try? fields.decode(String.self, forKey: .url) {
        let last = url.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        name = last.hasSuffix(".jsonl") ? String(last.dropLast(6)) : last
        if name?.isEmpty == true { name = nil }
      }
      if let contributor = try? fields.nestedContainer(keyedBy: ContributorKeys.self, forKey: .contributor),
        let type = try? contributor.decode(String.self, forKey: .type)
      {
        isByAgent = type == "ai" || type == "mixed"
      }
      for range in try fields.decode([Range].self, forKey: .ranges) {
        guard range.start_line >= 1, range.end_line >= range.start_line, range.end_line <= maximumLines * 10
        else {
          continue
        }
        lines = min(lines + range.end_line - range.start_line + 1, maximumLines)
      }
    }
  }

  private struct Loose: Decodable {
    var text: String?
    init(from decoder: any Decoder) throws {
      text = try? decoder.singleValueContainer().decode(String.self)
    }
  }
}
