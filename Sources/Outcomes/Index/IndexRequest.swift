package import Ledger

/// What the indexer needs to know besides the repository: the key under which the readers hash lines, and where
/// it may keep its cache.
package struct IndexRequest: Sendable {
  package var key: SipHash24.Key
  /// A directory of Assay's own; created if missing. `nil`: nothing is kept.
  package var cacheDirectory: String?
  /// Git processes to run at once.
  package var parallelism: Int

  package init(key: SipHash24.Key, cacheDirectory: String?, parallelism: Int = 2) {
    self.key = key
    self.cacheDirectory = cacheDirectory
    self.parallelism = parallelism
  }
}
