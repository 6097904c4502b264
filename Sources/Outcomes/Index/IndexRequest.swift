package import Ledger

/// What the indexer needs to know besides the repository: the key under which the readers hash lines, and where
/// it may keep its cache.
package struct IndexRequest: Sendable {
  package var key: SipHash24.Key
  /// A directory of Assay's own; created if missing. `nil`: nothing is kept.
  package var cacheDirectory: String?
  /// Git processes to run at once.
  package var parallelism: Int

  /// When the earliest session began whose outcomes are looked for. What was committed long before
  /// (``margin``) is listed but its contents are not read, until an earlier instant is asked for. `nil`: all.
  package var since: Instant?

  /// How much older history is read so that it is known which lines are common.
  static let margin = Duration.days(120)

  package init(key: SipHash24.Key, cacheDirectory: String?, parallelism: Int = 2, since: Instant? = nil) {
    self.key = key
    self.cacheDirectory = cacheDirectory
    self.parallelism = parallelism
    self.since = since
  }
}
