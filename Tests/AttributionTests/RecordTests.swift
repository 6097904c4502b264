import Ledger
import Outcomes
import Testing

@testable import Attribution

@Suite("Other tools' records link sessions to commits")
struct RecordTests {
  private func start() async throws -> (GitFixture, SessionScript, TurnID, String) {
    let fixture = try await GitFixture()
    try await fixture.commit("README.md", lines("readme", 3), at: .hour(-100))
    var script = SessionScript("5b0c2d1e-0000-4000-8000-000000000001", in: fixture.root)
    let turn = script.turn(at: .hour(0))
    let commit = try await fixture.commit("Sources/new.swift", lines("new", 6), at: .hour(1))
    return (fixture, script, turn, commit)
  }

  @Test("a git-ai note that names the session by the hash of its identifier")
  func note() async throws {
    let (fixture, script, turn, commit) = try await start()
    let digest = SHA256.hash("claude:5b0c2d1e-0000-4000-8000-000000000001".utf8).prefix(7)
    let key = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    let note =
      "Sources/new.swift\n  s_\(key)::t_00112233445566 1-6\n---\n{\"schema_version\":\"authorship/3.0.0\"}\n"
    try await fixture.git("notes", "--ref=ai", "add", "-m", note, commit)
    let verdict = Verdict([script], [try await fixture.index()], now: .day(30))
    #expect(verdict[turn].map(\.link) == [.record])
    #expect(verdict.states(turn) == [.held])
    #expect(verdict.commits(turn) == [commit])
  }

  @Test("an Agent Trace record whose revision is what the work began from")
  func trace() async throws {
    let (fixture, script, turn, commit) = try await start()
    let parent = try await fixture.git("rev-parse", "HEAD~1")
    try fixture.write(
      ".agent-trace/traces.jsonl",
      [
        """
        {"version":"0.1.0","id":"1","timestamp":"2026-01-01T00:00:00Z","vcs":{"type":"git","revision":"\(parent)"},\
        "files":[{"path":"Sources/new.swift","conversations":[{"contributor":{"type":"ai"},"ranges":[{"start_line":1,\
        "end_line":6}]}]}],"metadata":{"session_id":"5b0c2d1e-0000-4000-8000-000000000001"}}
        """
      ])
    let verdict = Verdict([script], [try await fixture.index()], now: .day(30))
    #expect(verdict[turn].map(\.link) == [.record])
    #expect(verdict.commits(turn) == [commit])
  }
}
