import Ledger
import Readers
import Testing

@Suite("Codex: a repository's address")
struct CodexRemoteTests {
  @Test(
    "Passwords and tokens in it are not kept",
    arguments: [
      ("https://me:secret@example.org/a/b.git", "https://example.org/a/b.git"),
      ("https://secret@example.org/a/b", "https://example.org/a/b"),
      ("https://example.org/a/b@2.git", "https://example.org/a/b@2.git"),
      ("git@example.org:a/b.git", "git@example.org:a/b.git"),
    ])
  func credentials(stated: String, kept: String) throws {
    let line =
      #"{"timestamp":"2026-11-01T10:00:00.000Z","type":"session_meta","payload":{"id":"t1","#
      + #""timestamp":"2026-11-01T10:00:00.000Z","cwd":"/p","git":{"repository_url":"\#(stated)"}}}"#
    let batch = try read(CodexReader.self, Array(line.utf8), path: "rollout-t1.jsonl")
    #expect(batch.sessions.last?.remote == kept)
  }
}
