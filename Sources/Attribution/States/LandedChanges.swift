package import Ledger
package import Outcomes

/// What landed on one repository's main line, how it fared, and which sessions have a part in it.
///
/// A change is a commit of the first-parent line with all that it brought. A line counts for it if it outlived the
/// landing: what a branch added and took away again before it was merged never landed.
package struct LandedChanges {
  private let history: RepositoryHistory
  private let judge: OutcomeJudge
  private let holdWindow: Duration

  /// - Parameter now: Nothing that comes after it is known.
  package init(_ history: RepositoryHistory, policy: AttributionPolicy, now: Instant) {
    self.history = history
    holdWindow = policy.holdWindow
    judge = OutcomeJudge(history: history, delivery: .none, policy: policy, now: now)
  }

  /// The fates of so many lines are followed at a time, sixteen bytes each.
  private static let linesAtATime = 2_000_000

  /// In the order of landing. Changes whose contents were not read, being older than anything that is asked about, are
  /// left out.
  package func changes(_ links: RepositoryLinks, catalogue: EvidenceCatalogue) -> LandedHistory {
    let parts = parts(of: links, catalogue)
    var changes: [LandedChange] = []
    var questions: [LineFates.Question] = []
    var rows: [(row: Int, questions: Range<Int>)] = []
    var lines = 0
    func flush() {
      let fates = LineFates.fates(of: questions, in: history)
      for (row, range) in rows {
        changes.append(change(row, fates: fates[range].lazy.flatMap(\.self), parts: parts[row] ?? []))
      }
      (questions, rows, lines) = ([], [], 0)
    }
    for (row, commits) in groups {
      let first = questions.count
      for commit in commits {
        for file in history.index.commits[commit].files {
          let added = history.index.files[file].hunks.flatMap {
            history.index.lines[history.index.hunks[$0].added]
          }
          guard !added.isEmpty else { continue }
          questions.append(LineFates.Question(file: file, lines: added))
          lines += added.count
        }
      }
      rows.append((row, first..<questions.count))
      if lines >= Self.linesAtATime { flush() }
    }
    flush()
    return LandedHistory(
      directory: history.index.gitDirectory, remotes: history.index.remotes, changes: changes)
  }

  /// Commits of the main line with what each brought, in the order of landing.
  private var groups: [(row: Int, commits: [Int])] {
    var brought: [Int: [Int]] = [:]
    for row in history.index.commits.indices where history.hasLanded(row) {
      brought[Int(history.landedBy[row]), default: []].append(row)
    }
    let unread: RepositoryIndex.CommitFlags = [.unread, .unreadable, .boundary]
    return brought.filter { row, commits in
      commits.allSatisfy { history.index.commits[$0].flags.isDisjoint(with: unread) }
    }
    .map { (row: $0.key, commits: $0.value) }
    .sorted { history.landingOrder[$0.row] < history.landingOrder[$1.row] }
  }

  private func change(
    _ row: Int, fates: some Sequence<LineFates.Fate>, parts: [LandedChange.Part]
  ) -> LandedChange {
    let landed = history.landedAt[row]
    let window = landed + holdWindow.wholeMilliseconds
    var change = LandedChange(
      commit: history.index.commits[row].hash.hexadecimal, landed: Instant(milliseconds: landed), parts: parts
    )
    var deleted: [Int64] = []
    for fate in fates {
      guard let removed = fate.removedAt else {
        change.linesAdded += 1
        continue
      }
      if removed <= landed { continue }
      change.linesAdded += 1
      let age = Instant(milliseconds: removed) - change.landed
      if age <= .days(14) { change.linesGone14Days += 1 }
      if age <= .days(30) { change.linesGone30Days += 1 }
      if !fate.wasReplaced, removed <= window { deleted.append(removed) }
    }
    deleted.sort()
    let half = Int(change.linesAdded / 2)
    // The line with which it came to be more than half.
    let emptied = deleted.count > half && change.linesAdded > 0 ? deleted[half] : nil
    let reverted = judge.revertedAt(row).flatMap { $0 <= window ? $0 : nil }
    change.undone = [emptied, reverted].compactMap { $0 }.min().map { Instant(milliseconds: $0) }
    return change
  }

  /// By the commit of the main line that brought what is linked.
  private func parts(
    of links: RepositoryLinks, _ catalogue: EvidenceCatalogue
  ) -> [Int: [LandedChange.Part]] {
    struct Share {
      var lines: Int64 = 0
      var isBest = false
    }
    var shares: [Int: [UInt32: Share]] = [:]
    for link in links.links where history.hasLanded(Int(link.commit)) {
      let row = Int(history.landedBy[Int(link.commit)])
      var share = shares[row]?[link.session] ?? Share()
      share.lines += Int64(link.lines.count)
      share.isBest = share.isBest || link.isBest
      shares[row, default: [:]][link.session] = share
    }
    return shares.mapValues { shares in
      let ordered = shares.map { session, share in
        (session: catalogue.sessions[Int(session)].session.id, share: share)
      }
      .sorted { a, b in
        (a.share.lines, a.share.isBest ? 1 : 0, b.session) > (
          b.share.lines, b.share.isBest ? 1 : 0, a.session
        )
      }
      return ordered.enumerated().map { place, one in
        LandedChange.Part(session: one.session, lines: one.share.lines, isLargest: place == 0)
      }
    }
  }
}
