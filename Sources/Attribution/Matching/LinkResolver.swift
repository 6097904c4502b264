import Ledger
import Outcomes

/// Decides, commit by commit, which sessions' evidence is enough for a claim, and gives each line to one turn.
struct LinkResolver {
  let catalogue: EvidenceCatalogue
  let history: RepositoryHistory
  let policy: AttributionPolicy
  let key: SipHash24.Key
  /// Sessions that ran in this repository, as their directory says.
  let resident: Set<UInt32>

  private var index: RepositoryIndex { history.index }

  func resolve() -> RepositoryLinks {
    let matcher = ContentMatcher(catalogue: catalogue, history: history, policy: policy)
    var mentions = MentionLinks(catalogue: catalogue, history: history, key: key)
    mentions.add(RecordLinks(catalogue: catalogue, index: index, key: key))
    let all = matcher.occurrences.byCommit.map {
      (commit: $0.commit, range: $0.range, found: matcher.candidates(in: $0.commit, range: $0.range))
    }
    let home = home(candidates: all.flatMap(\.found), named: mentions.home)
    var result = RepositoryLinks()
    result.home = home
    var seen: Set<Int> = []
    mentions.addWorded(home: home)
    for (commit, range, found) in all {
      seen.insert(commit)
      let named = mentions.committed[commit] ?? []
      let made = links(to: commit, candidates: found, named: named, home: home, matcher: matcher)
      result.links += made.isEmpty ? formatted(commit, range: range, home: home, matcher: matcher) : made
    }
    for (commit, named) in mentions.committed.sorted(by: { $0.key < $1.key }) where !seen.contains(commit) {
      result.links += links(to: commit, candidates: [], named: named, home: home, matcher: matcher)
    }
    let claimed = Set(result.links.map(\.commit))
    result.links += TrailerLinks(
      catalogue: catalogue, history: history, home: home, paths: matcher.paths,
      partial: Dictionary(uniqueKeysWithValues: all.map { ($0.commit, $0.found) })
    ).links(except: claimed)
    result.links.sort { ($0.commit, $1.score, $0.session) < ($1.commit, $0.score, $1.session) }
    return result
  }

  /// A session is at home where it ran, where it names commits, or where lines that are nowhere else match in
  /// such number that it cannot be chance; and where another session of the same directory is.
  private func home(candidates: [ContentMatcher.Candidate], named: Set<UInt32>) -> Set<UInt32> {
    var strength: [UInt32: Int] = [:]
    for candidate in candidates { strength[candidate.session, default: 0] += candidate.rareLines }
    var home = resident.union(named)
    for (session, lines) in strength where lines >= policy.foreignHomeLines { home.insert(session) }
    for (place, session) in catalogue.sessions.enumerated() {
      let fact = session.session
      if let remote = fact.remote.flatMap({ RemoteName.hash($0, key: key) }), index.remotes.contains(remote) {
        home.insert(UInt32(truncatingIfNeeded: place))
      } else if let head = fact.headCommit.flatMap({ CommitHash($0) }), history.commit(named: head) != nil {
        home.insert(UInt32(truncatingIfNeeded: place))
      }
    }
    let directories = Set(home.compactMap { catalogue.sessions[Int($0)].session.directory })
    for (place, session) in catalogue.sessions.enumerated() {
      if let directory = session.session.directory, directories.contains(directory) {
        home.insert(UInt32(truncatingIfNeeded: place))
      }
    }
    return home
  }

  private func links(
    to commit: Int, candidates: [ContentMatcher.Candidate], named: [MentionLinks.Naming], home: Set<UInt32>,
    matcher: ContentMatcher
  ) -> [CommitLink] {
    let size = addedLines(in: commit)
    var claims = candidates.filter {
      isClaim($0, size: size, home: home) || named.map(\.session).contains($0.session)
    }
    let matched = Set(claims.flatMap { $0.matches.lazy.filter { !$0.isRemoval }.map(\.occurrence) }).count
    for naming in named where !claims.contains(where: { $0.session == naming.session }) {
      claims.append(.init(session: naming.session))
    }
    // Who made the commit also stands for what nobody's edits explain, at half the weight of a line.
    let unexplained = Double(max(0, size - matched)) / 2
    func strength(_ candidate: ContentMatcher.Candidate) -> Double {
      let makes = named.contains { $0.session == candidate.session && $0.isAuthor }
      let recorded = named.filter { $0.session == candidate.session }.map(\.lines).reduce(0, +)
      return candidate.score + Double(recorded) + (makes ? max(1, unexplained) : 0)
    }
    // Who made the commit there and then comes first, as the exact tier comes before content; lines that only
    // another session wrote are still that one's.
    func made(_ candidate: ContentMatcher.Candidate) -> Int {
      named.contains { $0.session == candidate.session && $0.isAuthor && $0.tier == .exact } ? 1 : 0
    }
    claims.sort { (made($0), strength($0), $1.session) > (made($1), strength($1), $0.session) }
    return links(from: claims, to: commit, named: named, matcher: matcher, strength: strength)
  }

  /// - Parameter claims: The strongest first; a line that several hold is the first's.
  private func links(
    from claims: [ContentMatcher.Candidate], to commit: Int, named: [MentionLinks.Naming] = [],
    matcher: ContentMatcher, strength: (ContentMatcher.Candidate) -> Double = { $0.score }
  ) -> [CommitLink] {
    var taken: Set<UInt32> = []
    var links: [CommitLink] = []
    for (rank, claim) in claims.enumerated() {
      var lines: [LinkedLine] = []
      for match in claim.matches where taken.insert(match.occurrence).inserted {
        let occurrence = matcher.occurrences.all[Int(match.occurrence)]
        lines.append(
          LinkedLine(
            turn: catalogue.edits[Int(match.edit)].turn, file: occurrence.file,
            added: match.isRemoval ? nil : catalogue.lines[Int(occurrence.line)]))
      }
      let naming = named.filter { $0.session == claim.session }
      guard !lines.isEmpty || !naming.isEmpty else { continue }
      links.append(
        CommitLink(
          commit: UInt32(truncatingIfNeeded: commit), session: claim.session,
          tier: naming.isEmpty ? .content : naming.contains { $0.tier == .exact } ? .exact : .record,
          score: strength(claim), isBest: rank == 0, lines: lines,
          turns: naming.map(\.turn)))
    }
    return links
  }

  /// Claims to a commit that only changes the form of lines.
  private func formatted(
    _ commit: Int, range: Range<Int>, home: Set<UInt32>, matcher: ContentMatcher
  ) -> [CommitLink] {
    let found = matcher.reformatted(in: commit, range: range, addedLines: addedLines(in: commit))
      .filter { home.contains($0.session) }
    return links(
      from: found.sorted { ($0.score, $1.session) > ($1.score, $0.session) }, to: commit, matcher: matcher)
  }

  private func addedLines(in commit: Int) -> Int {
    index.commits[commit].files.reduce(0) { sum, file in
      index.files[file].hunks.reduce(sum) { $0 + Int(index.hunks[$1].addedCount) }
    }
  }

  private func isClaim(_ candidate: ContentMatcher.Candidate, size: Int, home: Set<UInt32>) -> Bool {
    guard home.contains(candidate.session) else {
      return candidate.score >= policy.foreignScore && candidate.rareLines >= policy.foreignRareLines
    }
    return candidate.rareLines >= policy.sufficientRareLines
      || candidate.score >= policy.minimumScore * (1 + Double(size).squareRoot() / 8)
  }
}
