import Collection
import Foundation
import Ledger
import LedgerSQLite
import TestCorpus
import Testing

@Suite("Files that change in other ways than by growing")
struct ChangedFileTests {
  private let ledgers: LedgerFactory
  private let directory: TemporaryDirectory
  private let name = "projects/x/\(Transcript.session).jsonl"

  init() throws {
    ledgers = try LedgerFactory()
    directory = try TemporaryDirectory()
  }

  private func calls(in ledger: SQLiteLedger) throws -> Set<EventID> {
    Set(try Holdings(ledger).records.keys)
  }

  private func diagnostics(in ledger: SQLiteLedger) throws -> [Diagnostic.Kind: [Int?]] {
    Dictionary(grouping: try ledger.diagnostics().map(\.diagnostic), by: \.kind).mapValues { $0.map(\.line) }
  }

  @Test("Rewritten, truncated, replaced, moved, deleted: rows outlive files, and nothing doubles")
  func changes() async throws {
    let ledger = try ledgers.make()
    let path = try directory.write(Transcript.lines(calls: 0..<10), to: name)
    try await collect([path], into: ledger)
    #expect(try calls(in: ledger).count == 10)

    // Rewritten with other calls: longer, and not what was read.
    try directory.write(Transcript.lines(calls: 20..<40), to: name)
    try await collect([path], into: ledger)
    #expect(try calls(in: ledger).count == 30)
    #expect(try diagnostics(in: ledger)[.rewrittenFile]?.count == 1)

    // Truncated, then written on.
    try directory.write(Transcript.lines(calls: 20..<25), to: name)
    try await collect([path], into: ledger)
    #expect(try calls(in: ledger).count == 30)
    try directory.append(Transcript.lines(calls: 50..<55, withPrompt: false), to: name)
    try await collect([path], into: ledger)
    #expect(try calls(in: ledger).count == 35)

    // Another file takes its place, of the same size and age.
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    let twin = try directory.write(Transcript.lines(calls: 70..<80), to: "twin")
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.moveItem(atPath: twin, toPath: path)
    if let date = attributes[.modificationDate] as? Date {
      try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    }
    try await collect([path], into: ledger)
    #expect(try calls(in: ledger).count == 45)

    // Moved, then gone.
    let moved = directory.path("projects/x/elsewhere.jsonl")
    try FileManager.default.moveItem(atPath: path, toPath: moved)
    try await collect([directory.url.path], into: ledger)
    #expect(try calls(in: ledger).count == 45)
    try FileManager.default.removeItem(atPath: moved)
    try await collect([directory.url.path], into: ledger)
    #expect(try calls(in: ledger).count == 45)
  }

  @Test("A broken line, foreign bytes and a line that is cut off are counted where they stand")
  func damaged() async throws {
    let ledger = try ledgers.make()
    var bytes = Transcript.lines(calls: 0..<5)
    bytes += Array("{\"type\":\"assistant\", broken\n".utf8)
    bytes += Transcript.lines(calls: 5..<10, withPrompt: false)
    bytes += Transcript.line(call: 10, text: [0x66, 0xFF, 0xFE, 0x6F])
    bytes += Array("\n\n".utf8)
    let tail = Transcript.line(call: 11)
    let path = try directory.write(bytes + tail.prefix(60), to: name)
    try await collect([path], into: ledger)
    #expect(try calls(in: ledger).count == 11)
    let found = try diagnostics(in: ledger)
    #expect(found[.brokenLine] == [7])
    #expect(found[.incompleteLine] == [16])
    // The line is ended: it counts, and is no longer said to be cut off.
    try directory.append(tail.dropFirst(60), to: name)
    try directory.append(Array("{]\n".utf8), to: name)
    try await collect([path], into: ledger)
    #expect(try calls(in: ledger).count == 12)
    #expect(try diagnostics(in: ledger)[.incompleteLine] == nil)
    #expect(try diagnostics(in: ledger)[.brokenLine]?.compactMap(\.self).sorted() == [7, 17])
  }

  @Test("A last line that is whole is read before its break comes, and numbered once")
  func unterminated() async throws {
    let ledger = try ledgers.make()
    let line = Transcript.line(call: 1)
    let path = try directory.write(Transcript.lines(calls: 0..<1) + line.dropLast(), to: name)
    try await collect([path], into: ledger)
    #expect(try calls(in: ledger).count == 2)
    try directory.append(Array("\r\n{]\n".utf8), to: name)
    try await collect([path], into: ledger)
    #expect(try calls(in: ledger).count == 2)
    #expect(try diagnostics(in: ledger) == [.brokenLine: [4]])
  }

  @Test("A clock that jumps loses no call")
  func clock() async throws {
    let ledger = try ledgers.make()
    let times = [
      "2026-05-01T10:00:00.000Z", "2031-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "0000-00-00T99:99:99Z", "",
    ]
    let bytes = times.enumerated().flatMap { Transcript.line(call: $0, time: $1) }
    let path = try directory.write(Transcript.lines(calls: 10..<11) + bytes, to: name)
    try await collect([path], into: ledger)
    let held = try Holdings(ledger)
    #expect(held.records.count >= times.count - 1, "those whose time can be read, and the first")
    let lost = times.count + 1 - held.records.count
    #expect(
      try lost == 0 || diagnostics(in: ledger)[.doubtfulTime] != nil
        || diagnostics(in: ledger)[.brokenLine] != nil)
    for turn in held.turns.values { #expect(turn.started <= turn.ended) }
  }

  @Test("What is listed and cannot be read is said, and everything else is read")
  func unreadable() async throws {
    let ledger = try ledgers.make()
    let home = directory.url
    let projects = ".claude/projects/x"
    try directory.write(Transcript.lines(calls: 0..<3), to: "\(projects)/\(Transcript.session).jsonl")
    let files = FileManager.default
    try files.createSymbolicLink(
      atPath: directory.path("\(projects)/dangling.jsonl"), withDestinationPath: "/nowhere/at/all")
    try files.createSymbolicLink(
      atPath: directory.path("\(projects)/loop.jsonl"), withDestinationPath: "loop.jsonl")
    try files.createSymbolicLink(atPath: directory.path("\(projects)/up"), withDestinationPath: "..")
    try files.createDirectory(
      atPath: directory.path("\(projects)/folder.jsonl"), withIntermediateDirectories: true)
    #expect(mkfifo(directory.path("\(projects)/pipe.jsonl"), 0o600) == 0)
    let twins = ["caf\u{e9}.jsonl", "cafe\u{301}.jsonl", "line\nbreak.jsonl"]
    for (index, twin) in twins.enumerated() {
      try directory.write(
        Transcript.lines(calls: (index + 1) * 10..<(index + 1) * 10 + 1), to: "\(projects)/\(twin)")
    }
    let raw =
      (directory.path(projects) + "/").utf8.map { CChar(bitPattern: $0) } + [-1, -2]
      + ".jsonl\0".utf8.map { CChar(bitPattern: $0) }
    let descriptor = open(raw, O_CREAT | O_WRONLY, 0o600)
    if descriptor >= 0 { close(descriptor) }
    let discovery = Discovery(homes: [HomeDirectory(path: home.path)])
    _ = try await Collector(store: ledger).collect(discovery)
    #expect(try calls(in: ledger).count == 6)
    let names = discovery.unreadable.compactMap { $0.split(separator: "/").last }
    #expect(names.contains("dangling.jsonl") && names.contains("loop.jsonl"))
    if descriptor >= 0 { #expect(discovery.unreadable.count == 3) }
    // Named outright, a pipe is refused and not waited for.
    let named = Discovery(
      homes: [], files: [directory.path("\(projects)/pipe.jsonl"), "/nowhere.jsonl", "/dev/null"])
    #expect(named.sources.isEmpty)
    #expect(named.unrecognised.count + named.unreadable.count == 3)
  }

  @Test("A document too large to be one costs only itself, and no memory")
  func hugeDocument() async throws {
    let ledger = try ledgers.make()
    func message(_ id: String) -> [UInt8] {
      Array(
        """
        {"id":"\(id)","sessionID":"ses_1","role":"assistant","modelID":"m","providerID":"p",\
        "time":{"created":1770000000000,"completed":1770000001000},\
        "tokens":{"input":10,"output":7,"reasoning":0,"cache":{"read":5,"write":0}}}
        """.utf8)
    }
    try directory.write(message("msg_1"), to: "storage/message/ses_1/msg_1.json")
    try directory.write(message("msg_3"), to: "storage/message/ses_1/msg_3.json")
    try directory.write([], to: "storage/part/msg_1/prt_1.json")
    let huge = try directory.write([], to: "storage/message/ses_1/msg_2.json")
    // A hole: it takes no room, and would take all memory if it were read.
    #expect(truncate(huge, off_t(1) << 40) == 0)
    try await collect([directory.path("storage")], into: ledger)
    #expect(try calls(in: ledger).count == 2)
    let found = try ledger.diagnostics().map(\.diagnostic).filter { $0.kind == .unreadableFile }
    #expect(found.map(\.detail) == ["message/ses_1/msg_2.json is larger than 64 MiB"])
  }

  @Test("A file that vanishes between the search and the reading is said, until it is known to be gone")
  func vanished() async throws {
    let ledger = try ledgers.make()
    let path = try directory.write(Transcript.lines(calls: 0..<3), to: name)
    let other = try directory.write(Transcript.lines(calls: 3..<5), to: "projects/x/other.jsonl")
    let discovery = Discovery(homes: [], files: [path, other])
    try FileManager.default.removeItem(atPath: path)
    _ = try await Collector(store: ledger).collect(discovery)
    #expect(try calls(in: ledger).count == 2)
    #expect(try diagnostics(in: ledger)[.unreadableFile]?.count == 1)
    try await collect([other], into: ledger)
    #expect(try diagnostics(in: ledger)[.unreadableFile] == nil)
    try directory.write(Transcript.lines(calls: 0..<3), to: name)
    try await collect([path], into: ledger)
    #expect(try calls(in: ledger).count == 5)
  }

  @Test("A file that grows while it is read is whole in the end")
  func growsMeanwhile() async throws {
    let ledger = try ledgers.make()
    let path = try directory.write(Transcript.lines(calls: 0..<1), to: name)
    let total = 400
    let directory = self.directory
    let name = self.name
    let writer = Task {
      for call in 1..<total {
        let line = Transcript.line(call: call)
        try directory.append(line.prefix(call % line.count), to: name)
        await Task.yield()
        try directory.append(line.dropFirst(call % line.count), to: name)
      }
    }
    for _ in 0..<40 { try await collect([path], into: ledger) }
    try await writer.value
    try await collect([path], into: ledger)
    #expect(try calls(in: ledger).count == total)
    #expect(try ledger.diagnostics().isEmpty)
  }
}
