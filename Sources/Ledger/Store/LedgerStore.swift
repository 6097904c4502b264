/// Where what is read from sources goes, and how far each has been read.
package protocol CollectionStore: Sendable {
  /// The key under which lines, paths and sketches are hashed.
  var hashKey: SipHash24.Key { get }

  func knownSources() throws -> [KnownSource]
  /// The reader's state at ``KnownSource/offset``.
  func checkpoint(ofSource path: String) throws -> [UInt8]?
  /// Stores what was read and how far, in one transaction: after a crash either all of an update is there or
  /// none of it. Sessions that it touches are due for derivation.
  ///
  /// - Returns: What was not taken, since nothing of its kind is kept any more.
  @discardableResult
  func append(_ updates: [SourceUpdate]) throws -> KeptOut
}

/// Where records and facts are kept, and what is derived from them.
///
/// The usage table is append-only; reports of one call merge by ``TokenCounts/merged(with:)`` and a change is a
/// further row. Everything derived is stamped and can be rebuilt. One suite of tests passes on every store.
package protocol LedgerStore: CallStore, CollectionStore, EventStore, ObservationStore {
  /// Stores facts that come from no source of which a position is to be kept, such as telemetry, in one transaction.
  /// Their diagnostics are not stored.
  ///
  /// - Returns: What was not taken, since nothing of its kind is kept any more.
  @discardableResult
  func append(_ batches: [FactBatch], surviving survival: Survival) throws -> KeptOut

  // MARK: Derivation

  /// What of the derived data is missing, outdated, or due to change by time alone at `now`.
  func due(at now: Instant, stamp: DerivationStamp) throws -> DueSessions
  /// Every session.
  func sessions() throws -> [SessionFact]
  /// All facts, each kind ordered by time. Turns that telemetry reports are left out of sessions that have turns from
  /// a log, here and below.
  func facts() throws -> SessionFactSet
  /// All facts in no order, so many at a time that they need not be held twice; turns come before what is theirs.
  func forEachFacts(_ body: (SessionFactSet) throws -> Void) throws
  /// The facts of some sessions, each kind ordered by time.
  func facts(of sessions: [SessionID]) throws -> SessionFactSet
  /// The current merged records of the sessions that count (``UsageRecord/counted(_:)``), and the totals that their
  /// sources state.
  func usage(of sessions: [SessionID]) throws -> (records: [UsageRecord], totals: [SessionTotalFact])
  /// The digest of the attribution from which each session's derived data was made.
  func derivedDigests() throws -> [SessionID: UInt64]
  /// Replaces the derived data of these sessions, and of all that has been derived notes from what.
  ///
  /// - Parameter changes: What landed in all registered repositories; `nil` to leave what is known of it.
  /// - Parameter due: As ``due(at:stamp:)`` returned it: what became due since then stays so.
  /// - Returns: `false`, with nothing done, if another process replaced derived data since then: what was
  ///   derived may be older than what is stored.
  @discardableResult
  func replaceDerived(
    _ derived: [DerivedSession], changes: [LandedHistory]?, due: DueSessions, places: [SessionPlaceNote],
    stamp: DerivationStamp
  ) throws -> Bool
  func placeNotes() throws -> [SessionPlaceNote]

  // MARK: Reading

  /// - Parameter account: Only those that are this one's or hold use of its; `nil` for everybody's.
  func derivedSessions(of account: AccountID?) throws -> [DerivedSession.Summary]
  /// Rollup cells whose slot begins in `period`.
  ///
  /// - Parameter account: Only this one's; `nil` for everybody's.
  func cells(in period: Range<Instant>, of account: AccountID?) throws -> [RollupCell]
  /// What each account spent in cells whose slot begins in `period`, at list price.
  func spend(in period: Range<Instant>) throws -> [AccountID: NanoDollars]
  /// Sessions that have cells whose slot begins in `period`.
  func sessions(spendingIn period: Range<Instant>) throws -> [SessionFact]
  /// Whose sessions are held that began before an instant, or of which that is not known.
  func accounts(seenBefore instant: Instant) throws -> Set<AccountID>
  /// Sessions of which every turn that began in `period` was begun by a program. Those without turns are not among
  /// them: nothing is known of who began what they hold.
  func automaticSessions(in period: Range<Instant>) throws -> Set<SessionID>
  /// Of each session that has cells in `period`, how many of its turns that began in it were begun by a person, or by nobody
  /// knows whom. Sessions without any turn are not among them: of those it is not known.
  func requests(in period: Range<Instant>) throws -> [SessionID: Int]
  /// Changes that landed in `period`, by repository; every repository is there.
  func landedHistories(in period: Range<Instant>) throws -> [LandedHistory]
  func diagnostics() throws -> [SourceDiagnostic]
  /// What came in and was not taken, since ever.
  func keptOut() throws -> KeptOut
  /// The instant of the first and last record; `nil` for an empty ledger.
  func span() throws -> ClosedRange<Instant>?
}

extension LedgerStore {
  /// The same, with what is known of changes left as it is.
  @discardableResult
  package func replaceDerived(
    _ derived: [DerivedSession], due: DueSessions, places: [SessionPlaceNote], stamp: DerivationStamp
  ) throws -> Bool {
    try replaceDerived(derived, changes: nil, due: due, places: places, stamp: stamp)
  }

  /// Everybody's.
  package func derivedSessions() throws -> [DerivedSession.Summary] { try derivedSessions(of: nil) }

  /// Rollup cells of everybody's whose slot begins in `period`.
  package func cells(in period: Range<Instant>) throws -> [RollupCell] { try cells(in: period, of: nil) }
}

/// A source as it was when it was last read.
package struct KnownSource: Hashable, Sendable {
  package var path: String
  package var tool: Tool
  package var shape: SourceShape
  package var identity: FileIdentity
  /// Bytes from the start that have been read; everything for a source that is read as a whole.
  package var offset: Int64
  package var lines: Int64
  /// Hash of what stood at the start and just before `offset`, by which a rewritten file is noticed.
  package var fingerprint: UInt64
  package var readerVersion: Int64

  package init(
    path: String, tool: Tool, shape: SourceShape, identity: FileIdentity, offset: Int64, lines: Int64,
    fingerprint: UInt64, readerVersion: Int64
  ) {
    self.path = path
    self.tool = tool
    self.shape = shape
    self.identity = identity
    self.offset = offset
    self.lines = lines
    self.fingerprint = fingerprint
    self.readerVersion = readerVersion
  }
}

/// How a source is cut into units.
package enum SourceShape: String, Sendable, Codable, Hashable {
  /// One unit a line; grows at its end, so that a checkpoint can continue it.
  case lines
  /// One unit for the whole file; read anew when it changes.
  case document
  /// A directory of small documents that belong together (one unit each); read anew when one changes.
  case documents
  /// A SQLite database; one unit a row.
  case database
}

/// What the file system says of a file; equal means unchanged.
package struct FileIdentity: Hashable, Sendable {
  package var device: UInt64
  package var inode: UInt64
  package var size: Int64
  package var modifiedNanoseconds: Int64

  package init(device: UInt64, inode: UInt64, size: Int64, modifiedNanoseconds: Int64) {
    self.device = device
    self.inode = inode
    self.size = size
    self.modifiedNanoseconds = modifiedNanoseconds
  }
}

/// What was read from one source, and how far.
package struct SourceUpdate: Sendable {
  package var source: KnownSource
  package var checkpoint: [UInt8]?
  package var batch: FactBatch
  /// Whether the source was read from its start, so that its diagnostics replace those kept.
  package var fromStart: Bool

  package init(source: KnownSource, checkpoint: [UInt8]?, batch: FactBatch, fromStart: Bool) {
    self.source = source
    self.checkpoint = checkpoint
    self.batch = batch
    self.fromStart = fromStart
  }
}

/// What is to be derived.
package struct DueSessions: Hashable, Sendable {
  /// Sessions with new records, or whose states change by now.
  package var sessions: Set<SessionID>
  /// Nothing of what was derived holds any more: it was made under another stamp.
  package var everything: Bool
  /// Whether something was reported that can change how far outcomes got.
  package var hasNewEvents: Bool
  /// Which entries of the list of due sessions this answers.
  package var mark: Int64
  /// How often derived data has been replaced until now.
  package var generation: Int64

  package init(
    sessions: Set<SessionID>, everything: Bool, hasNewEvents: Bool, mark: Int64, generation: Int64
  ) {
    self.hasNewEvents = hasNewEvents
    self.sessions = sessions
    self.everything = everything
    self.mark = mark
    self.generation = generation
  }

  package var isEmpty: Bool { sessions.isEmpty && !everything && !hasNewEvents }
}

/// Where sessions of one working directory were found to have run, when their outcomes were last derived.
package struct SessionPlaceNote: Hashable, Sendable {
  /// As the sessions or the user named it.
  package var directory: String
  /// The git directory of its repository; `nil` if it has none.
  package var repository: String?
  /// Of the repository's refs; 0 if there is none.
  package var fingerprint: UInt64
  /// Why the repository cannot answer, in full or in part.
  package var problem: String?
  /// Whether the history can be read in part all the same.
  package var isPartial: Bool

  package init(
    directory: String, repository: String? = nil, fingerprint: UInt64 = 0, problem: String? = nil,
    isPartial: Bool = false
  ) {
    self.directory = directory
    self.repository = repository
    self.fingerprint = fingerprint
    self.problem = problem
    self.isPartial = isPartial
  }
}

/// The facts of some sessions.
package struct SessionFactSet: Sendable {
  package var turns: [TurnFact] = []
  package var toolCalls: [ToolCallFact] = []
  package var edits: [EditFact] = []
  package var mentions: [OutcomeMention] = []
  package init() {}
}

/// The versions under which something was derived; it is derived anew when one of them changes.
package struct DerivationStamp: Hashable, Sendable, Codable {
  package var attribution: Int64
  package var prices: String
  package var policy: String

  package init(attribution: Int64, prices: String, policy: String) {
    self.attribution = attribution
    self.prices = prices
    self.policy = policy
  }

  package var text: String { "attribution \(attribution), prices \(prices), policy \(policy)" }
}

/// A diagnostic with the source it concerns.
package struct SourceDiagnostic: Hashable, Sendable {
  package var path: String
  package var tool: Tool
  package var diagnostic: Diagnostic

  package init(path: String, tool: Tool, diagnostic: Diagnostic) {
    self.path = path
    self.tool = tool
    self.diagnostic = diagnostic
  }
}
