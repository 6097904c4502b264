package import Foundation
import Ledger

extension ArenaOrganisation {
  /// Writes `homes`, `repositories`, `events.json`, `telemetry`, `mail` and `truth.json` below `directory`, which must
  /// not hold an organisation yet.
  ///
  /// - Throws: ``GitProcess/Failure``, ``Scenario/WriteFailure`` where something is in the way, and errors of the file
  ///   system.
  @discardableResult
  package func write(to directory: URL) async throws -> ArenaTruth {
    let truthFile = directory.appendingPathComponent(ArenaTruth.fileName)
    for name in ["homes", "repositories", ArenaTruth.fileName]
    where FileManager.default.fileExists(atPath: directory.appendingPathComponent(name).path) {
      throw Scenario.WriteFailure.exists(directory.appendingPathComponent(name).path)
    }
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let crews = crews(in: directory.path)
    let widest = max(1, ProcessInfo.processInfo.activeProcessorCount)
    var parts = [WrittenCrew?](repeating: nil, count: crews.count)
    try await withThrowingTaskGroup(of: (Int, WrittenCrew).self) { group in
      var next = 0
      while next < min(widest, crews.count) {
        let index = next
        group.addTask { (index, try await crews[index].written(to: directory)) }
        next += 1
      }
      while let (index, part) = try await group.next() {
        parts[index] = part
        guard next < crews.count else { continue }
        let index = next
        group.addTask { (index, try await crews[index].written(to: directory)) }
        next += 1
      }
    }
    let written = parts.compactMap { $0 }
    var events: [UInt8] = []
    JSONText.array(written.flatMap(\.events)).append(to: &events)
    try Data(events).write(to: directory.appendingPathComponent("events.json"))
    let truth = ArenaTruth(organisation: self, people: written.flatMap(\.people))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try encoder.encode(truth).write(to: truthFile)
    return truth
  }
}

/// What is left of a team once its files are written.
struct WrittenCrew: Sendable {
  var people: [ArenaTruth.Person]
  var events: [JSONText]
}

extension Crew {
  /// Plays and writes everything.
  func written(to directory: URL) async throws -> WrittenCrew {
    var crew = self
    crew.run()
    var shas: [[CommitMark: String]] = []
    for (index, history) in crew.histories.enumerated() {
      shas.append(try await history.write(to: URL(fileURLWithPath: crew.directories[index])))
    }
    try crew.writeLogs(shas: shas)
    try crew.writeTelemetry(to: directory)
    try crew.writeMail(to: directory)
    return WrittenCrew(people: crew.truth(), events: crew.events(shas: shas))
  }

  private func writeLogs(shas: [[CommitMark: String]]) throws {
    for member in members {
      for folder in ["scratch", "notes"] {
        try FileManager.default.createDirectory(
          at: URL(fileURLWithPath: member.home).appendingPathComponent(folder),
          withIntermediateDirectories: true)
      }
    }
    for record in records {
      let sitting = record.sitting
      let context = LogContext(
        sitting: sitting, shas: sitting.project == nil ? [:] : shas[sitting.job.project],
        chance: Chance(seed: seed, label: "log-\(sitting.label)"))
      try LogFile.write(context.files(), under: URL(fileURLWithPath: members[record.member].home))
    }
  }
}
