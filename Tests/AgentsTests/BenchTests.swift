import AgentFolder
import Agents
import ControlSQLite
import Deployments
import Effects
import Foundation
import Gate
import Journal
import Ledger
import Memory
import SlackClient
import Testing

/// The tools that an AGENT.md can list, as the bench makes them.
struct BenchTests {
  private struct Place: ~Copyable {
    let path = FileManager.default.temporaryDirectory.appending(path: "bench-\(UUID().uuidString)").path
    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  private static let target = "shop"

  private func bench(in place: borrowing Place) throws -> AgentWorkbench {
    let nothing = try CommandTemplate(["true"])
    let target = CommandTarget(
      place: DeploymentPlace(
        name: Self.target, repository: "https://git.example/shop", environment: "production",
        isProduction: true),
      commands: .init(current: nothing, begin: nothing), repository: place.path,
      health: CommandProbe(["true"]))
    try FileManager.default.createDirectory(atPath: place.path, withIntermediateDirectories: true)
    let journal = SQLiteJournal(try ControlStore(path: place.path + "/control.sqlite"))
    return AgentWorkbench(
      runs: place.path + "/runs",
      deployments: DeploymentTools([.init(target, terms: DeploymentTerms(approvers: []))]),
      mail: MailRoom([], states: journal, now: { Instant(Date()) }),
      repositories: [Self.target: place.path + "/shop"])
  }

  /// With one commit.
  private func makeRepository(in place: borrowing Place) throws {
    for arguments in [
      ["init", "--quiet", place.path + "/shop"],
      [
        "-C", place.path + "/shop", "-c", "user.name=x", "-c", "user.email=x@example.org", "commit",
        "--quiet",
        "--allow-empty", "--message=First",
      ],
    ] {
      let git = try Process.run(URL(filePath: "/usr/bin/git"), arguments: arguments)
      git.waitUntilExit()
      try #require(git.terminationStatus == 0)
    }
  }

  private func folder(in place: borrowing Place, tools: [String]) throws -> AgentFolder {
    let path = place.path + "/agents/clerk"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try """
    ---
    description: Has every tool.
    model: claude-sonnet-5
    tools: [\(tools.joined(separator: ", "))]
    budget: {run: {tokens: 1000}, day: {tokens: 1000}}
    egress: [{host: api.example.org}]
    deployments: [\(Self.target)]
    repository: \(Self.target)
    ---
    Work.
    """.write(toFile: path + "/AGENT.md", atomically: true, encoding: .utf8)
    return try AgentFolder.read(at: path)
  }

  private let run = Run(
    id: RunID(rawValue: "01a2019a-dbbd-7536-abee-4a24b1e9b49d"), account: .local, agent: "clerk", folder: "f",
    status: .running, purpose: .gone, begun: Instant(milliseconds: 0))

  @Test func `the gate can read what each tool takes, so that none is refused for its own schema`()
    async throws
  {
    let place = Place()
    try makeRepository(in: place)
    // Commands are not for root.
    // Those over a mailbox, a workspace and a memory need one; where they are, runs go through them.
    let others = MailRoom.names + SlackChannels.toolNames + [RememberTool.name, RecallTool.name]
    let names = AgentWorkbench.names.subtracting(others + (geteuid() == 0 ? ["run_command"] : [])).sorted()
    let tools = try await bench(in: place).tools(of: folder(in: place, tools: names), for: run)
    #expect(tools.map(\.declaration.name) == names)
    for tool in tools {
      let declaration = tool.declaration
      let arguments = JSON.object(
        Dictionary(
          uniqueKeysWithValues: declaration.parameters.map { ($0.name, Self.example(of: $0.schema)) }))
      let decision = Gate(policy: Policy(), grants: [Grant(declaration.name)]).decide(
        declaration, arguments, seen: [], done: EffectsSoFar([:]), at: Date())
      if case .deny(let refusal) = decision { Issue.record("\(declaration.name): \(refusal)") }
    }
  }

  /// Something that meets a schema.
  private static func example(of schema: JSON) -> JSON {
    if case .array(let values)? = schema["enum"], let first = values.first { return first }
    switch schema["type"]?.string {
    case "integer": return schema["minimum"] ?? 1
    case "boolean": return true
    case "array": return .array([example(of: schema["items"] ?? ["type": "string"])])
    default:
      guard case .integer(let least)? = schema["minLength"] else { return "x" }
      return .string(String(repeating: "a", count: Int(least)))
    }
  }

  @Test func `a tool that there is not is named, with those that there are`() async throws {
    let place = Place()
    let folder = try folder(in: place, tools: ["read_file", "read_mind"])
    let bench = try bench(in: place)
    let problem = await #expect(throws: AgentProblem.self) { try await bench.tools(of: folder, for: run) }
    let text = problem.map { "\($0)" } ?? ""
    #expect(text.contains("read_mind") && text.contains("search_files"))
  }
}
