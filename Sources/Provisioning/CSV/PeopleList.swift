import Directory

/// A list of people, for organisations without a directory service: one line a person, with a first line that names
/// the columns. A column that is not there leaves things as they are; an empty field of one that is there says that
/// there is none.
package struct PeopleList: Sendable {
  package enum Column: String, CaseIterable, Sendable {
    case mail, name, team, manager
    case costCentre = "cost_centre"
    case externalID = "external_id"
    case department, title
    case employeeNumber = "employee_number"
    case gitAuthors = "git_authors"
    case gitHub = "github"
    case gitLab = "gitlab"
    case slack

    /// As people write them: case, spaces, hyphens and the American spelling do not count.
    init?(heading: String) {
      let plain = heading.lowercased().filter { $0.isLetter || $0.isNumber }
      let other = [
        "email": "mail", "costcenter": "costcentre", "manageremail": "manager", "managermail": "manager",
      ]
      let name = other[plain] ?? plain
      guard let column = Self.allCases.first(where: { $0.rawValue.filter { $0 != "_" } == name }) else {
        return nil
      }
      self = column
    }

    /// What a field with several values names.
    var identity: SpendIdentity.Kind? {
      switch self {
      case .gitAuthors: .gitAuthor
      case .gitHub: .gitHub
      case .gitLab: .gitLab
      case .slack: .slack
      default: nil
      }
    }
  }

  package struct Entry: Hashable, Sendable {
    package var line: Int
    package var mail: String
    package var fields: [Column: String]
  }

  package private(set) var entries: [Entry] = []
  package private(set) var problems: [CSVProblem]
  /// Headings that mean nothing here.
  package private(set) var unknown: [String] = []

  package static let most = 100_000

  package init(_ bytes: some Collection<UInt8>) {
    let text = CSVText(bytes)
    problems = text.problems
    guard let first = text.records.first else {
      if problems.isEmpty { problems.append(CSVProblem(line: 1, why: "there is nothing in the file")) }
      return
    }
    var columns: [Column?] = []
    for heading in first.fields {
      let column = Column(heading: heading)
      if let column, columns.contains(column) {
        problems.append(CSVProblem(line: first.line, why: "the column “\(column.rawValue)” is there twice"))
        return
      }
      if column == nil { unknown.append(DirectoryText.shown(heading)) }
      columns.append(column)
    }
    guard columns.contains(.mail) else {
      problems.append(CSVProblem(line: first.line, why: "the first line names no column “mail”"))
      return
    }
    var lines: [String: Int] = [:]
    for record in text.records.dropFirst() {
      guard entries.count < Self.most else {
        problems.append(CSVProblem(line: record.line, why: "there are more than \(Self.most) people"))
        break
      }
      guard record.fields.count <= columns.count else {
        problems.append(CSVProblem(line: record.line, why: "it has more fields than the first line"))
        continue
      }
      var fields: [Column: String] = [:]
      for (column, field) in zip(columns, record.fields) {
        if let column { fields[column] = field.trimmed }
      }
      guard let mail = fields.removeValue(forKey: .mail).flatMap({ try? DirectoryText.mail($0) }) else {
        problems.append(CSVProblem(line: record.line, why: "its mail is no mail address"))
        continue
      }
      if let line = lines.updateValue(record.line, forKey: DirectoryText.folded(mail)) {
        problems.append(CSVProblem(line: record.line, why: "its mail stands on line \(line) already"))
        continue
      }
      entries.append(Entry(line: record.line, mail: mail, fields: fields))
    }
    problems.sort { $0.line < $1.line }
  }
}

extension String {
  fileprivate var trimmed: String {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}
