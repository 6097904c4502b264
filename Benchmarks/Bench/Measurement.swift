import Foundation
import Ledger
import Readers

/// Something to be timed, file by file.
struct Measurement {
  var name: String
  /// - Returns: What was counted, so that no two ways to read are compared that see different things.
  var body: (HistoryFile) -> Int

  static func all(of tool: String) -> [Measurement] {
    let lines = Measurement(name: "split into lines") { file in
      var count = 0
      file.forEachLine { _ in count += 1 }
      return count
    }
    switch tool {
    case "codex": return [lines, Measurement(name: "every fact") { read($0, CodexReader.self) { _ in } }]
    case "copilot-cli":
      return [lines, Measurement(name: "every fact") { read($0, CopilotCLIReader.self) { _ in } }]
    default:
      return [
        lines,
        Measurement(name: "usage only") { read($0, ClaudeCodeReader.self) { $0.detail = .usage } },
        Measurement(name: "every fact but sketches") {
          read($0, ClaudeCodeReader.self) { $0.detail = .facts }
        },
        Measurement(name: "every fact") { read($0, ClaudeCodeReader.self) { $0.detail = .sketches } },
        Measurement(name: "JSONDecoder, usage only", body: JSONDecoderPeer.envelopes),
        Measurement(name: "JSONDecoder, whole line", body: JSONDecoderPeer.wholeLines),
      ]
    }
  }

  /// - Returns: The usage records.
  private static func read<R: SourceReader>(
    _ file: HistoryFile, _ type: R.Type, prepare: (inout R) -> Void
  ) -> Int {
    let source = SourceDescription(path: file.path, shape: .lines)
    guard var reader = try? R(source: source, key: SipHash24.Key(k0: 1, k1: 2), checkpoint: nil) else {
      return 0
    }
    prepare(&reader)
    var batch = FactBatch()
    var number = 0
    var records = 0
    file.forEachLine { line in
      number += 1
      reader.read(file.bytes.span.extracting(line), at: UnitPosition(number: number), into: &batch)
      if batch.rowCount > 8192 {
        records += batch.usage.count
        batch = FactBatch()
      }
    }
    reader.finish(into: &batch)
    return records + batch.usage.count
  }
}
