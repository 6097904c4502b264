import Collection
import Ledger
import Surroundings

/// Whose what is read is, where several homes are: each home is a person's. On a machine of one's own the home is all that
/// says who somebody is.
struct HomeAccounts: CollectionStore {
  private let store: any CollectionStore
  /// The longest paths first, so that a home within another is its own.
  private let homes: [(prefix: String, account: AccountID)]

  init(_ store: any CollectionStore, homes: [HomeDirectory]) {
    self.store = store
    self.homes = homes.map { ($0.path + "/", Self.account(of: $0)) }
      .sorted { $0.prefix.utf8.count > $1.prefix.utf8.count }
  }

  /// The same for the same path, and never ``AccountID/local``.
  static func account(of home: HomeDirectory) -> AccountID {
    AccountID(rawValue: Int64(bitPattern: Key128(space: "home-account", home.path).low | 1 << 62) & .max)
  }

  var hashKey: SipHash24.Key { store.hashKey }
  func knownSources() throws -> [KnownSource] { try store.knownSources() }
  func checkpoint(ofSource path: String) throws -> [UInt8]? { try store.checkpoint(ofSource: path) }

  @discardableResult
  func append(_ updates: [SourceUpdate]) throws -> KeptOut {
    try store.append(
      updates.map { update in
        guard let home = homes.first(where: { update.source.path.hasPrefix($0.prefix) }) else {
          return update
        }
        var update = update
        update.batch.account = home.account
        return update
      })
  }
}
