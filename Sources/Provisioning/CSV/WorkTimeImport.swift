package import ControlSQLite
import Directory
package import Ledger

/// A list of when people work: leave, or the days of the week on which they do. Nothing is taken away by it, and to
/// import it again changes nothing.
package struct WorkTimeImport: Sendable {
  package enum Kind: Sendable { case leave, workingDays }

  /// Lines that say something new.
  package private(set) var added = 0
  /// Lines that say what is so already.
  package private(set) var unchanged = 0
  package private(set) var problems: [CSVProblem] = []

  package static let most = 200_000

  private enum LeaveColumn: String, CSVColumn {
    case mail
    case first = "first_day"
    case last = "last_day"

    var otherNames: Set<String> {
      switch self {
      case .mail: ["email"]
      case .first: ["first", "from", "begin", "start"]
      case .last: ["last", "to", "until", "end"]
      }
    }
    /// Without a last day it is one day.
    var isRequired: Bool { self != .last }
  }

  private enum DaysColumn: String, CSVColumn {
    case mail, days, since

    var otherNames: Set<String> {
      switch self {
      case .mail: ["email"]
      case .days: ["workingdays"]
      case .since: ["from"]
      }
    }
    var isRequired: Bool { self != .since }
  }

  /// Takes over what can be taken; each line by itself.
  ///
  /// - Parameters:
  ///   - today: From when on working days hold where the list does not say.
  ///   - isDry: Only says what would change.
  package init(
    _ kind: Kind, _ bytes: some Collection<UInt8>, into store: ControlStore, today: CalendarDay,
    isDry: Bool = false
  ) throws {
    let living = try store.snapshot().contents.people.filter { $0.ended == nil }
    let people = Dictionary(
      living.map { (DirectoryText.folded($0.mail), $0.id) }, uniquingKeysWith: { first, _ in first })
    switch kind {
    case .leave:
      let table = CSVTable<LeaveColumn>(bytes, atMost: Self.most)
      problems = table.problems
      var known = Set(try store.leave().map { Plain($0) })
      for row in table.rows {
        try take(row.line) {
          let first = try Self.day(row.fields[.first])
          let last = row.fields[.last].flatMap { $0.isEmpty ? nil : $0 }
          let absence = try Absence(
            person: try Self.person(row.fields[.mail], people), first: first,
            last: try last.map(Self.day) ?? first)
          guard known.insert(Plain(absence)).inserted else { return false }
          if !isDry { try store.addLeave(absence) }
          return true
        }
      }
    case .workingDays:
      let table = CSVTable<DaysColumn>(bytes, atMost: Self.most)
      problems = table.problems
      let known = Set(try store.workingDays())
      var lines: [WorkingDaysSince: Int] = [:]
      for row in table.rows {
        try take(row.line) {
          let since = row.fields[.since].flatMap { $0.isEmpty ? nil : $0 }
          let days = WorkingDaysSince(
            person: try Self.person(row.fields[.mail], people), since: try since.map(Self.day) ?? today,
            days: try WorkingDays(row.fields[.days] ?? ""))
          if let line = lines.updateValue(row.line, forKey: days.anyDays) {
            throw CSVProblem(line: row.line, why: "its mail and day stand on line \(line) already")
          }
          if known.contains(days) { return false }
          if !isDry { try store.setWorkingDays(days) }
          return true
        }
      }
    }
    problems.sort { $0.line < $1.line }
  }

  /// Leave without its number.
  private struct Plain: Hashable {
    var person: Int64
    var first: CalendarDay
    var last: CalendarDay

    init(_ absence: Absence) { (person, first, last) = (absence.person, absence.first, absence.last) }
  }

  private mutating func take(_ line: Int, _ body: () throws -> Bool) throws {
    do {
      if try body() { added += 1 } else { unchanged += 1 }
    } catch let problem as CSVProblem {
      problems.append(problem)
    } catch let error as WorkTimeError {
      refuse(line, "\(error)")
    } catch let error as DirectoryError {
      refuse(line, "\(error)")
    }
  }

  /// Without a full stop, to stand in a sentence.
  private mutating func refuse(_ line: Int, _ sentence: String) {
    problems.append(
      CSVProblem(line: line, why: sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence))
  }

  private static func person(_ mail: String?, _ people: [String: Int64]) throws(DirectoryError) -> Int64 {
    let mail = try DirectoryText.mail(mail ?? "")
    guard let person = people[DirectoryText.folded(mail)] else { throw .notFound(.person, mail) }
    return person
  }

  private static func day(_ text: String?) throws(WorkTimeError) -> CalendarDay {
    guard let text, let day = CalendarDay(text) else { throw .notADay(DirectoryText.shown(text ?? "")) }
    return day
  }
}

extension WorkingDaysSince {
  /// Whose and from when on, whatever the days are.
  fileprivate var anyDays: WorkingDaysSince {
    WorkingDaysSince(person: person, since: since, days: .standard)
  }
}
