import Foundation
import TestCorpus
import Testing

@testable import assay

@Suite("What is printed to be run next begins with what was run")
struct InvocationTests {
  private var assay: Command
  private let file: String

  init() throws {
    assay = try Command()
    file = try assay.directory.write(
      Transcript.lines(calls: 0..<3), to: "files/\(Transcript.session).jsonl")
  }

  @Test(
    "Hints and errors use the name that the program was called by",
    arguments: [
      (nil, "assay"), ("", "assay"), ("./assay", "./assay"), ("/opt/my tools/assay", "'/opt/my tools/assay'"),
      ("\u{1B}[2J", "assay"), (String(repeating: "x", count: 4000), "assay"),
    ] as [(String?, String)])
  func name(given: String?, wanted: String) throws {
    var assay = assay
    assay.environment["ASSAY_COMMAND"] = given
    let report = try assay("report", "--files", file)
    #expect(report.output.contains("→ \(wanted) "), "\(report.output.suffix(300))")
    #expect(try assay("report").output.contains("→ \(wanted) doctor"))
    #expect(
      try assay("doctor", "--ledger", assay.ledger).output.contains("; \(wanted) report makes it"))
    #expect(try assay("explain", "nobody").errors.contains("\(wanted) report --by session"))
    #expect(try assay("report", "--nope").errors.contains("See '\(wanted) report --help'"))
    #expect(try assay("frobnicate").errors.contains("See '\(wanted) --help'"))
    // What may end up on another machine, or in a shell's configuration, keeps the plain name.
    #expect(try assay("--generate-completion-script", "bash").output.contains("assay"))
    #expect(try !assay("--generate-completion-script", "bash").output.contains("./assay"))
  }

  @Test("The script says how it was called, also through a link on the PATH")
  func script() throws {
    let files = FileManager.default
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let package = assay.directory.url.appending(path: "package")
    for part in ["Sources", "Scripts", ".build/release"] {
      try files.createDirectory(at: package.appending(path: part), withIntermediateDirectories: true)
    }
    try files.copyItem(at: root.appending(path: "assay"), to: package.appending(path: "assay"))
    try files.copyItem(
      at: root.appending(path: "Scripts/setup"), to: package.appending(path: "Scripts/setup"))
    try Data().write(to: package.appending(path: "Package.swift"))
    // In place of what would be built, and newer than all of it.
    let program = package.appending(path: ".build/release/assay")
    try Data("#!/bin/sh\necho \"$ASSAY_COMMAND $*\"\n".utf8).write(to: program)
    try files.setAttributes(
      [.posixPermissions: 0o700, .modificationDate: Date(timeIntervalSinceNow: 60)],
      ofItemAtPath: program.path)
    let bin = assay.directory.url.appending(path: "bin")
    try files.createDirectory(at: bin, withIntermediateDirectories: true)
    try files.createSymbolicLink(
      at: bin.appending(path: "assay"), withDestinationURL: package.appending(path: "assay"))

    func output(_ line: String) throws -> String {
      let result = try ChildProcess.run("/bin/bash", ["-c", "cd '\(package.path)'; \(line)"])
      #expect(result.status == 0 && result.errors == "", "\(result.errors)")
      return result.output
    }
    #expect(try output("./assay demo --json") == "./assay demo --json\n")
    #expect(try output("cd Sources; ../assay") == "../assay \n")
    #expect(try output("PATH='\(bin.path)':$PATH; assay report") == "assay report\n")
    #expect(try output("PATH='\(bin.path)':$PATH; ./assay report").hasPrefix("assay report"))
    #expect(try output("'\(bin.path)/assay' report") == "\(bin.path)/assay report\n")
  }

  @Test("The script builds the server for every command that is in it") func handedOver() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
    let script = try String(contentsOf: root.appending(path: "assay"), encoding: .utf8)
    let list = try #require(script.firstMatch(of: /case \$\{1:-\} in\n([^)]*)\)/)).1
    let named = Set(list.split { !$0.isLetter }.map(String.init))
    #expect(named == Set(HandedOver.names))
  }
}
