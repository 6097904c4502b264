package import ControlSQLite
package import Directory
package import Ledger

/// What a list of people would change, as of the moment when it was compared; and the doing of it.
///
/// To import the same list twice changes nothing the second time. Each person is one transaction: whatever stops it
/// half way, to run it again goes on.
package struct PeopleImport: Sendable {
  package struct Change: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable { case add, change, end }
    package var kind: Kind
    package var mail: String
    /// `name: Ana → Ana Gómez`, one each; none of one who ends.
    package var details: [String]
  }

  fileprivate struct Step: Sendable {
    var line: Int
    var change: Change
    /// Of one whom neither a directory service nor a list named before: `nil`.
    var user: String?
    /// `nil` if only the team or the identities change.
    var draft: UserDraft?
    /// `.some(nil)`: into none.
    var team: String??
    var identities: [(kind: SpendIdentity.Kind, value: String)] = []
  }

  private var steps: [Step] = []
  private var leaving: [Int64] = []
  package private(set) var changes: [Change] = []
  /// Lines that are not taken; all others are.
  package private(set) var problems: [CSVProblem]
  /// What is taken and may not be meant so.
  package private(set) var notes: [String] = []
  /// Those who are as the list says already.
  package private(set) var unchanged = 0

  /// Compares a list with what there is.
  ///
  /// - Parameter endMissing: Whether those end who are not in the list. If a line could not be taken, nobody ends:
  ///   it may be theirs.
  package init(_ list: PeopleList, _ reading: PeopleReading, endMissing: Bool) {
    problems = list.problems
    notes = list.unknown.map { "The column “\($0)” means nothing here and is passed over." }
    let living = reading.snapshot.contents.people.filter { $0.ended == nil }
    let byMail = Dictionary(living.map { (DirectoryText.folded($0.mail), $0) }) { first, _ in first }
    let byUserName = Dictionary(
      living.compactMap { person in
        reading.users[person.id].map { (DirectoryText.folded($0.draft.userName), person) }
      }
    ) { first, _ in first }
    let named = Set(list.entries.map { DirectoryText.folded($0.mail) })
    let teams = Dictionary(reading.snapshot.contents.teams.map { ($0.id, $0.name) }) { first, _ in first }
    let owners = Dictionary(
      reading.identities.filter { $0.until == nil }.map {
        ("\($0.kind.rawValue) \(DirectoryText.folded($0.value))", $0.account)
      }
    ) { first, _ in first }
    var met: Set<Int64> = []
    for entry in list.entries {
      let folded = DirectoryText.folded(entry.mail)
      let person = byMail[folded] ?? byUserName[folded]
      if let person { met.insert(person.id) }
      do {
        var step = try Self.step(entry, person, person.flatMap { reading.users[$0.id] }, teams)
        try step.addIdentities(entry, person, owners)
        if let manager = entry.fields[.manager], !manager.isEmpty {
          let manager = DirectoryText.folded(manager)
          if !named.contains(manager) && byMail[manager] == nil && byUserName[manager] == nil {
            notes.append(
              "Line \(entry.line): the manager is nobody here yet; the line is taken, and the manager followed once there."
            )
          }
        }
        if person != nil && step.change.details.isEmpty {
          unchanged += 1
        } else {
          steps.append(step)
          changes.append(step.change)
        }
      } catch {
        problems.append(CSVProblem(line: entry.line, why: Self.sentence(error)))
      }
    }
    problems.sort { $0.line < $1.line }
    guard endMissing else { return }
    let missing = living.filter { !met.contains($0.id) }
    guard problems.isEmpty else {
      if !missing.isEmpty { notes.append("Nobody ends: a line that was not taken may be theirs.") }
      return
    }
    leaving = missing.map(\.id)
    changes += missing.map { Change(kind: .end, mail: $0.mail, details: []) }
  }

  private static func step(
    _ entry: PeopleList.Entry, _ person: Person?, _ user: ProvisionedUser?, _ teams: [Int64: String]
  ) throws -> Step {
    var draft = user?.draft ?? UserDraft(userName: person?.mail ?? entry.mail)
    var details: [String] = []
    func note(_ what: String, _ old: String?, _ new: String?) {
      guard old ?? "" != new ?? "" else { return }
      func shown(_ text: String?) -> String {
        text.flatMap { $0.isEmpty ? nil : DirectoryText.shown($0) } ?? "–"
      }
      details.append(person == nil ? "\(what): \(shown(new))" : "\(what): \(shown(old)) → \(shown(new))")
    }
    func take(_ column: PeopleList.Column, _ path: WritableKeyPath<UserDraft, String?>, _ what: String) {
      guard let field = entry.fields[column] else { return }
      let new = field.isEmpty ? nil : field
      note(what, draft[keyPath: path], new)
      draft[keyPath: path] = new
    }
    if let name = entry.fields[.name], !name.isEmpty {
      let name = try DirectoryText.name(name)
      let old = draft.profile.displayName ?? person?.name
      note("name", old, name)
      if old != name || user == nil { draft.profile.displayName = name }
    } else if user == nil, let person {
      draft.profile.displayName = person.name
    }
    take(.manager, \.manager, "manager")
    take(.externalID, \.externalID, "external identifier")
    take(.costCentre, \.profile.costCenter, "cost centre")
    take(.department, \.profile.department, "department")
    take(.title, \.profile.title, "title")
    take(.employeeNumber, \.profile.employeeNumber, "employee number")
    if let centre = draft.profile.costCenter { _ = try DirectoryText.name(centre) }
    if draft.profile.emails == nil { draft.profile.emails = [.init(entry.mail, type: "work", primary: true)] }
    var step = Step(
      line: entry.line, change: Change(kind: person == nil ? .add : .change, mail: entry.mail, details: []),
      user: user?.id)
    if let team = entry.fields[.team] {
      let name = team.isEmpty ? nil : try DirectoryText.name(team)
      let old = person?.team.flatMap { teams[$0] }
      if name.map(DirectoryText.folded) != old.map(DirectoryText.folded) {
        note("team", old, name)
        step.team = .some(name)
      }
    }
    step.change.details = details
    if draft != user?.draft { step.draft = draft }
    return step
  }

  /// Does what was compared. What is refused now joins the ``problems``.
  ///
  /// - Returns: what ended with those who end.
  /// - Throws: ``ControlError`` if the database cannot be written.
  package mutating func apply(to store: ControlStore, at now: Instant) throws -> Removal {
    var people: [String: Int64] = [:]
    for step in steps {
      do {
        people[step.change.mail] = try take(step, store, at: now)
      } catch {
        try refuse(error, step.line)
      }
    }
    let contents = try store.snapshot().contents
    let accounts = Dictionary(contents.people.map { ($0.id, $0.account) }) { first, _ in first }
    var teams = Dictionary(
      contents.teams.filter { $0.ended == nil }.map { (DirectoryText.folded($0.name), $0.id) }
    ) { first, _ in first }
    for step in steps {
      guard let person = people[step.change.mail], let account = accounts[person] else { continue }
      do {
        if let team = step.team {
          var id = team.flatMap { teams[DirectoryText.folded($0)] }
          if id == nil, let team {
            id = try store.addTeam(name: team, at: now).id
            teams[DirectoryText.folded(team)] = id
          }
          try store.movePerson(person, toTeam: id, at: now)
        }
        for (kind, value) in step.identities {
          try store.linkIdentity(kind, value, to: account, rule: .csv, at: now)
        }
      } catch {
        try refuse(error, step.line)
      }
    }
    var all = Removal()
    guard problems.isEmpty || leaving.isEmpty else {
      notes.append("Nobody ends: a line that was not taken may be theirs.")
      changes.removeAll { $0.kind == .end }
      return all
    }
    for person in leaving {
      let removal = try store.removePerson(person, at: now)
      all.keys += removal.keys
      all.agents += removal.agents
      all.limits += removal.limits
    }
    return all
  }

  private func take(_ step: Step, _ store: ControlStore, at now: Instant) throws -> Int64 {
    if let draft = step.draft {
      guard let id = step.user else { return try store.createUser(draft, rule: .csv, at: now).person }
      return try store.changeUser(id, rule: .csv, at: now) { _ in draft }.person
    }
    if let id = step.user { return try store.user(id).person }
    return try store.snapshot().person(mail: step.change.mail).id
  }

  private mutating func refuse(_ error: any Error, _ line: Int) throws {
    if error is ControlError { throw error }
    problems.append(CSVProblem(line: line, why: Self.sentence(error)))
  }

  private static func sentence(_ error: any Error) -> String {
    let text = "\(error)"
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}

extension PeopleImport.Step {
  /// Those that are the person's already are left alone; another's are refused.
  fileprivate mutating func addIdentities(
    _ entry: PeopleList.Entry, _ person: Person?, _ owners: [String: AccountID]
  ) throws(DirectoryError) {
    for (column, field) in entry.fields.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      guard let kind = column.identity else { continue }
      for value in field.split(whereSeparator: { $0 == ";" || $0.isWhitespace }).map(String.init) {
        let owner = owners["\(kind.rawValue) \(DirectoryText.folded(value))"]
        if let owner {
          guard owner == person?.account else { throw .taken(.identity, DirectoryText.shown(value)) }
          continue
        }
        identities.append((kind, value))
        change.details.append("\(kind.rawValue): \(DirectoryText.shown(value))")
      }
    }
  }
}
