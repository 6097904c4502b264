import Directory

/// What a column of a list means; named in its first line.
protocol CSVColumn: Hashable, CaseIterable, RawRepresentable, Sendable where RawValue == String {
  /// Other names that people give it, without anything but lowercase letters.
  var otherNames: Set<String> { get }
  /// Whether a list without it says nothing.
  var isRequired: Bool { get }
}

/// A list whose first line names its columns, line by line; what cannot be read is named, and all else is taken.
struct CSVTable<Column: CSVColumn>: Sendable {
  struct Row: Sendable {
    var line: Int
    /// Without spaces around them; of columns that are not there, nothing.
    var fields: [Column: String]
  }

  private(set) var rows: [Row] = []
  private(set) var problems: [CSVProblem]

  /// - Parameter most: How many lines are taken.
  init(_ bytes: some Collection<UInt8>, atMost most: Int) {
    let text = CSVText(bytes)
    problems = text.problems
    guard let first = text.records.first else {
      if problems.isEmpty { problems.append(CSVProblem(line: 1, why: "there is nothing in the file")) }
      return
    }
    let columns = first.fields.map(Self.column)
    for column in Column.allCases {
      let count = columns.count { $0 == column }
      if count > 1 {
        problems.append(CSVProblem(line: first.line, why: "the column “\(column.rawValue)” is there twice"))
        return
      }
      if count == 0 && column.isRequired {
        problems.append(
          CSVProblem(line: first.line, why: "the first line names no column “\(column.rawValue)”"))
        return
      }
    }
    for record in text.records.dropFirst() {
      guard rows.count < most else {
        problems.append(CSVProblem(line: record.line, why: "there are more than \(most) lines"))
        break
      }
      guard record.fields.count <= columns.count else {
        problems.append(CSVProblem(line: record.line, why: "it has more fields than the first line"))
        continue
      }
      var fields: [Column: String] = [:]
      for case (let column?, let field) in zip(columns, record.fields) {
        fields[column] = Self.trimmed(field)
      }
      rows.append(Row(line: record.line, fields: fields))
    }
  }

  /// Case, spaces and hyphens do not count.
  private static func column(_ heading: String) -> Column? {
    let plain = heading.lowercased().filter(\.isLetter)
    return Column.allCases.first { column in
      column.rawValue.filter(\.isLetter) == plain || column.otherNames.contains(plain)
    }
  }

  private static func trimmed(_ text: String) -> String {
    var rest = text[...]
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
