import Ledger
import LedgerSQLite
import Readers

// Sources that are no single file of text. They are read from their start whenever anything in them changed; the
// ledger knows the records that it already has.

extension SourceReading {
  /// A document among many that is larger than this is not read: a part holds what one tool call printed.
  static let maximumPartBytes: Int64 = 64 << 20

  /// Feeds the documents of a directory, each a unit.
  func readDocuments<R: SourceReader>(
    _ type: R.Type, _ deliver: (SourceUpdate) throws -> Void
  ) throws {
    var paths: [String] = []
    let unreadable = DirectoryWalk.files(below: found.path, maximumDepth: 6) { relative, _ in
      paths.append(relative)
    }
    var feed = try PartFeed<R>(self)
    for directory in unreadable { feed.note(.unreadableFile, directory) }
    for (index, path) in OpenCodeStorage.order(paths).enumerated() {
      do {
        let file = try InputFile(path: found.path + "/" + path)
        let size = try file.identity().size
        guard size <= Self.maximumPartBytes else {
          feed.note(.unreadableFile, "\(path) is larger than \(Self.maximumPartBytes >> 20) MiB")
          continue
        }
        let bytes = try contents(of: file, size: size)
        try feed.take(bytes, at: UnitPosition(number: index + 1, part: path), deliver)
      } catch let error as UnreadableFile {
        // A document that was deleted since is no loss: what it said is in its successors.
        feed.note(.unreadableFile, error.description)
      }
    }
    try feed.finish(deliver)
  }

  /// Feeds the rows of a database, each a unit, as of one moment.
  func readDatabase<R: SourceReader>(_ type: R.Type, _ deliver: (SourceUpdate) throws -> Void) throws {
    var feed = try PartFeed<R>(self)
    do {
      try ForeignDatabase(path: found.path).read { snapshot in
        for query in OpenCodeDatabase.queries(tables: try snapshot.tables()) {
          try run(query, argument: nil, on: snapshot, into: &feed, deliver)
        }
      }
    } catch let error as ForeignDatabaseError {
      feed.note(.unreadableFile, error.description)
    }
    try feed.finish(deliver)
  }

  private func run<R: SourceReader>(
    _ query: DatabaseQuery, argument: String?, on snapshot: ForeignDatabase.Snapshot,
    into feed: inout PartFeed<R>, _ deliver: (SourceUpdate) throws -> Void
  ) throws {
    try snapshot.forEach(query.sql, argument: argument) { key, unit in
      try feed.take(unit, at: UnitPosition(number: feed.count + 1, part: query.name), deliver)
      for inner in query.within { try run(inner, argument: key, on: snapshot, into: &feed, deliver) }
    }
  }
}

/// A reader that is fed units, and what it has found since the last update.
private struct PartFeed<R: SourceReader> {
  private let found: FoundSource
  private var reader: R
  private var batch = FactBatch()
  private var fromStart = true
  private(set) var count = 0

  init(_ reading: SourceReading) throws {
    found = reading.found
    reader = try R(
      source: SourceDescription(path: reading.found.path, shape: reading.found.shape), key: reading.key,
      checkpoint: nil)
  }

  mutating func note(_ kind: Diagnostic.Kind, _ detail: String) {
    batch.diagnostics.append(Diagnostic(kind: kind, detail: detail))
  }

  mutating func take(
    _ unit: [UInt8], at position: UnitPosition, _ deliver: (SourceUpdate) throws -> Void
  ) throws {
    reader.read(unit.span, at: position, into: &batch)
    count += 1
    if batch.rowCount >= SourceReading.rowsPerUpdate { try hand(over: .beingRead, deliver) }
  }

  mutating func finish(_ deliver: (SourceUpdate) throws -> Void) throws {
    reader.finish(into: &batch)
    try hand(over: found.identity, deliver)
  }

  private mutating func hand(
    over identity: FileIdentity, _ deliver: (SourceUpdate) throws -> Void
  ) throws {
    let source = KnownSource(
      path: found.path, tool: found.tool, shape: found.shape, identity: identity, offset: identity.size,
      lines: Int64(count), fingerprint: 0, readerVersion: Int64(R.version))
    try deliver(SourceUpdate(source: source, checkpoint: nil, batch: batch, fromStart: fromStart))
    batch = FactBatch()
    fromStart = false
  }
}
