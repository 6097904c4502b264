import Ledger

/// Stores what comes in over many connections in few transactions: while one is written, what arrives waits and goes
/// together into the next (group commit). Whoever brought something is told when it is stored, and not before.
actor IngestQueue {
  /// As much waits as may: the sender comes again.
  struct Full: Error {}

  private enum Word {
    case stored(Result<Void, any Error>)
    /// It is this one's turn to write, for all that wait.
    case write
  }

  private let ledger: any LedgerStore
  private let mostRows: Int
  private var waiting: [FactBatch] = []
  private var waitingRows = 0
  private var waiters: [CheckedContinuation<Word, Never>] = []
  private var isWriting = false

  /// - Parameter rows: How many may wait.
  init(_ ledger: any LedgerStore, mostRows rows: Int = 2_000_000) {
    self.ledger = ledger
    mostRows = rows
  }

  /// Returns when the batches are stored so that they survive the end of this process.
  ///
  /// - Throws: ``Full``, or why they could not be stored.
  func append(_ batches: [FactBatch]) async throws {
    let rows = batches.reduce(0) { $0 + $1.rowCount }
    guard waiting.isEmpty || waitingRows + rows <= mostRows else { throw Full() }
    waiting += batches
    waitingRows += rows
    if isWriting {
      switch await withCheckedContinuation({ waiters.append($0) }) {
      case .stored(let result): return try result.get()
      case .write: break
      }
    }
    isWriting = true
    let group = (batches: waiting, waiters: waiters)
    (waiting, waitingRows, waiters) = ([], 0, [])
    let result = await Self.store(group.batches, in: ledger)
    for waiter in group.waiters { waiter.resume(returning: .stored(result)) }
    if waiters.isEmpty {
      isWriting = false
    } else {
      waiters.removeFirst().resume(returning: .write)
    }
    try result.get()
  }

  @concurrent
  private static func store(_ batches: [FactBatch], in ledger: any LedgerStore) async -> Result<
    Void, any Error
  > {
    Result { _ = try ledger.append(batches, surviving: .crash) }
  }
}
