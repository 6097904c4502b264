import Account
import Foundation
import Ledger
import Testing

@Suite("The JSON report")
struct JSONTests {
  @Test("It begins with the keys of the contract, in their order")
  func keyOrder() throws {
    let json = Example.month().json(by: .project, generatedAt: Example.now)
    let keys = json.split(separator: "\n").filter { $0.hasPrefix("  \"") }.compactMap {
      $0.split(separator: "\"").dropFirst().first
    }
    #expect(
      keys == [
        "schema", "totals", "states", "sessions", "coverage", "diagnostics", "generated_at", "generator",
        "period", "by", "groups",
      ])
    #expect(json.hasPrefix("{\n  \"schema\": \"assay.report/1\",\n"))
  }

  @Test("T has the contract's keys and null where nothing is known")
  func totalsKeys() throws {
    let account = Account.build(
      cells: [
        RollupCell(
          slot: Example.now, session: SessionID(high: 0, low: 1), model: nil, state: .unknown,
          totals: Totals(
            counts: TokenCounts(output: 9_007_199_254_740_993), cost: nil, records: 2, unknownRecords: 1,
            unpricedRecords: 1))
      ], sessions: [], timeZone: .gmt)
    let json = account.json(generatedAt: Example.now)
    #expect(
      json.contains(
        #""totals": {"input":null,"cache_read":null,"cache_write_5m":null,"cache_write_1h":null,"#
          + #""output":9007199254740993,"reasoning":null,"cost_nano_usd":null,"records":2,"#
          + #""unknown_records":1,"unpriced_records":1,"not_billed_records":0,"unitemised_records":0}"#))
    #expect(
      json.contains(
        #"{"state":"held","input":0,"cache_read":0,"cache_write_5m":0,"cache_write_1h":0,"output":0,"#
          + #""reasoning":0,"cost_nano_usd":0,"records":0"#))
  }

  @Test("Every string survives, whatever is in it")
  func strings() throws {
    let name = "a\"b\\c\n\t\u{0}\u{1b}[31m\u{7f}é漢🙂\u{2028}</script>"
    let session = AccountSession(id: SessionID(high: 0, low: 0), tool: .codex, name: name, project: name)
    let json = Account.build(cells: [], sessions: [session], timeZone: .gmt).json(generatedAt: Example.now)
    let parsed = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let sessions = try #require(parsed["sessions"] as? [[String: Any]])
    #expect(sessions.first?["id"] as? String == name)
  }

  @Test(
    "It is valid under docs/report.schema.json, by PyPI's jsonschema", arguments: [nil] + Grouping.allCases)
  func schema(grouping: Grouping?) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let schema = root.appending(path: "docs/report.schema.json").path
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "assay-schema-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    var files: [String] = []
    let accounts =
      [Example.month(), Account.build(cells: [], sessions: [], timeZone: .gmt)]
      + (0..<4).map { Example.arbitrary(seed: $0) }
    for (index, account) in accounts.enumerated() {
      let file = directory.appending(path: "\(index).json")
      try account.json(by: grouping, generatedAt: Example.now).write(
        to: file, atomically: true, encoding: .utf8)
      files.append(file.path)
    }
    try Python.validate(schema: schema, documents: files)

    // The schema is worth something only if it refuses what is wrong.
    let right = try String(contentsOfFile: files[0], encoding: .utf8)
    let wrong = [
      ("a figure as text", right.replacing("\"cost_nano_usd\":0,", with: "\"cost_nano_usd\":\"0\",")),
      ("an unknown state", right.replacing("\"held\"", with: "\"fake\"")),
      ("a missing key", right.replacing("\"unknown_records\":", with: "\"unknown\":")),
    ]
    for (name, text) in wrong where text != right {
      let file = directory.appending(path: "\(name).json")
      try text.write(to: file, atomically: true, encoding: .utf8)
      try Python.validate(schema: schema, documents: [file.path], areValid: false)
    }
    #expect(wrong[1].1 != right && wrong[2].1 != right)
  }
}

/// Runs PyPI's jsonschema over documents, if it is installed; on CI it has to be.
enum Python {
  static func validate(schema: String, documents: [String], areValid: Bool = true) throws {
    let script = """
      import json, sys
      try:
          from jsonschema import Draft202012Validator
      except ImportError:
          sys.exit(77)
      schema = json.load(open(sys.argv[1]))
      Draft202012Validator.check_schema(schema)
      # Version 1 may gain keys, but what this version writes has to be described.
      def close(node, name=None):
          if isinstance(node, dict):
              if "properties" in node and name != "totals" and "const" not in str(node["properties"].get("state")):
                  node["unevaluatedProperties"] = False
              for key, value in node.items():
                  close(value, key)
          elif isinstance(node, list):
              for value in node:
                  close(value)
      close(schema)
      for name in sys.argv[2:]:
          errors = sorted(Draft202012Validator(schema).iter_errors(json.load(open(name))), key=str)
          for error in errors[:5]:
              print(name, list(error.absolute_path), error.message[:300])
          if errors:
              sys.exit(1)
      """
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script, schema] + documents
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    if process.terminationStatus == 77 || process.terminationStatus == 127 {
      let isCI = ProcessInfo.processInfo.environment["CI"] == "true"
      #expect(!isCI, "python3 with jsonschema is missing: pip install jsonschema")
      try? Test.cancel("python3 with jsonschema is missing: pip install jsonschema")
      return
    }
    #expect(process.terminationStatus == (areValid ? 0 : 1), "\(text)")
  }
}
