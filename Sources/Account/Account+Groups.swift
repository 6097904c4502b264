import Ledger

extension Account {
  /// The account by day, project and so on. Groups of time come in order, without the empty ones; the others
  /// by cost, highest first, except states, which keep their own order and are always all seven.
  package func groups(by grouping: Grouping) -> [AccountGroup] {
    var keys = GroupKeys(account: self, grouping: grouping)
    var groups = SplitsByKey<GroupKey>()
    switch grouping {
    case .session, .project, .tool:
      for place in sessions.indices where !splits[place].totals.isNothing {
        groups.add(splits[place], to: keys.key(ofSession: place))
      }
    case .state:
      for state in OutcomeState.allCases { _ = groups.place(of: .state(state)) }
      for cell in cells { groups.add(cell, to: .state(cell.state)) }
    case .model:
      for cell in cells { groups.add(cell, to: .model(cell.model)) }
    case .day, .week, .month, .window, .weeklyWindow:
      for (cell, owner) in zip(cells, owners) {
        groups.add(cell, to: keys.key(of: cell.slot, tool: sessions[owner].session.tool))
      }
    }
    let found = zip(groups.keys, groups.splits).map { ($0, keys.group($0, $1)) }
    return found.sorted { Self.precedes($0, $1, chronological: grouping.isChronological) }.map(\.1)
  }

  private static func precedes(
    _ a: (key: GroupKey, group: AccountGroup), _ b: (key: GroupKey, group: AccountGroup), chronological: Bool
  ) -> Bool {
    if case .state(let x) = a.key, case .state(let y) = b.key {
      return StateSplit.index(of: x) < StateSplit.index(of: y)
    }
    if chronological {
      let (x, y) = (a.group.start?.milliseconds ?? .min, b.group.start?.milliseconds ?? .min)
      if x != y { return x < y }
    } else {
      let (x, y) = (a.group.totals.cost?.count ?? -1, b.group.totals.cost?.count ?? -1)
      if x != y { return x > y }
    }
    return a.group.key < b.group.key
  }
}

/// What a cell is grouped under.
enum GroupKey: Hashable {
  case day(CivilDay)
  case week(CivilDay)
  case month(CivilDay)
  case session(SessionID)
  /// By the name that tells it apart; `nil` is use in no project.
  case project(String?)
  case tool(Tool?)
  case model(String?)
  case state(OutcomeState)
  case window(Tool?, Instant, Duration)
}

/// Finds the key of a cell and describes the group of a key.
struct GroupKeys {
  let account: Account
  let grouping: Grouping
  private var clock: ZoneClock
  /// The last slot that was asked for, and its day.
  private var last: (slot: Instant, day: CivilDay)?

  init(account: Account, grouping: Grouping) {
    self.account = account
    self.grouping = grouping
    clock = ZoneClock(account.timeZone)
  }

  /// For groupings that hold whole sessions.
  func key(ofSession place: Int) -> GroupKey {
    let session = account.sessions[place].session
    return switch grouping {
    case .project: .project(account.projects[place])
    case .tool: .tool(session.tool)
    default: .session(session.id)
    }
  }

  /// For groupings by time.
  mutating func key(of slot: Instant, tool: Tool?) -> GroupKey {
    switch grouping {
    case .week: return .week(day(of: slot).weekStart)
    case .month: return .month(day(of: slot).monthStart)
    case .window: return window(slot, tool, account.fiveHourWindows)
    case .weeklyWindow: return window(slot, tool, account.weeklyWindows)
    default: return .day(day(of: slot))
    }
  }

  private mutating func day(of slot: Instant) -> CivilDay {
    if let last, last.slot == slot { return last.day }
    let day = clock.day(of: slot)
    last = (slot, day)
    return day
  }

  private func window(_ slot: Instant, _ tool: Tool?, _ windows: [Tool?: LimitWindows]) -> GroupKey {
    // Every slot is activity itself, so that a window is always open.
    .window(tool, windows[tool]?.opening(for: slot) ?? slot, windows[tool]?.length ?? .zero)
  }

  mutating func group(_ key: GroupKey, _ split: StateSplit) -> AccountGroup {
    var group = AccountGroup(key: "", label: "", totals: split.totals, states: split.all)
    switch key {
    case .day(let day):
      group.key = day.iso
      group.label = "\(day.weekdayName) \(day.long)"
      span(&group, from: day, to: day.advanced(by: 1))
    case .week(let day):
      group.key = day.isoWeekName
      group.label = "\(day.isoWeekName), \(day.short) – \(day.advanced(by: 6).short)"
      span(&group, from: day, to: day.advanced(by: 7))
    case .month(let day):
      group.key = day.isoMonth
      group.label = String(day.long.drop { $0 != " " }.dropFirst())
      span(&group, from: day, to: day.nextMonthStart)
    case .session(let id):
      let session = account.session(id)
      group.key = session?.name ?? id.hexadecimal
      group.label = group.key
      group.start = session?.started
      group.end = session?.ended
      group.state = account.state(of: id)
    case .project(let label):
      group.key = label ?? ""
      group.label = label ?? "no project"
    case .tool(let tool):
      group.key = tool?.rawValue ?? "unknown"
      group.label = tool?.displayName ?? "unknown tool"
    case .model(let model):
      group.key = model ?? "unknown"
      group.label = model ?? "unknown model"
    case .state(let state):
      group.key = state.rawValue
      group.label = state.rawValue
    case .window(let tool, let opening, let length):
      let end = opening + length
      group.key = "\(tool?.rawValue ?? "unknown")/\(clock.iso(opening))"
      let from = "\(clock.day(of: opening).iso) \(clock.clock(opening))"
      let to = length < .days(1) ? "–\(clock.clock(end))" : " – \(clock.day(of: end).iso)"
      group.label = "\(from)\(to) \(tool?.displayName ?? "unknown tool")"
      group.start = opening
      group.end = end
    }
    return group
  }

  private mutating func span(_ group: inout AccountGroup, from: CivilDay, to: CivilDay) {
    group.start = clock.start(of: from)
    group.end = clock.start(of: to)
  }
}

/// Names for projects that tell them apart: the name alone where one project bears it, otherwise with as many
/// of the directories above it as it takes (`work/api` and `play/api`).
struct ProjectLabels {
  private var paths: [String: Set<String?>] = [:]

  init(_ sessions: [AccountSession]) {
    for session in sessions {
      if let name = session.project { paths[name, default: []].insert(session.projectPath) }
    }
  }

  func label(of session: AccountSession?) -> String? {
    guard let session, let name = session.project else { return nil }
    guard let path = session.projectPath, let rivals = paths[name], rivals.count > 1 else { return name }
    let own = path.split(separator: "/")
    let others = rivals.compactMap { $0 == path ? nil : $0?.split(separator: "/") }
    var depth = Swift.min(2, own.count)
    while depth < own.count && others.contains(where: { $0.suffix(depth) == own.suffix(depth) }) {
      depth += 1
    }
    let suffix = own.suffix(depth).joined(separator: "/")
    return own.last.map(String.init) == name ? suffix : "\(name) (\(suffix))"
  }
}
