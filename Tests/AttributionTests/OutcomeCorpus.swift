import Foundation
import Ledger
import Outcomes
import Readers

@testable import Attribution

/// One repository with transcripts and truth, as `Benchmarks/outcomes/prepare` leaves it.
struct OutcomeCorpus {
  var name: String
  var repository: String
  var sessions: [SessionEvidence]
  /// Commit to the names of the sessions that its trailer leads to, those with a transcript only.
  var truth: [String: Set<String>]

  static let key = SipHash24.Key(k0: 1, k1: 2)

  static func all(under directory: String) throws -> [OutcomeCorpus] {
    try FileManager.default.contentsOfDirectory(atPath: directory).sorted().compactMap { name in
      let folder = directory + "/" + name
      guard let repository = try? String(contentsOfFile: folder + "/repository", encoding: .utf8) else {
        return nil
      }
      var corpus = OutcomeCorpus(
        name: name, repository: repository.trimmingCharacters(in: .whitespacesAndNewlines), sessions: [],
        truth: [:])
      for file in try FileManager.default.contentsOfDirectory(atPath: folder + "/sessions").sorted() {
        if let session = try read(folder + "/sessions/" + file) { corpus.sessions.append(session) }
      }
      let known = Set(corpus.sessions.map(\.session.name))
      for line in try String(contentsOfFile: folder + "/truth.csv", encoding: .utf8).split(separator: "\n")
        .dropFirst()
      {
        let fields = line.split(separator: ",")
        guard fields.count == 2, known.contains(String(fields[1])) else { continue }
        corpus.truth[String(fields[0]), default: []].insert(String(fields[1]))
      }
      return corpus
    }
  }

  private static func read(_ path: String) throws -> SessionEvidence? {
    let data = try Data(contentsOf: URL(filePath: path))
    var reader = try ClaudeCodeReader(
      source: SourceDescription(path: path, shape: .lines), key: key, checkpoint: nil)
    var batch = FactBatch()
    for (number, line) in data.split(separator: 0x0A).enumerated() {
      let bytes = [UInt8](line)
      reader.read(bytes.span, at: UnitPosition(number: number + 1), into: &batch)
    }
    reader.finish(into: &batch)
    let name = URL(filePath: path).deletingPathExtension().lastPathComponent
    guard var session = batch.sessions.first else { return nil }
    session.name = name
    return SessionEvidence(
      session: session, turns: batch.turns, edits: batch.edits, toolCalls: batch.toolCalls,
      mentions: batch.mentions)
  }
}
