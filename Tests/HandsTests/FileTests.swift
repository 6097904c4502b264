import Effects
import Foundation
import Glibc
import Testing

@testable import Hands

@Suite struct FileTests {
  @Test(arguments: [
    "../secret", "a/../../secret", "/etc/passwd", "..", "link", "up/secret", "link/x", "deep/link", "fifo",
    "folder", "missing",
    ".git/config", ".GIT/config", "sub/.git/hooks/post-commit", ".g\u{200D}it/config", "git~1/config", "a\0b",
    "big",
    String(repeating: "a/", count: 100) + "b", String(repeating: "n", count: 300), "",
  ])
  func `what is not a file of the folder is neither read nor written`(path: String) async throws {
    try await RunWorkspace.with { run in
      try run.link("link", to: run.root + "/secret")
      try run.link("up", to: "..")
      try run.write("x", to: "deep/x")
      try run.link("deep/link", to: "../../secret")
      try run.write("[core]", to: ".git/config")
      try run.write("#!", to: "sub/.git/hooks/post-commit")
      try FileManager.default.createDirectory(atPath: run.path + "/folder", withIntermediateDirectories: true)
      #expect(mkfifo(run.path + "/fifo", 0o600) == 0)
      if path == "big" { try run.write(String(repeating: "b", count: WorkFolder.largest + 1), to: "big") }
      do {
        let result = try await ReadFile(run.folder).call(["path": .string(path)])
        Issue.record("read \(path): \(result.text.prefix(50))")
      } catch {
        #expect(!"\(error)".contains("hunter2"))
        guard case .refused? = error as? ToolFailure else { throw error }
      }
      guard path != "missing", path != "big" else { return }
      await #expect(throws: ToolFailure.self) {
        try await WriteFile(run.folder).call(["path": .string(path), "content": "overwritten"])
      }
      #expect(FileManager.default.contents(atPath: run.root + "/secret") == Data("hunter2-outside".utf8))
      #expect(run.text(of: ".git/config") == "[core]" && run.text(of: "sub/.git/hooks/post-commit") == "#!")
    }
  }

  @Test func `links lead nowhere when files are listed and searched`() async throws {
    try await RunWorkspace.with { run in
      try run.link("out", to: run.root)
      try run.link("secret", to: run.root + "/secret")
      try run.write("needle here\nnothing\nneedle there", to: "a/b.txt")
      try run.write("needle", to: ".git/config")
      let list = try await ListFiles(run.folder).call(["depth": 8])
      #expect(list.foreign == "a/\nout (neither file nor folder)\nsecret (neither file nor folder)\na/b.txt")
      let found = try await SearchFiles(run.folder).call(["text": "needle"])
      #expect(found.foreign == "a/b.txt:1: needle here\na/b.txt:3: needle there")
      #expect(try await SearchFiles(run.folder).call(["text": "hunter2"]).foreign == "")
    }
  }

  @Test func `a file that grows a link while it is written stays inside`() async throws {
    try await RunWorkspace.with { run in
      try run.write("x", to: "a/file")
      // Somebody swaps the folder for a link, again and again.
      let swapper = Task {
        while !Task.isCancelled {
          rename(run.path + "/a", run.path + "/b")
          symlink(run.root, run.path + "/a")
          await Task.yield()
          unlink(run.path + "/a")
          rename(run.path + "/b", run.path + "/a")
          await Task.yield()
        }
      }
      for number in 0..<300 {
        _ = try? await WriteFile(run.folder).call([
          "path": "a/secret", "content": .string("inside \(number)"),
        ])
        let read = try? await ReadFile(run.folder).call(["path": "a/secret"])
        #expect(read.map { !$0.text.contains("hunter2") } ?? true)
      }
      swapper.cancel()
      await swapper.value
      #expect(FileManager.default.contents(atPath: run.root + "/secret") == Data("hunter2-outside".utf8))
    }
  }

  @Test func `a file is the owner's only as long as it is as the owner left it`() async throws {
    try await RunWorkspace.with(owners: ["brief.md": "do this"]) { run in
      try run.write("mail", to: "mail.txt")
      let read = ReadFile(run.folder)
      #expect(try await read.call(["path": "brief.md"]).passages == [Passage("do this", from: .owner)])
      #expect(
        try await read.call(["path": "mail.txt"]).passages.map(\.origin) == [.untrusted("the file mail.txt")])
      _ = try await WriteFile(run.folder).call(["path": "brief.md", "content": "do that"])
      #expect(
        try await read.call(["path": "brief.md"]).passages.map(\.origin) == [.untrusted("the file brief.md")])
      _ = try await WriteFile(run.folder).call(["path": "brief.md", "content": "do this"])
      #expect(try await read.call(["path": "brief.md"]).passages.map(\.origin) == [.owner])
    }
  }

  @Test func `what was written is undone, unless somebody wrote over it`() async throws {
    try await RunWorkspace.with { run in
      let write = WriteFile(run.folder)
      try run.write("before", to: "old")
      let effect = EffectID(rawValue: "e")
      let changed = try await write.call(["path": "old", "content": "after"])
      let made = try await write.call(["path": "sub/new", "content": "new"])
      #expect(run.text(of: "old") == "after" && run.text(of: "sub/new") == "new")
      // Twice: a crash may come between the undoing and its record.
      for _ in 0..<2 {
        _ = try await write.undo(try #require(changed.undo), of: effect)
        _ = try await write.undo(try #require(made.undo), of: effect)
        #expect(run.text(of: "old") == "before" && run.text(of: "sub/new") == nil)
      }
      let again = try await write.call(["path": "old", "content": "after"])
      try run.write("by somebody else", to: "old")
      await #expect(throws: ToolFailure.self) { try await write.undo(try #require(again.undo), of: effect) }
      #expect(run.text(of: "old") == "by somebody else")
    }
  }

  @Test func `an undo handle reaches nothing but the store`() async throws {
    try await RunWorkspace.with { run in
      let write = WriteFile(run.folder)
      _ = try await write.call(["path": "a", "content": "x"])
      for before in ["../secret", "../../secret", String(repeating: "0", count: 64)] {
        await #expect(throws: ToolFailure.self) {
          try await write.undo(
            ["path": "a", "before": .string(before), "written": .string(WorkFolder.hash(Array("x".utf8)))],
            of: EffectID(rawValue: "e"))
        }
      }
      #expect(run.text(of: "a") == "x")
    }
  }

  @Test func `long files come in parts, and say so`() async throws {
    try await RunWorkspace.with { run in
      try run.write((1...5000).map { "line \($0)" }.joined(separator: "\n"), to: "long")
      let part = try await ReadFile(run.folder).call(["path": "long", "first_line": 4000, "lines": 2])
      #expect(part.foreign == "line 4000\nline 4001" && part.text.contains("5000 lines"))
      try run.write(String(repeating: "é", count: 100_000), to: "wide")
      let wide = try await ReadFile(run.folder).call(["path": "wide"])
      #expect(
        wide.foreign.utf8.count <= Shown.largest && wide.foreign.allSatisfy { $0 == "é" }
          && wide.text.contains("cut"))
      try Data([0xFF, 0xFE, 0]).write(to: URL(filePath: run.path + "/binary"))
      await #expect(throws: ToolFailure.self) { try await ReadFile(run.folder).call(["path": "binary"]) }
    }
  }

  @Test(
    arguments: [
      [:], ["path": 1], ["path": "a", "other": "x"], [], "a", ["path": ["a"]], ["path": "a", "lines": 0],
      ["path": "a", "lines": "3"], ["path": .null],
    ] as [JSON])
  func `arguments that the tool does not declare are refused`(arguments: JSON) async throws {
    try await RunWorkspace.with { run in
      try run.write("x", to: "a")
      await #expect(throws: ToolFailure.self) { try await ReadFile(run.folder).call(arguments) }
    }
  }

  @Test func `a store within the folder is refused`() {
    #expect(throws: FolderProblem.self) { try WorkFolder(path: "/tmp/a", store: "/tmp/a/store") }
    #expect(throws: FolderProblem.self) { try WorkFolder(path: "/tmp/a/", store: "/tmp/a") }
  }
}
