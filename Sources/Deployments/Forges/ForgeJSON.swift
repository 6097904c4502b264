import Effects
import Foundation
import Ledger

/// Reading what forges answer.
extension JSON {
  var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
  var elements: [JSON]? { if case .array(let values) = self { values } else { nil } }

  /// RFC 3339, with or without a fraction.
  var time: Instant? {
    guard let text = string, text.utf8.count <= 40 else { return nil }
    let plain = Date.ISO8601FormatStyle()
    let date =
      (try? plain.parse(text)) ?? (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text))
    return date.map { Instant($0) }
  }

  /// The whole name of a commit.
  var commit: String? { string.flatMap { CommitName.isWhole($0) ? $0 : nil } }
}
