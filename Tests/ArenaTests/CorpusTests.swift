import Foundation
import Ledger
import Testing

@testable import Arena

@Suite("Corpora for benchmarks")
struct CorpusTests {
  private func withDirectory<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
    let root = WrittenDemo.directory()
    defer { try? FileManager.default.removeItem(at: root) }
    return try await body(root)
  }

  @Test("A history has the size asked for, parses, and holds the tokens that the truth states")
  func history() async throws {
    try await withDirectory { root in
      let truth = try Corpus.write(bytes: 6_000_000, home: root, seed: 3)
      #expect((5_000_000...7_500_000).contains(truth.bytes))
      var messages: [String: TokenCounts] = [:]
      var lines = 0
      var last = ""
      for path in try FileManager.default.subpathsOfDirectory(atPath: root.path)
      where path.hasSuffix(".jsonl") {
        for line in try Data(contentsOf: root.appendingPathComponent(path)).split(separator: 0x0A) {
          let object = try #require(try JSONSerialization.jsonObject(with: line) as? [String: Any])
          lines += 1
          if object["parentUuid"] as? String != last {
            #expect(object.object("message")["content"] is String)
          }
          last = object.string("uuid")
          guard object.string("type") == "assistant" else { continue }
          let usage = object.object("message").object("usage")
          messages[object.object("message").string("id")] = TokenCounts(
            input: usage.int("input_tokens"), cacheRead: usage.int("cache_read_input_tokens"),
            cacheWrite5m: usage.object("cache_creation").int("ephemeral_5m_input_tokens"), cacheWrite1h: 0,
            output: usage.int("output_tokens"))
          #expect(!last.contains("@"))
        }
      }
      #expect(lines == truth.lines)
      #expect(messages.count == truth.totals.calls)
      #expect(messages.values.reduce(TokenCounts(), +) == truth.totals.counts)
      let share = Double(truth.assistantLines) / Double(truth.lines)
      #expect((0.5...0.6).contains(share))
      #expect((4500...7000).contains(Int(truth.bytes) / truth.lines))
    }
  }

  @Test("A repository holds each session's edit in the commit that the truth names")
  func repository() async throws {
    try await withDirectory { root in
      let repository = root.appendingPathComponent("big")
      let home = root.appendingPathComponent("home")
      let truth = try await Corpus.writeRepository(
        commits: 400, sessions: 20, repository: repository, home: home, endingAt: WrittenDemo.now, seed: 5)
      let git = GitProcess(directory: repository)
      try await git("fsck", "--full", "--strict")
      #expect(try await git("rev-list", "--count", "HEAD") == "400\n")
      #expect(truth.landed.count == 20)
      for (name, sha) in truth.landed {
        let patch = try await git("show", "--format=", "--unified=0", sha)
        let path = try #require(
          try FileManager.default.subpathsOfDirectory(atPath: home.path).first {
            $0.hasSuffix("\(name).jsonl")
          })
        let text = String(decoding: try Data(contentsOf: home.appendingPathComponent(path)), as: UTF8.self)
        let added = patch.split(separator: "\n").filter { $0.hasPrefix("+def ") }.map {
          String($0.dropFirst())
        }
        #expect(!added.isEmpty)
        for line in added { #expect(text.contains(line)) }
      }
    }
  }
}

@Suite("The generator's tools")
struct ToolTests {
  @Test("SplitMix64 gives the published sequence")
  func splitMix() {
    var chance = Chance(seed: 1_234_567)
    #expect(chance.next() == 6_457_827_717_110_365_317)
    #expect(chance.next() == 3_203_168_211_198_807_973)
  }

  @Test("SHA-256 gives the published digests")
  func sha256() {
    #expect(SHA256.hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(SHA256.hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test(
    "Instants are written as the calendar has them",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
      (1_795_229_833_018, "2026-11-21T02:57:13.018Z"), (-1, "1969-12-31T23:59:59.999Z"),
    ] as [(Int64, String)])
  func stamps(milliseconds: Int64, text: String) {
    #expect(Instant(milliseconds: milliseconds).iso8601 == text)
  }

  @Test(
    "An edit's replacement turns the old file into the new one",
    arguments: [
      ([], ["a"]), (["a", "b", "c"], ["a", "x", "c"]), (["a", "b"], ["a", "b", "c"]),
      (["a", "b"], ["z", "a", "b"]),
      (["a", "b", "c"], ["a", "c"]), (["b", "c"], ["c"]), (["a", "a", "a"], ["a", "a"]),
    ] as [([String], [String])])
  func edits(before: [String], after: [String]) throws {
    let edit = FileEdit(path: "x", before: before.isEmpty ? nil : before, after: after)
    let hunk = edit.hunk()
    #expect(hunk.lines.filter { !$0.hasPrefix("+") }.count == hunk.oldLines)
    #expect(hunk.lines.filter { !$0.hasPrefix("-") }.count == hunk.newLines)
    let (old, new) = edit.replacement
    guard !before.isEmpty else { return }
    let text = before.fileText
    let range = try #require(text.range(of: old))
    #expect(
      text.replacingCharacters(in: range, with: new).split(separator: "\n")
        == after.fileText.split(separator: "\n"))
  }
}
