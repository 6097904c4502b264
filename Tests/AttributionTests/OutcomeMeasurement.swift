import Foundation
import Ledger
import Outcomes
import Testing

@testable import Attribution

/// Measures attribution against the trailers of public repositories. Not part of the ordinary tests: prepare a
/// corpus with `Benchmarks/outcomes/prepare` and name its directory in `ASSAY_OUTCOME_CORPUS`.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["ASSAY_OUTCOME_CORPUS"] != nil))
struct OutcomeMeasurement {
  private let directory = ProcessInfo.processInfo.environment["ASSAY_OUTCOME_CORPUS"] ?? ""

  private struct Row {
    var right = 0
    var wrong = 0
    var none = 0
    var claimed = 0
    var commits = 0
  }

  @Test("AI commits go to the session that their trailer names, and unrelated sessions claim next to nothing")
  func measure() async throws {
    let corpora = try OutcomeCorpus.all(under: directory)
    try #require(!corpora.isEmpty, "nothing prepared in \(directory)")
    let indexer = RepositoryIndexer(
      IndexRequest(key: OutcomeCorpus.key, cacheDirectory: directory + "/cache"))
    let attributor = Attributor(key: OutcomeCorpus.key)
    let clock = ContinuousClock()
    for corpus in corpora {
      let location = try #require(try RepositoryLocation.at(corpus.repository))
      var history: RepositoryHistory?
      let indexing = try await clock.measure {
        history = RepositoryHistory(try await indexer.index(location).index)
      }
      let known = try #require(history)
      for other in corpora {
        let catalogue = EvidenceCatalogue(other.sessions)
        var links = RepositoryLinks()
        let isOwn = other.name == corpus.name
        let resident = isOwn ? Set(other.sessions.map(\.session.id)) : []
        let matching = clock.measure {
          links = attributor.links(in: known, catalogue: catalogue, resident: resident)
        }
        let claims = attributor.claims(links, in: known, catalogue: catalogue)
        let names = Dictionary(other.sessions.map { ($0.session.id, $0.session.name) }) { a, _ in a }
        if isOwn {
          report(corpus, claims: claims, names: names, history: known)
          print(
            "  \(reachable(corpus, catalogue, known)) of them have any line of a session that the trailer names"
          )
          let foreign = attributor.links(in: known, catalogue: catalogue, resident: [])
          let found = attributor.claims(foreign, in: known, catalogue: catalogue)
          report(corpus, claims: found, names: names, history: known, label: " (directory unknown)")
          print("  indexing \(indexing), matching \(matching)")
        } else {
          let commits = known.index.commits.count { $0.parentCount < 2 && $0.fileCount > 0 }
          print("  \(other.name) against \(corpus.name): \(claims.count) of \(commits) commits claimed")
        }
      }
    }
  }

  /// Commits that content could give to the right session at all.
  private func reachable(
    _ corpus: OutcomeCorpus, _ catalogue: EvidenceCatalogue, _ history: RepositoryHistory
  ) -> Int {
    let matcher = ContentMatcher(catalogue: catalogue, history: history, policy: AttributionPolicy())
    return matcher.occurrences.byCommit.count { commit, range in
      let truth = corpus.truth[history.index.commits[commit].hash.hexadecimal] ?? []
      return !truth.isEmpty
        && matcher.candidates(in: commit, range: range).contains { candidate in
          !candidate.matches.isEmpty
            && truth.contains(catalogue.sessions[Int(candidate.session)].session.name)
        }
    }
  }

  private func report(
    _ corpus: OutcomeCorpus, claims: [RepositoryLinks.Claim], names: [SessionID: String],
    history: RepositoryHistory,
    label: String = ""
  ) {
    var row = Row()
    let byCommit = Dictionary(claims.map { ($0.commit, $0) }) { a, _ in a }
    var detail = ""
    for (commit, sessions) in corpus.truth.sorted(by: { $0.key < $1.key }) {
      guard let hash = CommitHash(commit), history.commit(named: hash) != nil else { continue }
      let claim = byCommit[commit]
      let name = claim.flatMap { names[$0.session] }
      if let name, sessions.contains(name) {
        row.right += 1
      } else if let name, let claim {
        row.wrong += 1
        detail +=
          "wrong \(commit) \(name) \(claim.tier) \(claim.score) \(claim.lines) truth \(sessions.sorted())\n"
      } else {
        row.none += 1
        detail += "none \(commit) truth \(sessions.sorted())\n"
      }
    }
    let total = row.right + row.wrong + row.none
    let unlabelled = claims.count { corpus.truth[$0.commit] == nil }
    print(
      """
      \(corpus.name)\(label): \(total) AI commits: right \(row.right) (\(percent(row.right, total))), \
      wrong \(row.wrong), none \(row.none), precision \(percent(row.right, row.right + row.wrong)), \
      other commits claimed \(unlabelled)
      """)
    if let path = ProcessInfo.processInfo.environment["ASSAY_OUTCOME_DETAIL"] {
      try? detail.write(
        toFile: path + "-" + corpus.name + (label.isEmpty ? "" : "-foreign"), atomically: true,
        encoding: .utf8)
    }
  }

  private func percent(_ part: Int, _ whole: Int) -> String {
    whole == 0 ? "–" : "\((Double(part) / Double(whole) * 1000).rounded() / 10) %"
  }
}
