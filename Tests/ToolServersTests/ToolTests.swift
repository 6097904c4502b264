import Effects
import Testing

@testable import ToolServers

/// Definitions, pins, and what of them an agent is given.
@Suite struct ToolTests {
  private func tool(
    _ name: String = "get_issue", description: String = "Reads an issue.",
    schema: JSON = ["type": "object", "properties": ["id": ["type": "integer"]], "required": ["id"]],
    annotations: JSON? = nil
  ) throws -> RemoteTool {
    var definition: [String: JSON] = [
      "name": .string(name), "description": .string(description), "inputSchema": schema,
    ]
    if let annotations { definition["annotations"] = annotations }
    return try RemoteTool(.object(definition), limits: ToolServerLimits(), mirrorsHeaders: true)
  }

  private func declared(_ tool: RemoteTool, _ yaml: String = "") async throws -> ToolDeclaration {
    try await Surroundings.with { access in
      let server = try await FakeServer.start { request in
        .json([
          "jsonrpc": "2.0", "id": request.json["id"] ?? 0,
          "result": ["supportedVersions": ["2026-07-28"]],
        ])
      }
      defer { server.stop() }
      let settings = try ToolServerSettings(yaml: "name: tracker\nurl: \(server.url())\n\(yaml)")
      let connection = try await access.connection(to: settings)
      return try RemoteAgentTool(tool, of: connection, under: settings).declaration
    }
  }

  // MARK: Pins

  @Test func `what was pinned is usable, after a way through its file`() throws {
    var pins = ToolPins()
    let tools = [try tool(), try tool("other")]
    pins.pin(tools, of: "tracker")
    let read = try ToolPins(pins.text)
    #expect(read == pins)
    #expect(read.check(tools, of: "tracker").usable == tools)
    #expect(read.check(tools, of: "tracker").problems.isEmpty)
    // Of one server nothing is known at another.
    #expect(read.check(tools, of: "second").usable.isEmpty)
  }

  @Test func `a change asks again, and says what it is in`() throws {
    var pins = ToolPins()
    pins.pin([try tool()], of: "tracker")
    let changes: [(RemoteTool, Set<ToolPin.Part>)] = [
      (try tool(description: "Reads an issue. And more."), [.description]),
      (try tool(schema: ["type": "object"]), [.schema]),
      (try tool(annotations: ["readOnlyHint": true]), [.annotations]),
      (try tool(description: "", schema: ["type": "object"]), [.description, .schema]),
      // A letter that looks the same.
      (try tool(description: "Reads аn issue."), [.description]),
      // Another spelling that Swift takes for the same.
      (try tool(description: "Reads an issue.\u{200B}"), [.description]),
    ]
    for (changed, parts) in changes {
      let (usable, problems) = pins.check([changed], of: "tracker")
      #expect(usable.isEmpty)
      #expect(problems == [.changed(server: "tracker", tool: "get_issue", parts)])
    }
  }

  @Test func `two spellings of one letter are two descriptions`() throws {
    var pins = ToolPins()
    pins.pin([try tool(description: "\u{E9}")], of: "tracker")
    #expect(pins.check([try tool(description: "e\u{301}")], of: "tracker").usable.isEmpty)
  }

  @Test func `what is new or gone is said`() throws {
    var pins = ToolPins()
    pins.pin([try tool()], of: "tracker")
    let (usable, problems) = pins.check([try tool("new")], of: "tracker")
    #expect(usable.isEmpty)
    #expect(
      problems == [
        .notPinned(server: "tracker", tool: "new"), .gone(server: "tracker", tool: "get_issue"),
      ])
  }

  @Test func `the order of a schema's members is no change`() throws {
    let one = try JSONReader.value(
      Array(#"{"type":"object","properties":{"a":{},"b":{}}}"#.utf8), limits: ToolServerLimits())
    let other = try JSONReader.value(
      Array(#"{ "properties":{"b":{},"a":{}}, "type":"object" }"#.utf8), limits: ToolServerLimits())
    #expect(try tool(schema: one).pin == tool(schema: other).pin)
  }

  @Test func `a listing has one digest, and every change of it another`() throws {
    let digest = { (tools: [String: [RemoteTool]]) in
      var pins = ToolPins()
      for (server, tools) in tools { pins.pin(tools, of: server) }
      return pins.digest
    }
    let shown = digest(["a": [try tool(), try tool("new")], "b": [try tool()]])
    #expect(shown.wholeMatch(of: /[0-9a-f]{40}/) != nil)
    #expect(shown == digest(["b": [try tool()], "a": [try tool("new"), try tool()]]))
    let others = [
      digest(["a": [try tool()], "b": [try tool()]]), digest(["a": [try tool(), try tool("new")]]),
      digest(["a": [try tool(), try tool("new")], "b": [try tool(description: "Other.")]]),
      digest(["a": [try tool()], "b": [try tool(), try tool("new")]]), digest([:]),
    ]
    #expect(Set(others + [shown]).count == 6)
  }

  @Test func `the pin of the same tool is the same in every version of Assay`() throws {
    #expect(
      try tool().pin.hash
        == Fingerprint.digits(
          of: [
            "get_issue", "null", "Reads an issue.",
            #"{"properties":{"id":{"type":"integer"}},"required":["id"],"type":"object"}"#,
          ].sortedAsParts))
  }

  @Test(arguments: [
    "tracker get_issue", "tracker get_issue zz a b c",
    "a b " + String(repeating: "0", count: 64) + " 1 2 3",
    "a b " + String(repeating: "0", count: 64) + String(repeating: " 0123456789abcdef", count: 4),
  ])
  func `a line that is no pin is said to be`(line: String) {
    #expect(throws: ToolPins.Mistake.self) { _ = try ToolPins("# pins\n" + line + "\n") }
  }

  // MARK: Declarations

  @Test func `without a word in the settings the worst is taken to be so`() async throws {
    let declaration = try await declared(
      tool(annotations: ["readOnlyHint": true, "destructiveHint": false, "idempotentHint": true]))
    #expect(declaration.name == "tracker__get_issue")
    #expect(
      declaration.effect == .init(.blind, risk: .high, reversibility: .irreversible, audience: .anybody))
    #expect(declaration.answers == .untrusted)
    #expect(declaration.parameters == [.init("id", ["type": "integer"], role: .control)])
  }

  @Test func `the settings say what a tool does`() async throws {
    let declaration = try await declared(
      tool(), "trusted: true\ntools: [{name: get_issue, effect: none, harmless: [id]}]")
    #expect(declaration.effect == nil)
    #expect(declaration.answers == .system("tracker"))
    #expect(declaration.parameters.map(\.role) == [.harmless])
  }

  @Test func `settings of an argument that there is not are said to be`() async throws {
    await #expect(throws: ToolServerProblem.self) {
      _ = try await declared(tool(), "tools: [{name: get_issue, body: [text]}]")
    }
  }

  @Test func `a description is cut, and has nothing in it that is not seen`() async throws {
    let hidden = "Read\u{200B}s\u{202E} it.\u{E0041}\u{E0042}\u{0007}\r\n\tGood."
    #expect(
      try await declared(tool(description: hidden)).summary
        == "The tool get_issue of the tool server tracker, which says of it: Reads it.\n\tGood.")
    let long = try await declared(tool(description: String(repeating: "ä", count: 10_000)))
    #expect(long.summary.utf8.count < 5_000)
  }

  @Test func `references within a schema are put in, and those elsewhere left out`() async throws {
    let schema: JSON = [
      "type": "object",
      "properties": [
        "who": ["$ref": "#/$defs/person"], "far": ["$ref": "https://evil.example/schema"],
        "loop": ["$ref": "#/$defs/loop"], "definitions": ["type": "string"],
      ],
      "$defs": [
        "person": ["type": "object", "properties": ["name": ["$ref": "#/$defs/name"]]],
        "name": ["type": "string", "description": "na\u{200B}me"],
        "loop": ["type": "array", "items": ["$ref": "#/$defs/loop"]],
      ],
    ]
    let parameters = try await declared(tool(schema: schema)).parameters
    let shown = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.schema) })
    #expect(
      shown["who"]
        == ["type": "object", "properties": ["name": ["type": "string", "description": "name"]]])
    #expect(shown["far"] == [:])
    #expect(shown["definitions"] == ["type": "string"])
    #expect(shown["loop"]?.canonical.contains("$ref") == false)
  }

  @Test func `a schema that grows when its references are put in is refused`() async throws {
    var definitions: [String: JSON] = ["d0": ["type": "string"]]
    for level in 1...7 {
      let reference: JSON = ["$ref": .string("#/$defs/d\(level - 1)")]
      definitions["d\(level)"] = ["anyOf": .array(Array(repeating: reference, count: 10))]
    }
    let schema: JSON = [
      "type": "object", "properties": ["p": ["$ref": "#/$defs/d7"]], "$defs": .object(definitions),
    ]
    await #expect(throws: ToolServerProblem.self) { _ = try await declared(tool(schema: schema)) }
  }

  @Test(
    arguments: [
      ["type": "array"], ["properties": [:]], "string",
      ["type": "object", "properties": ["a b": [:]]], ["type": "object", "required": ["x"]],
    ] as [JSON])
  func `arguments that no model can be shown make a tool unusable`(schema: JSON) async throws {
    await #expect(throws: (any Error).self) { _ = try await declared(tool(schema: schema)) }
  }

  @Test(arguments: ["", "with space", "new\nline", "ünder", String(repeating: "x", count: 129)])
  func `a name that is none makes a tool unusable, and is not repeated`(name: String) {
    #expect { _ = try tool(name) } throws: { ($0 as? RemoteTool.Unusable)?.tool == "?" }
  }

  @Test func `names fit models, and long ones stay apart`() {
    #expect(RemoteAgentTool.name(of: "Admin.Tools/List", at: "my-server") == "my_server__admin_tools_list")
    let long = String(repeating: "x", count: 100)
    let names = ["a", "b"].map { RemoteAgentTool.name(of: long + $0, at: "tracker") }
    #expect(names.allSatisfy { $0.utf8.count <= 64 })
    #expect(names[0] != names[1])
  }

  // MARK: Headers

  @Test func `marked arguments go into headers`() throws {
    let schema: JSON = [
      "type": "object",
      "properties": [
        "region": ["type": "string", "x-mcp-header": "Region"],
        "deep": ["type": "object", "properties": ["n": ["type": "integer", "x-mcp-header": "N"]]],
      ],
    ]
    let tool = try tool(schema: schema)
    let headers = tool.headers(for: ["region": "eu", "deep": ["n": 7]])
    #expect(headers.map { "\($0.name): \($0.value)" }.sorted() == ["Mcp-Param-N: 7", "Mcp-Param-Region: eu"])
    #expect(tool.headers(for: ["region": .null]).isEmpty)
  }

  @Test(
    arguments: [
      ["a": ["type": "number", "x-mcp-header": "A"]], ["a": ["type": "string", "x-mcp-header": "A\r\nB"]],
      ["a": ["type": "string", "x-mcp-header": ""]],
      ["a": ["type": "string", "x-mcp-header": "X"], "b": ["type": "string", "x-mcp-header": "x"]],
      ["a": ["type": "array", "items": ["type": "string", "x-mcp-header": "A"]]],
      ["a": ["anyOf": [["type": "string", "x-mcp-header": "A"]]]],
    ] as [JSON])
  func `marks against the rules make a tool unusable`(properties: JSON) {
    #expect(throws: RemoteTool.Unusable.self) {
      _ = try tool(schema: ["type": "object", "properties": properties])
    }
  }
}

extension [String] {
  /// Name, then the parts as ``ToolPin/Part`` has them: description, schema, annotations.
  fileprivate var sortedAsParts: [String] { [self[0], self[2], self[3], self[1]] }
}
