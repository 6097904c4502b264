import Foundation
import Ledger
import Readers
import Testing

@Suite("Copilot CLI samples", .disabled(if: Samples.isMissing, "set ASSAY_SAMPLES to the samples' directory"))
struct CopilotSamplesTests {
  @Test("Every real session is read to the totals computed independently")
  func realSessions() throws {
    let directory = try #require(Samples.directory)
    let files = try #require(try Expected.load().samples["copilot-cli"]).files
    #expect(!files.isEmpty)
    for (path, expected) in files {
      let data = [UInt8](try Data(contentsOf: directory.appending(path: path)))
      #expect(
        recognised(CopilotCLIReader.self, String(decoding: data.prefix(65_536), as: UTF8.self)), "\(path)")
      let batch = try read(CopilotCLIReader.self, data, path: path)
      let records = merged([batch])
      #expect(strongest([batch]) == expected.counts, "\(path)")
      let isSilent = expected.input == nil
      #expect(records.values.allSatisfy { $0.counts.isUnknown } == isSilent, "\(path)")
      #expect(batch.totals.isEmpty == isSilent, "\(path)")
      #expect(batch.diagnostics.map(\.kind) == (isSilent ? [.usageMissing] : []), "\(path)")
      #expect(batch.sessions.map(\.flags) == [[]], "\(path)")
      #expect(batch.turns.count == 1, "\(path)")
    }
  }

  @Test("A run's answers and totals are the provider's bill, class by class", arguments: ["", "-fileotel"])
  func labRuns(variant: String) throws {
    let lab = try #require(Samples.directory).appending(path: "lab/copilot-cli-1.0.36\(variant)")
    let run = try #require(try Expected.load().lab["copilot-cli-1.0.36\(variant)"])
    let path = try #require(try events(in: lab))
    let data = [UInt8](try Data(contentsOf: lab.appending(path: path)))
    let batch = try read(CopilotCLIReader.self, data, path: path)
    #expect(strongest([batch]) == run.home.counts)
    let bill = try ProviderLedger(lab.appending(path: "cap/ledger.jsonl")).calls
    var billed: [Int64] = [0, 0, 0, 0, 0, 0]
    for call in bill {
      billed[0] += call.input - call.cached
      billed[1] += call.cached
      billed[4] += call.output
      billed[5] += call.reasoning
    }
    #expect(strongest([batch]) == billed)
    // Each answer's output is that of its call, on the turn that it belongs to.
    #expect(batch.usage.sorted { $0.at < $1.at }.map(\.counts.output) == bill.map(\.output))
    #expect(Set(batch.usage.map(\.model)) == ["gpt-5.5"])
    #expect(batch.turns.count == 2)
    let first = batch.turns.min { $0.started < $1.started }
    #expect(batch.usage.filter { $0.turn == first?.id }.count == 4)
    #expect(batch.totals.count == 2)
    #expect(Set(batch.totals.map(\.scope)).count == 2)
  }

  @Test("Calls, their exits and the commit they made are taken from a lab run")
  func labFacts() throws {
    let lab = try #require(Samples.directory).appending(path: "lab/copilot-cli-1.0.36")
    let path = try #require(try events(in: lab))
    let data = [UInt8](try Data(contentsOf: lab.appending(path: path)))
    let batch = try read(CopilotCLIReader.self, data, path: path)
    let calls = batch.toolCalls.sorted { $0.at < $1.at }
    #expect(calls.map(\.name) == ["bash", "bash", "create"])
    #expect(calls.map(\.exit) == [.succeeded, .succeeded, .failed])
    #expect(calls.map(\.command) == [.inspect, .commit, nil])
    let resumed = try #require(
      String(decoding: data, as: UTF8.self).split(separator: "\n").first { $0.contains("session.resume") })
    let mention = try #require(batch.mentions.first)
    #expect(batch.mentions.count == 1)
    #expect(mention.kind == .committed)
    #expect(resumed.contains("\"headCommit\":\"\(mention.value)\""), "the run after began at that commit")
    // The tool did not exist, so what it proposed was never written.
    #expect(batch.edits.map(\.exit) == [.failed])
    let session = try #require(batch.sessions.first)
    #expect(session.headCommit != nil && session.headCommit != mention.value)
    #expect(session.branch == "main")
  }

  @Test("Cutting a file in two at any line and reading on from the checkpoint gives the same facts")
  func checkpoint() throws {
    let directory = try #require(Samples.directory)
    var paths = try #require(try Expected.load().samples["copilot-cli"]).files.keys.sorted()
    let lab = "lab/copilot-cli-1.0.36"
    paths.append("\(lab)/\(try #require(try events(in: directory.appending(path: lab))))")
    for path in paths {
      let data = [UInt8](try Data(contentsOf: directory.appending(path: path)))
      try expectSameAfterCut(CopilotCLIReader.self, data, path: path)
      try expectSameWhenCopied(CopilotCLIReader.self, data, path: path)
    }
  }

  @Test("Truncated and damaged files never crash the reader, and never give a negative count")
  func damage() throws {
    let directory = try #require(Samples.directory)
    let lab = directory.appending(path: "lab/copilot-cli-1.0.36")
    let path = try #require(try events(in: lab))
    try expectRobust(
      CopilotCLIReader.self, [UInt8](try Data(contentsOf: lab.appending(path: path))), path: path,
      iterations: 2000)
  }

  private func events(in lab: URL) throws -> String? {
    try FileManager.default.subpathsOfDirectory(atPath: lab.path).first { $0.hasSuffix("/events.jsonl") }
  }
}
