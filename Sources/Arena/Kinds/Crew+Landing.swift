import Ledger

extension Crew {
  /// A commit that is due.
  struct Landing: Sendable {
    enum Kind: Sendable {
      /// Files of a session, by the person who had it.
      case commit
      /// A branch becomes one commit.
      case squash(branch: String)
      /// Somebody goes on working on a file that landed.
      case touch
    }
    var kind: Kind
    var project: Int
    var member: Int
    var feature: Feature
    var changes: History.Tree
    var message: String
    /// Whether the feature is named in the list of parts, and so used.
    var isAnnounced = true
  }

  mutating func land(_ landing: Landing, at: Instant) {
    let author = members[landing.member].person
    switch landing.kind {
    case .commit:
      commit(landing, at: at)
    case .squash(let branch):
      guard histories[landing.project].branches[branch] != nil else { return }
      histories[landing.project].drop(branch: branch)
      commit(landing, at: at)
    case .touch:
      let language = projects[landing.project].language
      let path = language.path(of: landing.feature)
      guard let lines = histories[landing.project].tree[path] else { return }
      let after = lines + language.addition(landing.feature, variant: 0)
      histories[landing.project].commit(
        at: at, by: author, landing.message, kind: .person, [path: .some(after)])
    }
  }

  /// Commits on the trunk and remembers the files.
  @discardableResult
  mutating func commit(_ landing: Landing, at: Instant) -> CommitMark {
    var changes = landing.changes.mapValues { [String]?.some($0) }
    if landing.isAnnounced {
      let list = announce(landing.feature, in: landing.project)
      changes[list.path] = .some(list.after)
    }
    files[landing.project] += landing.changes.keys.sorted()
    let mark = histories[landing.project].commit(
      at: at, by: members[landing.member].person, landing.message, kind: .session, changes)
    var chance = Chance(seed: seed, label: "\(name)-\(landing.project)-\(mark.rawValue)")
    if landing.isAnnounced, chance.happens(40) {
      var touch = landing
      touch.kind = .touch
      touch.member = chance.below(members.count)
      touch.message = Speech.commitMessage(landing.feature, &chance)
      plan(.land(touch), at: at + .hours(chance.int64(20...480)))
    }
    return mark
  }

  /// The mark that the next commit will have.
  func nextMark(in project: Int) -> CommitMark { CommitMark(rawValue: histories[project].commits.count + 1) }

  /// What a person does to lines before committing them: some are put differently.
  func editedByHand(_ lines: [String], _ feature: Feature, _ chance: inout Chance) -> [String] {
    let share = 0.05 + chance.unit() * 0.35
    return lines.map { line in
      guard chance.happens(share), line.contains(feature.first) else { return line }
      return line.split(separator: feature.first, omittingEmptySubsequences: false)
        .joined(separator: "\(feature.first)_key")
    }
  }

  /// `lines` with a comment or two put in.
  func revised(_ lines: [String], _ feature: Feature, language: Language, _ chance: inout Chance) -> [String]
  {
    var revised = lines
    let mark = language == .python ? "# " : "// "
    for _ in 0..<chance.int(1...3) {
      revised.insert(mark + Speech.sentence(feature, &chance), at: chance.below(revised.count + 1))
    }
    return revised
  }

  static func commitCommand(_ message: String, mark: CommitMark, branch: String, count: Int)
    -> Sitting.Command
  {
    Sitting.Command(
      line: "git add -A && git commit -m \"\(message)\"", purpose: "Commit the work",
      output: "[\(branch) %h] \(message)\n \(count) files changed", commit: mark)
  }
}
