/// Comma-separated values as RFC 4180 has them, and as programs write them: with a byte order mark, semicolons or tabs
/// between the fields, any line ends. Bounded in everything.
package struct CSVText: Sendable {
  package struct Record: Hashable, Sendable {
    /// The line on which it begins, from 1.
    package var line: Int
    package var fields: [String]
  }

  /// In bytes, of a field.
  package static let longestField = 10_000
  package static let mostFields = 200

  /// Without those that are empty.
  package private(set) var records: [Record] = []
  /// Lines that could not be read, and why.
  package private(set) var problems: [CSVProblem] = []

  package init(_ bytes: some Collection<UInt8>) {
    var bytes = Array(bytes)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    let separator = Self.separator(bytes)
    var reader = Reader(bytes: bytes, separator: separator)
    while let (record, problem) = reader.next() {
      if let problem {
        problems.append(CSVProblem(line: record.line, why: problem))
      } else if record.fields != [""] {
        records.append(record)
      }
    }
  }

  /// What stands most often in the first line.
  private static func separator(_ bytes: [UInt8]) -> UInt8 {
    let first = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    let candidates = [",", ";", "\t"].map { UInt8(ascii: $0) }
    let counts = candidates.map { candidate in first.count { $0 == candidate } }
    let most = counts.max() ?? 0
    return candidates[counts.firstIndex(of: most) ?? 0]
  }

  private struct Reader {
    let bytes: [UInt8]
    let separator: UInt8
    var at = 0
    var line = 1

    /// The next record; if it cannot be read, why, and what follows its line comes next.
    mutating func next() -> (Record, problem: String?)? {
      guard at < bytes.count else { return nil }
      let (begin, beginLine) = (at, line)
      var record = Record(line: line, fields: [])
      while true {
        switch field() {
        case .failure(let problem):
          // A quotation mark that nothing closes would take all that follows; it takes its own line only.
          (at, line) = (begin, beginLine)
          skipLine()
          return (record, problem.why)
        case .success(let text):
          record.fields.append(text)
          guard record.fields.count <= CSVText.mostFields else {
            skipLine()
            return (record, "it has more than \(CSVText.mostFields) fields")
          }
        }
        guard at < bytes.count, bytes[at] == separator else { break }
        at += 1
      }
      skipLine()
      return (record, nil)
    }

    private mutating func field() -> Result<String, CSVProblem> {
      var text: [UInt8] = []
      if at < bytes.count, bytes[at] == UInt8(ascii: "\"") {
        at += 1
        while true {
          guard at < bytes.count else {
            return .failure(CSVProblem(line: line, why: "a quotation mark is not closed"))
          }
          if bytes[at] == UInt8(ascii: "\"") {
            at += 1
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { break }
          } else if isLineEnd(at) {
            line += 1
          }
          text.append(bytes[at])
          at += 1
          guard text.count <= CSVText.longestField else { return .failure(tooLong) }
        }
        guard at >= bytes.count || bytes[at] == separator || isBreak(at) else {
          return .failure(CSVProblem(line: line, why: "something follows a closing quotation mark"))
        }
      } else {
        while at < bytes.count, bytes[at] != separator, !isBreak(at) {
          text.append(bytes[at])
          at += 1
        }
        guard text.count <= CSVText.longestField else { return .failure(tooLong) }
      }
      guard let decoded = String(validating: text, as: UTF8.self) else {
        return .failure(CSVProblem(line: line, why: "it is not encoded in UTF-8"))
      }
      return .success(decoded)
    }

    private var tooLong: CSVProblem {
      CSVProblem(line: line, why: "a field is longer than \(CSVText.longestField) bytes")
    }

    private func isBreak(_ place: Int) -> Bool {
      bytes[place] == UInt8(ascii: "\n") || bytes[place] == UInt8(ascii: "\r")
    }

    /// Whether the line ends with this byte; of CR LF it is the second.
    private func isLineEnd(_ place: Int) -> Bool {
      bytes[place] == UInt8(ascii: "\n")
        || bytes[place] == UInt8(ascii: "\r")
          && (place + 1 >= bytes.count || bytes[place + 1] != UInt8(ascii: "\n"))
    }

    private mutating func skipLine() {
      while at < bytes.count, !isBreak(at) { at += 1 }
      while at < bytes.count {
        let ends = isLineEnd(at)
        at += 1
        if ends { break }
      }
      line += 1
    }
  }
}

/// A line of a list that could not be taken.
package struct CSVProblem: Error, Hashable, Sendable {
  package var line: Int
  /// What is wrong with it, without what is in it.
  package var why: String
  package init(line: Int, why: String) {
    self.line = line
    self.why = why
  }
}
