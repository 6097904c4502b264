package import Ledger

/// What came of asking a service once whether it is well.
package struct HealthSample: Hashable, Sendable, Codable {
  /// When it was asked.
  package var at: Instant
  package var answer: Answer

  package init(at: Instant, _ answer: Answer) {
    self.at = at
    self.answer = answer
  }

  package enum Answer: Hashable, Sendable, Codable {
    /// It says it is well, after this time; and which commit it runs, if it says that.
    case well(after: Duration, release: String?)
    /// It says it is not, or nothing that can be understood, or nothing in time.
    case unwell(String)
  }

  /// Why this speaks against `sha`; `nil` if it speaks for it.
  ///
  /// - Parameter slow: An answer that took longer is none.
  package func complaint(of sha: String, slow: Duration) -> String? {
    switch answer {
    case .unwell(let why): return why
    case .well(let after, let release):
      if after > slow { return "it answered after \(after.wholeMilliseconds) ms" }
      // Something answers, and it is not what was deployed: an old process that kept its port.
      if let release, release != sha { return "another release answers: \(release.prefix(10))" }
      return nil
    }
  }
}
