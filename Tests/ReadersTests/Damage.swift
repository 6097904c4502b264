import Foundation
import Ledger
import Readers
import Testing

/// Whether the reader takes a file that begins so for one of its own.
func recognised<R: SourceReader>(_ reader: R.Type, _ head: String) -> Bool {
  R.recognises(head: Array(head.utf8).span)
}

/// The lines of `data` without their line breaks, and without the empty rest behind the last.
func lines(of data: [UInt8]) -> [[UInt8]] {
  var lines = data.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
  if lines.last?.isEmpty == true { lines.removeLast() }
  return lines
}

/// The sum of the records' tokens, class by class, after reports of one call are merged.
func total(_ batches: FactBatch...) -> TokenCounts {
  merged(batches).values.reduce(into: TokenCounts()) { $0 += $1.counts }
}

/// What must hold of every batch, however broken the bytes it came from.
func expectSound(_ batch: FactBatch, sourceLocation: SourceLocation = #_sourceLocation) {
  for record in batch.usage {
    #expect(!record.counts.hasNegative, sourceLocation: sourceLocation)
    if let reasoning = record.counts.reasoning, let output = record.counts.output {
      #expect(reasoning <= output, "reasoning is an of-which of output", sourceLocation: sourceLocation)
    }
  }
  for turn in batch.turns {
    #expect(turn.started <= turn.ended, sourceLocation: sourceLocation)
    #expect(turn.promptBytes >= 0 && turn.outputBytes >= 0, sourceLocation: sourceLocation)
  }
}

/// Damages `data` in one to four places: flipped, cut, doubled or foreign bytes, and numbers out of all bounds.
func mutated(_ data: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
  let foreign = [
    "-1", "9223372036854775807", "99999999999999999999999", "1e308", "0.5", "null", "{", "}", "[", "]", "\"",
    "\\u", "\\ud800", ",", "\n", "\r\n", "\u{0}", "\"\"", "[[[[[[[[", "{\"id\":",
  ]
  var result = data
  for _ in 0..<Int.random(in: 1...4, using: &generator) where !result.isEmpty {
    let at = Int.random(in: 0..<result.count, using: &generator)
    let end = min(result.count, at + Int.random(in: 1...64, using: &generator))
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: result[at] = UInt8.random(in: 0...255, using: &generator)
    case 1: result.removeSubrange(at..<end)
    case 2: result.insert(contentsOf: Array(result[at..<end]), at: at)
    case 3: result.removeSubrange(at...)
    case 4:
      let piece = foreign[Int.random(in: 0..<foreign.count, using: &generator)]
      result.insert(contentsOf: Array(piece.utf8), at: at)
    default:
      // A number becomes another one.
      guard let digit = result[at...].firstIndex(where: { $0 &- 0x30 < 10 }) else { continue }
      var last = digit
      while last < result.count, result[last] &- 0x30 < 10 { last += 1 }
      let piece = foreign[Int.random(in: 0..<6, using: &generator)]
      result.replaceSubrange(digit..<last, with: Array(piece.utf8))
    }
  }
  return result
}

extension Samples {
  /// A sample's bytes; where there are no samples, an error that says so.
  static func bytes(_ path: String) throws -> [UInt8] {
    let directory = try #require(directory, "no samples: set ASSAY_SAMPLES to their folder")
    return try Array(Data(contentsOf: directory.appending(path: path)))
  }
}
