import Foundation
import Ledger
import Readers
import Testing

/// One OpenCode history that can be written in each of the forms OpenCode has had.
struct OpenCodeHistory {
  typealias JSON = [String: Any]
  struct Message {
    var info: JSON
    var parts: [JSON] = []
  }
  struct Session {
    var info: JSON
    var messages: [Message]
  }

  var sessions: [Session]

  static let began: Int64 = 1_764_000_000_000

  static func session(
    _ id: String, at: Int64 = 0, version: String = "1.3.20", parent: String? = nil, _ messages: [Message]
  ) -> Session {
    var info: JSON = [
      "id": id, "slug": "s", "projectID": "p", "directory": "/w/proj", "title": "t", "version": version,
      "time": ["created": began + at, "updated": began + at],
    ]
    info["parentID"] = parent
    var messages = messages
    for index in messages.indices { messages[index].info["sessionID"] = id }
    return Session(info: info, messages: messages)
  }

  static func user(_ id: String, at: Int64, _ text: String = "please do it", synthetic: Bool = false)
    -> Message
  {
    Message(
      info: ["id": id, "role": "user", "time": ["created": began + at], "agent": "build"],
      parts: [["id": "prt_\(id)", "messageID": id, "type": "text", "text": text, "synthetic": synthetic]])
  }

  static func answer(
    _ id: String, to parent: String, at: Int64, tokens: JSON? = tokens(), provider: String = "openai",
    error: String? = nil, parts: [JSON] = []
  ) -> Message {
    var info: JSON = [
      "id": id, "role": "assistant", "parentID": parent, "modelID": "gpt-5.2", "providerID": provider,
      "mode": "build", "path": ["cwd": "/w/proj", "root": "/w/proj"], "cost": 12.5,
      "time": ["created": began + at, "completed": began + at + 900],
    ]
    info["tokens"] = tokens
    info["error"] = error.map { ["name": $0, "data": ["message": "x"]] as JSON }
    let parts = parts.enumerated().map { index, part in
      part.merging(["id": "prt_\(id)_\(index)", "messageID": id]) { $1 }
    }
    return Message(info: info, parts: parts)
  }

  static func tokens(
    input: Int = 100, output: Int = 40, reasoning: Int = 30, read: Int = 1000, write: Int = 5,
    total: Int? = nil
  ) -> JSON {
    var tokens: JSON = [
      "input": input, "output": output, "reasoning": reasoning, "cache": ["read": read, "write": write],
    ]
    tokens["total"] = total
    return tokens
  }

  static func tool(
    _ name: String, _ call: String, input: JSON, output: String = "", status: String = "completed",
    metadata: JSON = [:], error: String? = nil
  ) -> JSON {
    var state: JSON = [
      "status": status, "input": input, "output": output, "metadata": metadata,
      "time": ["start": began + 2000, "end": began + 2500],
    ]
    state["error"] = error
    return ["type": "tool", "tool": name, "callID": call, "state": state]
  }

  // MARK: Forms

  static func text(_ json: Any) throws -> String {
    String(
      decoding: try JSONSerialization.data(
        withJSONObject: json, options: [.sortedKeys, .withoutEscapingSlashes]),
      as: UTF8.self)
  }

  /// `opencode export` of each session.
  func exports() throws -> [String] {
    try sessions.map { session in
      try Self.text([
        "info": session.info, "messages": session.messages.map { ["info": $0.info, "parts": $0.parts] },
      ])
    }
  }

  /// The documents by path, in no order.
  func documents() throws -> [String: String] {
    var documents: [String: String] = [:]
    func id(_ json: JSON) -> String { json["id"] as? String ?? "" }
    for session in sessions {
      documents["session/p/\(id(session.info)).json"] = try Self.text(session.info)
      for message in session.messages {
        documents["message/\(id(session.info))/\(id(message.info)).json"] = try Self.text(message.info)
        for part in message.parts {
          documents["part/\(id(message.info))/\(id(part)).json"] = try Self.text(part)
        }
      }
    }
    return documents
  }

  /// SQL that makes OpenCode's database.
  func sql() throws -> String {
    func quoted(_ value: Any?) -> String {
      value.map { "'\("\($0)".replacing("'", with: "''"))'" } ?? "NULL"
    }
    func created(_ json: JSON) -> String { "\((json["time"] as? JSON)?["created"] ?? 0)" }
    func data(_ json: JSON) throws -> String {
      quoted(try Self.text(json.filter { !["id", "sessionID", "messageID"].contains($0.key) }))
    }
    var sql = """
      CREATE TABLE session (id TEXT PRIMARY KEY, project_id TEXT NOT NULL, parent_id TEXT, slug TEXT NOT NULL,
        directory TEXT NOT NULL, title TEXT NOT NULL, version TEXT NOT NULL, time_created INTEGER NOT NULL,
        time_updated INTEGER NOT NULL);
      CREATE TABLE message (id TEXT PRIMARY KEY, session_id TEXT NOT NULL, time_created INTEGER NOT NULL,
        time_updated INTEGER NOT NULL, data TEXT NOT NULL);
      CREATE TABLE part (id TEXT PRIMARY KEY, message_id TEXT NOT NULL, session_id TEXT NOT NULL,
        time_created INTEGER NOT NULL, time_updated INTEGER NOT NULL, data TEXT NOT NULL);

      """
    for session in sessions {
      let info = session.info
      sql += """
        INSERT INTO session VALUES (\(quoted(info["id"])), 'p', \(quoted(info["parentID"])), 's',
          \(quoted(info["directory"])), 't', \(quoted(info["version"])), \(created(info)), \(created(info)));

        """
      for message in session.messages {
        sql += """
          INSERT INTO message VALUES (\(quoted(message.info["id"])), \(quoted(info["id"])),
            \(created(message.info)), 0, \(try data(message.info)));

          """
        for part in message.parts {
          sql += """
            INSERT INTO part VALUES (\(quoted(part["id"])), \(quoted(message.info["id"])), \(quoted(info["id"])),
              0, 0, \(try data(part)));

            """
        }
      }
    }
    return sql
  }
}

/// Feeds an OpenCode reader as a collector does.
enum OpenCodeFeed {
  static func documents(_ documents: [String: String]) throws -> FactBatch {
    try units(
      OpenCodeStorage.order(Array(documents.keys)).map { ($0, documents[$0] ?? "") }, shape: .documents)
  }

  /// Units with their part names.
  static func units(_ units: [(part: String, text: String)], shape: SourceShape) throws -> FactBatch {
    var batch = FactBatch()
    var reader = try OpenCodeReader(
      source: SourceDescription(path: "opencode", shape: shape), key: testKey, checkpoint: nil)
    for (index, unit) in units.enumerated() {
      reader.read(
        Array(unit.text.utf8).span, at: UnitPosition(number: index + 1, part: unit.part), into: &batch)
    }
    reader.finish(into: &batch)
    return batch
  }

  /// The units that ``OpenCodeDatabase``'s queries give on a database, through the real `sqlite3`.
  static func rows(of database: URL) throws -> [(part: String, text: String)] {
    let tables = try SQLiteTool.rows("SELECT name FROM sqlite_master WHERE type = 'table'", in: database)
    var units: [(String, String)] = []
    func run(_ query: DatabaseQuery, key: String) throws {
      let sql = query.sql.replacing("?1", with: "'\(key.replacing("'", with: "''"))'")
      for row in try SQLiteTool.rows(sql, in: database) {
        units.append((query.name, row["unit"] as? String ?? ""))
        for inner in query.within { try run(inner, key: row["key"] as? String ?? "") }
      }
    }
    for query in OpenCodeDatabase.queries(tables: Set(tables.compactMap { $0["name"] as? String })) {
      try run(query, key: "")
    }
    return units
  }
}

/// The `sqlite3` command.
enum SQLiteTool {
  static let isMissing =
    !FileManager.default.isExecutableFile(atPath: "/usr/bin/sqlite3")
    && ProcessInfo.processInfo.environment["CI"] != "true"

  struct Failure: Error { var text: String }

  static func rows(_ sql: String, in database: URL) throws -> [[String: Any]] {
    let output = try run(["-readonly", "-json", database.path, sql])
    return output.isEmpty ? [] : try JSONSerialization.jsonObject(with: output) as? [[String: Any]] ?? []
  }

  /// Runs `sql` in a new database and gives it to `body`.
  static func withDatabase<Result>(_ sql: String, _ body: (URL) throws -> Result) throws -> Result {
    let directory = FileManager.default.temporaryDirectory.appending(path: "assay-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let script = directory.appending(path: "make.sql")
    try Data(sql.utf8).write(to: script)
    let database = directory.appending(path: "opencode.db")
    _ = try run([database.path, ".read \(script.path)"])
    return try body(database)
  }

  private static func run(_ arguments: [String]) throws -> Data {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/sqlite3")
    process.arguments = arguments
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    let message = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(text: String(decoding: message, as: UTF8.self))
    }
    return data
  }
}
