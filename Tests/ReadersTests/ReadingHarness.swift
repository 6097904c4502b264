import Foundation
import Ledger
import Readers

/// The key under which tests take hashes.
let testKey = SipHash24.Key(k0: 1, k1: 2)

/// Reads `data` as one source, from its start to its end.
func read<R: SourceReader>(
  _ reader: R.Type, _ data: [UInt8], path: String, shape: SourceShape = .lines
) throws -> FactBatch {
  var batch = FactBatch()
  var reader = try R(source: SourceDescription(path: path, shape: shape), key: testKey, checkpoint: nil)
  feed(data, to: &reader, shape: shape, into: &batch)
  reader.finish(into: &batch)
  return batch
}

/// Cuts `data` into units and feeds them, numbered from `firstNumber`.
func feed<R: SourceReader>(
  _ data: [UInt8], to reader: inout R, shape: SourceShape = .lines, firstNumber: Int = 1,
  into batch: inout FactBatch
) {
  guard shape == .lines else {
    reader.read(data.span, at: UnitPosition(number: firstNumber), into: &batch)
    return
  }
  var number = firstNumber
  for line in data.split(separator: 0x0A, omittingEmptySubsequences: false) {
    if !line.isEmpty { reader.read(Array(line).span, at: UnitPosition(number: number), into: &batch) }
    number += 1
  }
}

/// The records of a batch as a ledger would hold them: one for each identifier, reports merged.
func merged(_ batches: [FactBatch]) -> [EventID: UsageRecord] {
  var records: [EventID: UsageRecord] = [:]
  for record in batches.flatMap(\.usage) {
    guard var known = records[record.id] else {
      records[record.id] = record
      continue
    }
    known.counts = known.counts.merged(with: record.counts)
    if (record.ownerRank, record.session) < (known.ownerRank, known.session) {
      known.session = record.session
      known.ownerRank = record.ownerRank
    }
    records[record.id] = known
  }
  return records
}

/// Where the shared samples lie, or `nil` with a reason to skip. In CI a missing directory is a failure.
enum Samples {
  static let directory: URL? = {
    let environment = ProcessInfo.processInfo.environment
    let stated = environment["ASSAY_SAMPLES"].map { URL(filePath: $0) }
    let beside = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/samples")
    let found = [stated, beside].compactMap(\.self).first {
      FileManager.default.fileExists(atPath: $0.appending(path: "INDEX.csv").path)
    }
    return found
  }()

  static var isMissing: Bool { directory == nil && ProcessInfo.processInfo.environment["CI"] != "true" }
}
