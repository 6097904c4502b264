#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
package import Ledger

/// Moves frames from a spool into the ledger, each exactly once: what was read goes there in one transaction with how
/// far it was read, and a segment is deleted when the ledger would have all of it after a power loss too.
package actor SpoolDrain {
  package struct Report: Hashable, Sendable {
    package var frames = 0
    /// Calls that were settled in the ledger, or found settled there.
    package var settled = 0
    package var segmentsDeleted = 0
    package var problems: [SpoolProblem] = []
    package init() {}
  }

  /// Between which a drain may be killed.
  enum Step: CaseIterable, Sendable { case read, applied, deleted, forgotten }

  let spool: Spool
  let store: any CallStore
  private let interrupt: @Sendable (Step) throws -> Void
  /// As the ledger has them; asked for once, since nobody else drains this spool.
  private var positions: [String: Int64]?

  /// Bytes applied in one transaction, about.
  static let batchBytes = 2 << 20

  package init(_ spool: Spool, into store: any CallStore) {
    self.init(spool, into: store) { _ in }
  }

  /// - Parameter interrupt: Called after each step; what it throws ends the drain there.
  init(_ spool: Spool, into store: any CallStore, interrupt: @escaping @Sendable (Step) throws -> Void) {
    self.spool = spool
    self.store = store
    self.interrupt = interrupt
  }

  /// Drains again and again until it is cancelled, and once more then: close the lanes first.
  ///
  /// - Parameter observe: Told of every drain that found something, and of every failure. After a failure it is tried
  ///   again, and nothing is lost meanwhile: the spool grows.
  package func run(
    every pause: Duration = .milliseconds(250),
    observe: @Sendable (Result<Report, any Error>) -> Void = { _ in }
  ) async {
    var failures = 0
    func drain() {
      do {
        let report = try drainOnce()
        failures = 0
        if report != Report() { observe(.success(report)) }
      } catch {
        failures += 1
        observe(.failure(error))
      }
    }
    while !Task.isCancelled {
      drain()
      do { try await Task.sleep(for: pause * (1 << min(failures, 5))) } catch { break }
    }
    drain()
  }

  /// Moves everything that is in the spool by now.
  ///
  /// - Throws: ``SpoolError`` where the spool cannot be read, or the store's error; nothing is lost by either.
  package func drainOnce() throws -> Report {
    var report = Report()
    do {
      while try drainBatch(&report) {}
    } catch {
      // Whether the store has what it was given is for the store to say.
      positions = nil
      throw error
    }
    return report
  }

  /// - Returns: Whether there was more than fits one batch.
  private func drainBatch(_ report: inout Report) throws -> Bool {
    var known = try positions ?? store.positions(inSpool: spool.id)
    let segments = try spool.segments()
    var batch = CallBatch(spool: spool.id)
    var fold = FrameFold()
    var finished: [String] = []
    var problems: [SpoolProblem] = []
    var room = Self.batchBytes
    var frames = 0
    var hasMore = false
    for segment in segments {
      guard room > 0 else {
        hasMore = true
        break
      }
      let start = known[segment.name] ?? 0
      let reading = try SegmentReading(
        of: segment.name, in: spool.directory, from: start, growing: segment.growing, limit: room)
      for frame in reading.frames { fold.add(frame) }
      frames += reading.count
      problems += reading.problems
      room -= Int(clamping: reading.end - start)
      hasMore = hasMore || reading.hasMore
      if reading.isFinished { finished.append(segment.name) }
      if reading.isFinished || reading.end > start { batch.positions[segment.name] = reading.end }
    }
    fold.fill(&batch)
    try interrupt(.read)
    if !batch.isEmpty {
      try store.append(batch, surviving: finished.isEmpty ? .crash : .powerLoss)
      known.merge(batch.positions) { $1 }
    }
    report.frames += frames
    report.settled += batch.settled.count
    report.problems += problems
    try interrupt(.applied)
    for name in finished {
      guard unlink(spool.directory + "/" + name) == 0 || errno == ENOENT else {
        throw SpoolError(writing: spool.directory, code: errno)
      }
      report.segmentsDeleted += 1
    }
    try interrupt(.deleted)
    let present = Set(segments.map(\.name)).subtracting(finished)
    let gone = known.keys.filter { !present.contains($0) }
    try store.forget(segments: gone, ofSpool: spool.id)
    for name in gone { known[name] = nil }
    positions = known
    try interrupt(.forgotten)
    return hasMore
  }
}
