import Foundation
package import Ledger
import Readers
import Synchronization

/// Brings a ledger up to date with the tools' own records.
package struct Collector: Sendable {
  let store: any CollectionStore

  package init(store: any CollectionStore) { self.store = store }

  /// What a run did.
  package struct Outcome: Sendable {
    package var discovery: Discovery
    /// Sources that had anything new.
    package var read: Int
    package var bytes: Int64
  }

  /// Reads what is new in the sources of `discovery` into the store.
  ///
  /// - Parameter progress: Called from several threads with the bytes read so far and in all.
  package func collect(
    _ discovery: Discovery,
    progress: @escaping @Sendable (_ done: Int64, _ total: Int64) -> Void = { _, _ in }
  ) async throws -> Outcome {
    let known = Dictionary(
      try store.knownSources().map { (ExactPath($0.path), $0) }, uniquingKeysWith: { first, _ in first })
    try forgetProblems(of: known.values, except: discovery)
    var work: [WorkQueue.Item] = []
    for source in discovery.sources {
      let before = known[ExactPath(source.path)]
      let version = ReaderRegistry.reader(for: source.tool)?.version ?? 0
      if let before, before.identity == source.identity, before.readerVersion == version { continue }
      let isContinued = source.shape == .lines && before?.readerVersion == Int64(version)
      let bytes = max(0, source.identity.size - (isContinued ? before?.offset ?? 0 : 0))
      work.append(WorkQueue.Item(found: source, known: before, bytes: bytes))
    }
    let total = work.reduce(0) { $0 + $1.bytes }
    guard !work.isEmpty else { return Outcome(discovery: discovery, read: 0, bytes: 0) }
    // The largest first, so that no core is left alone with one at the end.
    work.sort { ($0.bytes, $0.found.path) > ($1.bytes, $1.found.path) }

    let queue = WorkQueue(work)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<max(1, ProcessInfo.processInfo.activeProcessorCount) {
        group.addTask { try drain(queue, of: total, progress: progress) }
      }
      try await group.waitForAll()
    }
    return Outcome(discovery: discovery, read: work.count, bytes: total)
  }

  /// A source that could not be read and has gone since is no longer a gap in the account.
  private func forgetProblems(of known: some Sequence<KnownSource>, except discovery: Discovery) throws {
    let unread = known.filter { $0.identity == .beingRead }
    guard !unread.isEmpty else { return }
    let found = Set(discovery.sources.lazy.map { ExactPath($0.path) })
    let gone = unread.filter { !found.contains(ExactPath($0.path)) && FileIdentity(path: $0.path) == nil }
    try store.append(
      gone.map { source in
        var source = source
        source.identity = .gone
        return SourceUpdate(source: source, checkpoint: nil, batch: FactBatch(), fromStart: false)
      })
  }

  /// Reads sources until none are left, putting several into one transaction.
  private func drain(
    _ queue: WorkQueue, of total: Int64, progress: @Sendable (_ done: Int64, _ total: Int64) -> Void
  ) throws {
    var pending: [SourceUpdate] = []
    var rows = 0
    while let item = queue.next() {
      try Task.checkCancellation()
      guard let reader = ReaderRegistry.reader(for: item.found.tool) else { continue }
      let checkpoint = item.known == nil ? nil : try store.checkpoint(ofSource: item.found.path)
      let reading = SourceReading(
        found: item.found, known: item.known, key: store.hashKey, checkpoint: checkpoint)
      try reading.run(reader) { update in
        pending.append(update)
        rows += update.batch.rowCount + 1
        guard rows >= SourceReading.rowsPerUpdate else { return }
        try store.append(pending)
        pending.removeAll()
        rows = 0
      }
      progress(queue.note(done: item), total)
    }
    try store.append(pending)
  }
}

/// Hands out work to several tasks, in order, and keeps count of what is done.
private final class WorkQueue: Sendable {
  struct Item: Sendable {
    var found: FoundSource
    var known: KnownSource?
    var bytes: Int64
  }

  private let items: [Item]
  private let position = Atomic<Int>(0)
  private let bytesDone = Atomic<Int64>(0)

  init(_ items: [Item]) { self.items = items }

  func next() -> Item? {
    let index = position.add(1, ordering: .relaxed).oldValue
    return index < items.count ? items[index] : nil
  }

  /// - Returns: The bytes done so far.
  func note(done item: Item) -> Int64 { bytesDone.add(item.bytes, ordering: .relaxed).newValue }
}
