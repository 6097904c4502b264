import Arena
import Foundation
import Ledger
import Testing

@Suite("The demo's files")
struct DemoFilesTests {
  @Test("The same seed writes the same bytes and the same commits")
  func deterministic() async throws {
    let root = WrittenDemo.directory()
    func write(_ seed: UInt64) async throws -> ([String: Data], GroundTruth) {
      defer { try? FileManager.default.removeItem(at: root) }
      let demo = try await WrittenDemo.write(seed: seed, in: root)
      var contents: [String: Data] = [:]
      for path in try demo.files() { contents[path] = try demo.data(path) }
      return (contents, demo.truth)
    }
    let first = try await write(7)
    let second = try await write(7)
    let other = try await write(8)
    #expect(first.0 == second.0)
    #expect(first.1 == second.1)
    #expect(first.1.repositories != other.1.repositories)
    #expect(first.0.keys != other.0.keys)
  }

  @Test("Every line and every file of JSON parses, but for the one broken on purpose")
  func everythingParses() async throws {
    let demo = try await WrittenDemo.shared
    var broken: [String] = []
    for path in try demo.files(ending: ".jsonl") {
      for line in try demo.data(path).split(separator: 0x0A)
      where (try? JSONSerialization.jsonObject(with: line)) as? [String: Any] == nil { broken.append(path) }
    }
    #expect(broken == demo.truth.brokenFiles)
    #expect(broken.count == 1)
    let whole = try demo.files(ending: ".json")
    #expect(whole.count > 50)
    for path in whole { #expect(try !demo.object(path).isEmpty, "\(path)") }
  }

  @Test("Six tools, every behaviour and every outcome state occur, and nothing names a commit by a stand-in")
  func variety() async throws {
    let demo = try await WrittenDemo.shared
    let sessions = demo.truth.sessions
    #expect((55...70).contains(sessions.count))
    #expect(Set(sessions.map(\.tool)).union([.cursor]) == Set(Tool.withRecords))
    #expect(Set(sessions.map(\.behaviour)) == Set(Behaviour.allCases))
    #expect(Set(sessions.flatMap(\.turns).map(\.state)) == Set(OutcomeState.allCases))
    #expect(Set(sessions.map(\.name)).count == sessions.count)
    for path in try demo.files() {
      #expect(try !String(decoding: demo.data(path), as: UTF8.self).contains("%h]"), "\(path)")
    }
  }

  @Test(
    "A fork repeats its parent's calls; a subagent, a compaction, an overload and a refusal leave their lines"
  )
  func incidents() async throws {
    let demo = try await WrittenDemo.shared
    var files: [String: Set<String>] = [:]
    var subtypes: Set<String> = []
    var synthetic = 0
    for path in try demo.files(ending: ".jsonl") where path.hasPrefix(".claude/") {
      for line in try demo.lines(path) {
        let message = line.object("message")
        if message.string("model") == "<synthetic>" { synthetic += 1 }
        if line.string("type") == "assistant" { files[path, default: []].insert(message.string("id")) }
        subtypes.insert(line.string("subtype"))
      }
    }
    #expect(synthetic == demo.truth.sessions.reduce(0) { $0 + $1.notBilled })
    #expect(synthetic > 0)
    #expect(subtypes.isSuperset(of: ["api_error", "compact_boundary"]))
    #expect(files.keys.contains { $0.contains("/subagents/agent-") })
    #expect(files.keys.contains { $0.contains("quaymaster/agent-") || $0.contains("tidebook/agent-") })
    func messages(_ name: String) -> Set<String> {
      files.first { $0.key.hasSuffix("/\(name).jsonl") }?.value ?? []
    }
    let forks = demo.truth.sessions.filter { $0.parent != nil }
    #expect(forks.count == 2)
    for fork in forks {
      let parent = messages(fork.parent ?? "")
      #expect(!parent.isEmpty)
      #expect(messages(fork.name).isSuperset(of: parent))
      #expect(messages(fork.name).count > parent.count)
    }
  }

  @Test("It refuses to write over a repository")
  func existing() async throws {
    let root = WrittenDemo.directory()
    defer { try? FileManager.default.removeItem(at: root) }
    let code = root.appendingPathComponent("code")
    try FileManager.default.createDirectory(
      at: code.appendingPathComponent("tidebook"), withIntermediateDirectories: true)
    await #expect(throws: Scenario.WriteFailure.self) {
      try await Scenario.demo(endingAt: WrittenDemo.now).write(
        home: root.appendingPathComponent("home"), repositories: code)
    }
  }
}
