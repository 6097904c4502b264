import Ledger

/// A team of an ``ArenaOrganisation``: its people, the repositories they share, and what happens in the order of time.
/// Teams know nothing of each other, so that they can be played side by side.
struct Crew: Sendable {
  let seed: UInt64
  let name: String
  let start: Instant
  let end: Instant
  /// When a target was announced; without one, burners burn from the beginning.
  let announced: Instant?
  let projects: [Project]
  /// Where each project lies.
  let directories: [String]
  var members: [Member]
  var histories: [History]
  /// What has landed on each trunk, oldest first.
  var files: [[String]]
  var records: [Record] = []
  var incidents: [Incident] = []
  private var areas: [Int]
  private var backlogs: [[Feature]]
  private var refills: [Int]
  private var agenda = Agenda<Act>()

  struct Member: Sendable {
    var person: Person
    var slug: String
    var kind: PersonKind
    /// Absolute.
    var home: String
    var temper: Temper
    var scheme: Scheme
    var chance: Chance
    var sessions = 0
    /// Billed in each week, all classes.
    var tokens: [Int: Int64] = [:]
    /// Replays and churn need what was there before.
    var real: [Int] = []
    var churn: [(project: Int, path: String, before: [String])] = []
  }

  struct Record: Sendable {
    var member: Int
    var sitting: Sitting
  }

  struct Incident: Sendable {
    var project: Int
    var began: Instant
    var ended: Instant
    var fix: CommitMark?
  }

  /// Something that is due: a session of a member, or a commit that nobody's session is needed for.
  enum Act: Sendable {
    case session(member: Int, Script)
    case land(Landing)
    case weekend(member: Int, week: Int)
  }

  init(
    seed: UInt64, name: String, start: Instant, end: Instant, announced: Instant?, projects: [Project],
    directories: [String], people: [(person: Person, slug: String, kind: PersonKind, home: String)]
  ) {
    self.seed = seed
    self.name = name
    self.start = start
    self.end = end
    self.announced = announced
    self.projects = projects
    self.directories = directories
    histories = projects.map { History(project: $0) }
    files = projects.map { _ in [] }
    areas = projects.map { _ in 0 }
    backlogs = projects.map { _ in [] }
    refills = projects.map { _ in 0 }
    members = []
    for index in projects.indices { found(index, by: people[0].person) }
    for (index, one) in people.enumerated() {
      var chance = Chance(seed: seed, label: "person-\(one.slug)")
      let theme = feature(of: index % projects.count)
      members.append(
        Member(
          person: one.person, slug: one.slug, kind: one.kind, home: one.home,
          temper: Temper(one.kind, &chance), scheme: Scheme(one.kind, theme: theme, &chance), chance: chance))
    }
  }

  /// Plays everything that is due.
  mutating func run() {
    for index in members.indices { plan(member: index) }
    while let (at, act) = agenda.next() {
      switch act {
      case .session(let member, let script): perform(script, by: member, at: at)
      case .land(let landing): land(landing, at: at)
      case .weekend(let member, let week): fillUp(member, week: week, at: at)
      }
    }
  }

  mutating func plan(_ act: Act, at instant: Instant) {
    guard instant < end else { return }
    agenda.add(act, at: instant)
  }

  func week(of instant: Instant) -> Int { Int((instant - start).wholeMilliseconds / (7 * 86_400_000)) }

  // MARK: Projects

  mutating func feature(of project: Int) -> Feature {
    if backlogs[project].isEmpty {
      refills[project] += 1
      var chance = Chance(seed: seed, label: "features-\(projects[project].name)-\(refills[project])")
      backlogs[project] = Feature.all(&chance).map { feature in
        var feature = feature
        // Lines of one project are nobody else's.
        feature.noun = Self.word(projects[project].name, round: refills[project]) + feature.noun
        feature.isBrief = true
        return feature
      }
    }
    return backlogs[project].removeLast()
  }

  private static func word(_ project: String, round: Int) -> String {
    project.filter(\.isLetter) + (round == 1 ? "" : String(repeating: "x", count: round - 1))
  }

  private mutating func found(_ project: Int, by author: Person) {
    let language = projects[project].language
    var changes: [String: [String]?] = [
      "README.md": ["# \(projects[project].name)", "", "See `docs/`."],
      ".gitignore": ["node_modules/", "dist/"],
    ]
    for _ in 0..<5 {
      let feature = feature(of: project)
      changes[language.path(of: feature)] = .some(language.code(feature))
      files[project].append(language.path(of: feature))
    }
    changes[areaPath(project)] = .some(["Parts of \(projects[project].name):"])
    histories[project].commit(
      at: start - .days(60), by: author, "Begin \(projects[project].name)", kind: .person, changes)
  }

  /// The list in which a feature is named when it lands; a new one is begun before it grows long.
  func areaPath(_ project: Int) -> String { "docs/parts-\(areas[project]).txt" }

  mutating func announce(_ feature: Feature, in project: Int) -> (
    path: String, before: [String], after: [String]
  ) {
    var path = areaPath(project)
    var before = histories[project].tree[path] ?? []
    if before.count > 24 {
      areas[project] += 1
      path = areaPath(project)
      before = ["Parts of \(projects[project].name), list \(areas[project]):"]
    }
    return (
      path, before, before + ["\(feature.name): \(feature.first), \(feature.second), \(feature.number)"]
    )
  }
}
