package import ControlSQLite
import Directory
package import Ledger

/// A list of applications, for organisations that keep one elsewhere: one line an application, with the use case that it
/// serves and its repositories. Nothing is taken away by it; what is there already stays.
package struct ApplicationImport: Sendable {
  package struct Change: Hashable, Sendable {
    package var application: String
    /// In words, each of them.
    package var details: [String]
  }

  package private(set) var changes: [Change] = []
  package private(set) var problems: [CSVProblem]
  /// How many lines say what is so already.
  package private(set) var unchanged = 0

  private enum Column: String, CaseIterable {
    case application, repository
    case useCase = "use_case"

    /// As people write them.
    init?(heading: String) {
      let plain = heading.lowercased().filter(\.isLetter)
      let other = ["project": "application", "name": "application", "repositories": "repository"]
      let name = other[plain] ?? plain
      guard let column = Self.allCases.first(where: { $0.rawValue.filter { $0 != "_" } == name }) else {
        return nil
      }
      self = column
    }
  }

  package static let most = 20_000

  /// Takes over what can be taken; each line by itself.
  ///
  /// - Parameter isDry: Only says what would change.
  package init(_ bytes: some Collection<UInt8>, into store: ControlStore, at now: Instant, isDry: Bool) throws
  {
    let text = CSVText(bytes)
    problems = text.problems
    guard let first = text.records.first else {
      if problems.isEmpty { problems.append(CSVProblem(line: 1, why: "there is nothing in the file")) }
      return
    }
    let columns = first.fields.map { Column(heading: $0) }
    guard columns.contains(.application) else {
      problems.append(CSVProblem(line: first.line, why: "the first line names no column “application”"))
      return
    }
    for record in text.records.dropFirst() {
      guard record.line <= Self.most else {
        problems.append(CSVProblem(line: record.line, why: "there are more than \(Self.most) lines"))
        break
      }
      guard record.fields.count <= columns.count else {
        problems.append(CSVProblem(line: record.line, why: "it has more fields than the first line"))
        continue
      }
      var fields: [Column: String] = [:]
      for case (let column?, let field) in zip(columns, record.fields) { fields[column] = field }
      do {
        try take(fields, into: store, at: now, isDry: isDry)
      } catch let error as DirectoryError {
        problems.append(CSVProblem(line: record.line, why: Self.clause("\(error)")))
      }
    }
    problems.sort { $0.line < $1.line }
  }

  private mutating func take(
    _ fields: [Column: String], into store: ControlStore, at now: Instant, isDry: Bool
  ) throws {
    let name = try DirectoryText.name(fields[.application] ?? "")
    let useCase = try fields[.useCase].map {
      $0.allSatisfy(\.isWhitespace) ? nil : try DirectoryText.name($0)
    }
    let folded = DirectoryText.folded(name)
    let known = try store.snapshot().contents.projects.first {
      $0.ended == nil && DirectoryText.folded($0.name) == folded
    }
    let registered = try store.repositories(ended: false)
    var change = Change(application: name, details: known == nil ? ["new"] : [])
    var wanted: [String] = []
    for text in (fields[.repository] ?? "").split(separator: ";").map(String.init) {
      guard !text.allSatisfy(\.isWhitespace) else { continue }
      guard let remote = RepositoryRemote(text) else {
        throw DirectoryError.notARemote(DirectoryText.shown(text))
      }
      if let other = registered.first(where: { $0.remote == remote }) {
        guard other.project == known?.id else { throw DirectoryError.taken(.repository, remote.text) }
        continue
      }
      wanted.append(text)
      change.details.append("repository \(remote.text)")
    }
    let isOtherUseCase = useCase.map { $0 != known?.useCase } ?? false
    if isOtherUseCase, let useCase {
      change.details.append(useCase.map { "use case \($0)" } ?? "no use case")
    }
    guard !change.details.isEmpty else {
      unchanged += 1
      return
    }
    if !isDry {
      let project = try known ?? store.addProject(name: name, at: now)
      if isOtherUseCase, let useCase { try store.setUseCase(ofProject: project.id, to: useCase) }
      for remote in wanted { _ = try store.addRepository(remote, to: project.id, at: now) }
    }
    changes.append(change)
  }

  /// Without a full stop, to stand in a sentence.
  private static func clause(_ sentence: String) -> String {
    sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
  }
}
