import Foundation
import Ledger
import Testing

@testable import Outcomes

@Suite("Parsers of what git and other tools wrote")
struct ParserTests {
  private static let patch = """
    0123456789012345678901234567890123456789

    diff --git a/one.swift b/one.swift
    index 1..2 100644
    --- a/one.swift
    +++ b/one.swift
    @@ -3 +3,2 @@ func context() {
    -let removed = oldConfiguration()
    +let added = newConfiguration()
    +--- a/not a header, but a line
    @@ -9,2 +10,0 @@
    -let gone = oldConfiguration()
    -}
    diff --git a/old.swift b/new.swift
    similarity index 90%
    rename from old.swift
    rename to new.swift
    diff --git a/picture.png b/picture.png
    new file mode 100644
    Binary files /dev/null and b/picture.png differ
    1123456789012345678901234567890123456789

    diff --git a/last.swift b/last.swift
    deleted file mode 100644
    --- a/last.swift
    +++ /dev/null
    @@ -1 +0,0 @@
    -let deleted = oldConfiguration()
    \\ No newline at end of file

    """

  private func parse(_ bytes: [UInt8], pieces: Int = .max) -> PatchParser.Fragment {
    var parser = PatchParser(key: TestRepository.key)
    var rest = bytes[...]
    while !rest.isEmpty {
      rest.prefix(pieces).withUnsafeBytes { parser.consume($0) }
      rest = rest.dropFirst(pieces)
    }
    return parser.finish()
  }

  @Test("a patch is read the same in pieces of any size", arguments: [1, 2, 3, 7, 64, .max])
  func patch(pieces: Int) throws {
    let fragment = parse(Array(Self.patch.utf8), pieces: pieces)
    #expect(fragment.commits.map(\.fileCount) == [2, 1])
    #expect(fragment.hunks.map(\.addedCount) == [2, 0, 0])
    #expect(fragment.hunks.map(\.removedCount) == [1, 1, 1])
    #expect(fragment.hunks.map(\.removedAll) == [1, 2, 1])
    #expect(fragment.skippedFiles == 1)
    #expect(fragment.files.map(\.flags) == [[], [], [.isDeleted]])
    #expect(fragment.files[1].previousPath != RepositoryIndex.none)
    let expected = [
      "let added = newConfiguration()", "--- a/not a header, but a line", "let removed = oldConfiguration()",
    ]
    #expect(
      fragment.lines.prefix(3) == expected.compactMap { LineHash($0, key: TestRepository.key)?.rawValue }[...]
    )
  }

  @Test("no damage to a patch crashes, and every row stays within its tables")
  func patchFuzz() {
    var random = SplitMix(state: 42)
    var outside = 0
    for _ in 0..<5000 {
      let fragment = parse(random.mutated(Array(Self.patch.utf8)), pieces: Int(random.next() % 200 + 1))
      for commit in fragment.commits
      where Int(commit.firstFile) + Int(commit.fileCount) > fragment.files.count { outside += 1 }
      for file in fragment.files
      where file.hunks.upperBound > fragment.hunks.count || Int(file.path) >= fragment.paths.count {
        outside += 1
      }
      for hunk in fragment.hunks where hunk.removed.upperBound > fragment.lines.count { outside += 1 }
    }
    #expect(outside == 0)
  }

  @Test("git-ai notes of a real repository")
  func notes() throws {
    guard let directory = try Samples.directory("git-ai-notes/git-ai-project+git-ai") else { return }
    let names = try FileManager.default.contentsOfDirectory(atPath: directory).filter {
      $0.hasSuffix(".note")
    }
    #expect(names.count >= 20)
    var entries = 0
    var random = SplitMix(state: 7)
    for name in names.sorted() {
      let bytes = Array(try Data(contentsOf: URL(filePath: directory + "/" + name)))
      let note = AuthorshipNote(bytes)
      entries += note.entries.count
      for entry in note.entries {
        guard let tool = entry.tool, let conversation = entry.conversation, entry.key.count == 16 else {
          continue
        }
        // The legacy key is the beginning of a hash over tool and conversation.
        let digest = SHA256.hash("\(tool):\(conversation)".utf8).map {
          String(Int($0) + 256, radix: 16).dropFirst()
        }
        #expect(digest.joined().hasPrefix(entry.key))
      }
      for _ in 0..<40 { _ = AuthorshipNote(random.mutated(bytes)) }
    }
    #expect(entries >= names.count / 2)
  }

  @Test("ranges of a note are counted, whatever their order, and absurd ones are not")
  func ranges() {
    let note = AuthorshipNote(
      Array(
        """
        "a file.swift"
          s_0db412aeb21ffe::t_00112233445566 40-42,1,3-5
          h_0db412aeb21ffe 1-100
          0123456789abcdef 5-1,0,9-99999999999999999999,7
        ---
        {"sessions": {"s_0db412aeb21ffe": {"agent_id": {"tool": "claude", "id": "x"}}}}
        """.utf8))
    #expect(note.entries.map(\.key) == ["0123456789abcdef", "0db412aeb21ffe"])
    #expect(note.entries.map(\.lines) == [1, 7])
    #expect(note.entries.map(\.conversation) == [nil, "x"])
  }

  @Test("Agent Trace records, whole and damaged")
  func traces() throws {
    let line = """
      {"version":"0.1.0","id":"9f0e","timestamp":"2026-01-25T10:00:00Z","vcs":{"type":"git","revision":\
      "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678"},"tool":{"name":"cursor"},"files":[{"path":"src/app.ts",\
      "conversations":[{"url":"file:///home/x/.claude/projects/p/session-1.jsonl","contributor":{"type":"ai"},\
      "ranges":[{"start_line":3,"end_line":12}]},{"contributor":{"type":"human"},"ranges":[{"start_line":1,\
      "end_line":2}]}]}],"metadata":{"session_id":"abc"}}
      """
    let trace = try #require(AgentTrace(line: line.utf8))
    #expect(trace.conversations == ["abc", "session-1"])
    #expect(trace.files == [.init(path: "src/app.ts", lines: 10)])
    var random = SplitMix(state: 99)
    for _ in 0..<2000 {
      let damaged = AgentTrace(line: random.mutated(Array(line.utf8)))
      #expect(damaged.map { $0.files.allSatisfy { $0.lines > 0 } } ?? true)
    }
  }

  @Test("SHA-256 of the standard's examples")
  func sha256() {
    func hexadecimal(_ text: String) -> String {
      SHA256.hash(text.utf8).map {
        String(String($0, radix: 16).count == 1 ? "0" : "") + String($0, radix: 16)
      }.joined()
    }
    #expect(hexadecimal("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(hexadecimal("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      hexadecimal("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
  }

  @Test(
    "what a message says",
    arguments: [
      ("Fix it (#12)", 12, true, []), ("Merge pull request #7 from a/b", 7, true, []),
      ("Fix (#x)", 0, false, []),
      ("Merged PR 31: Fix", 31, true, []), ("Work\n\nSee merge request a/b!9", 9, true, []),
      ("Work\n\n🤖 Generated with [Claude Code](https://claude.com)", 0, false, .byClaude),
      ("Work\n\nCo-Authored-By: Copilot <223556219+Copilot@users.noreply.github.com>", 0, false, .byCopilot),
    ] as [(String, UInt32, Bool, RepositoryIndex.CommitFlags)])
  func messages(message: String, number: UInt32, isRequest: Bool, flags: RepositoryIndex.CommitFlags) {
    let marks = MessageMarks(message)
    #expect(marks.pullRequest == number)
    #expect(marks.flags.contains(.throughRequest) == isRequest)
    #expect(marks.flags.intersection(.anyTool) == flags)
  }

  @Test("reverts are read from the message")
  func reverts() throws {
    let name = "0123456789abcdef0123456789abcdef01234567"
    let marks = MessageMarks("Revert \"x\"\n\nThis reverts commit \(name).")
    #expect(marks.reverts.map(\.hexadecimal) == [name])
    let full = try #require(marks.reverts.first)
    #expect(CommitHash("0123456")?.abbreviates(full) == true)
    #expect(CommitHash("0123457")?.abbreviates(full) == false)
  }

  @Test(
    "a remote has one name however it is written",
    arguments: [
      "https://github.com/Owner/Name.git", "git@github.com:owner/name.git",
      "ssh://git@github.com:22/owner/name/",
      "https://user:token@github.com/owner/name",
    ])
  func remotes(address: String) {
    #expect(RemoteName.normalised(address) == "github.com/owner/name")
    #expect(RemoteName.normalised("/srv/git/name.git") == nil)
    #expect(RemoteName.pullRequest("https://github.com/owner/name/pull/12#discussion")?.number == 12)
    #expect(
      RemoteName.pullRequest("https://gitlab.com/a/b/c/-/merge_requests/3")?.repository == "gitlab.com/a/b/c")
  }
}
