import Arena
import Foundation
import Ledger
import Testing

@Suite("The demo's repositories")
struct DemoRepositoriesTests {
  @Test("They pass git's check, are at their heads, and hold exactly the commits of the truth")
  func sound() async throws {
    let demo = try await WrittenDemo.shared
    for repository in demo.truth.repositories {
      let git = GitProcess(directory: URL(fileURLWithPath: repository.path))
      try await git("fsck", "--full", "--strict")
      let reached = try await Set(git("rev-list", "--all").split(separator: "\n").map(String.init))
      #expect(reached == Set(repository.commits.filter(\.isReachable).map(\.sha)))
      let branches = try await git("for-each-ref", "--format=%(refname:short)", "refs/heads")
      #expect(Set(branches.split(separator: "\n").map(String.init)) == Set(repository.branches + ["main"]))
      let changed = try await git("status", "--porcelain").split(separator: "\n")
      #expect(changed.allSatisfy { $0.hasPrefix("?? ") })
    }
    let open = demo.truth.repositories.flatMap(\.branches)
    #expect(open.count == 2)
    // What squashes and rebases leave behind.
    #expect(demo.truth.repositories.flatMap(\.commits).filter { !$0.isReachable }.count >= 4)
  }

  @Test("Every line that a session added is among the lines that its commits added")
  func linesLand() async throws {
    let demo = try await WrittenDemo.shared
    var checked = 0
    for session in demo.truth.sessions where session.tool == .claudeCode && session.parent == nil {
      let commits = Set(session.turns.flatMap(\.commits))
      guard !commits.isEmpty, let project = session.project else { continue }
      let git = GitProcess(directory: demo.repositories.appendingPathComponent(project))
      var landed: Set<String> = []
      for sha in commits {
        for line in try await git("show", "--format=", "--unified=0", sha).split(separator: "\n")
        where line.hasPrefix("+") && !line.hasPrefix("+++") { landed.insert(String(line.dropFirst())) }
      }
      let path = try #require(try demo.files(ending: "/\(session.name).jsonl").first)
      let added = try demo.lines(path).flatMap { Self.added($0.object("toolUseResult")) }
      #expect(!added.isEmpty)
      #expect(added.filter { !$0.isEmpty && !landed.contains($0) } == [], "\(session.behaviour)")
      checked += 1
    }
    #expect(checked > 20)
  }

  @Test("States follow from the dates and the commits themselves")
  func states() async throws {
    let demo = try await WrittenDemo.shared
    let reverts = Set(demo.truth.repositories.flatMap(\.commits).filter { $0.kind == .revert }.map(\.sha))
    #expect(reverts.count == 3)
    var messages = ""
    var committed: [String: Instant] = [:]
    for repository in demo.truth.repositories {
      let git = GitProcess(directory: URL(fileURLWithPath: repository.path))
      messages += try await git("log", "--format=%B", "main")
      for line in try await git("log", "--all", "--format=%H %ct").split(separator: "\n") {
        let parts = line.split(separator: " ")
        committed[String(parts[0])] = Instant(milliseconds: try #require(Int64(parts[1])) * 1000)
      }
    }
    for session in demo.truth.sessions {
      for turn in session.turns {
        switch turn.state {
        case .held, .fresh:
          #expect(!turn.commits.isEmpty)
          for sha in turn.commits {
            let age = WrittenDemo.now - (try #require(committed[sha]))
            #expect((age >= .days(14)) == (turn.state == .held))
          }
        case .reverted:
          #expect(turn.commits.contains { messages.contains("This reverts commit \($0).") })
        case .open: #expect(session.behaviour == .openBranch || turn.commits.isEmpty)
        case .explored, .unexplained, .unknown: #expect(turn.commits.isEmpty)
        }
      }
    }
  }

  @Test("A rebased commit is another than the one that the session was told of")
  func rebased() async throws {
    let demo = try await WrittenDemo.shared
    for session in demo.truth.sessions where session.behaviour == .rebased || session.behaviour == .squashed {
      let final = Set(session.turns.flatMap(\.commits))
      let known = demo.truth.repositories.first { $0.name == session.project }?.commits ?? []
      #expect(final.isSubset(of: Set(known.filter(\.isReachable).map(\.sha))))
      guard session.tool == .claudeCode else { continue }
      let path = try #require(try demo.files(ending: "/\(session.name).jsonl").first)
      let text = String(decoding: try demo.data(path), as: UTF8.self)
      for sha in final { #expect(!text.contains(sha.prefix(7))) }
    }
  }

  /// Lines that an edit's result says were added.
  private static func added(_ result: [String: Any]) -> [String] {
    if result.string("type") == "create" {
      return result.string("content").split(separator: "\n", omittingEmptySubsequences: false).map(
        String.init)
    }
    return result.objects("structuredPatch").flatMap { $0["lines"] as? [String] ?? [] }
      .filter { $0.hasPrefix("+") }.map { String($0.dropFirst()) }
  }
}
