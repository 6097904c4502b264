import Foundation
import JSONScan
import Ledger
import Readers

/// Reads one source on from where it was left, or anew if it is not what it was.
struct SourceReading {
  /// Handed to the store when this many rows have come together.
  static let rowsPerUpdate = 8192
  /// A document larger than this is not read.
  static let maximumDocumentBytes: Int64 = 256 << 20

  var found: FoundSource
  var known: KnownSource?
  var key: SipHash24.Key
  /// The reader's state where ``known`` ends.
  var checkpoint: [UInt8]?

  /// - Parameter deliver: Takes each update in order; the last leaves the source as read to its end.
  func run<R: SourceReader>(_ type: R.Type, deliver: (SourceUpdate) throws -> Void) throws {
    do {
      switch found.shape {
      case .lines, .document:
        let file = try InputFile(path: found.path)
        let identity = try file.identity()
        if found.shape == .lines {
          try readLines(type, file, identity, deliver)
        } else {
          try readDocument(type, file, identity, deliver)
        }
      case .documents: try readDocuments(type, deliver)
      case .database: try readDatabase(type, deliver)
      }
    } catch let error as UnreadableFile {
      try deliver(failure(error, version: R.version))
    }
  }

  // MARK: Lines

  private func readLines<R: SourceReader>(
    _ type: R.Type, _ file: borrowing InputFile, _ identity: FileIdentity,
    _ deliver: (SourceUpdate) throws -> Void
  ) throws {
    var batch = FactBatch()
    let resumed = try resume(type, file, identity, &batch)
    var reader = resumed.reader
    var stream = LineStream(
      offset: resumed.offset, lineNumber: resumed.lines,
      isInsideLine: try file.isInsideLine(at: resumed.offset), size: identity.size)
    var fromStart = resumed.fromStart
    var isDone = false
    var named = NamedLines()
    while !isDone {
      let end = try stream.deliver(
        from: file,
        tooLong: { number in
          batch.diagnostics.append(
            Diagnostic(
              kind: .lineTooLong, line: Int(number),
              detail: "longer than \(LineStream.maximumLineBytes >> 20) MiB"))
        }
      ) { line, number in
        reader.read(line, at: UnitPosition(number: Int(number)), into: &batch)
        return batch.rowCount + batch.diagnostics.count < Self.rowsPerUpdate
      }
      if end.isAtEnd {
        isDone = true
        if case .unterminated = end.tail {
          stream.takeTail { tail, number in
            // Still being written, or cut off: taken only if it is whole, looked at again next time if not.
            guard Self.isWhole(tail) else {
              batch.diagnostics.append(
                Diagnostic(
                  kind: .incompleteLine, line: Int(number), detail: "the last line has no end yet"))
              return false
            }
            reader.read(tail, at: UnitPosition(number: Int(number)), into: &batch)
            return true
          }
        }
      }
      reader.finish(into: &batch)
      let source = KnownSource(
        path: found.path, tool: found.tool, shape: found.shape, identity: isDone ? identity : .beingRead,
        offset: stream.offset, lines: stream.lineNumber,
        fingerprint: try file.fingerprint(upTo: stream.offset),
        readerVersion: Int64(R.version))
      named.limit(&batch.diagnostics)
      let update = SourceUpdate(
        source: source, checkpoint: try? reader.checkpoint(), batch: batch, fromStart: fromStart)
      try deliver(update)
      batch = FactBatch()
      fromStart = false
    }
  }

  private func resume<R: SourceReader>(
    _ type: R.Type, _ file: borrowing InputFile, _ identity: FileIdentity, _ batch: inout FactBatch
  ) throws(UnreadableFile) -> (reader: R, offset: Int64, lines: Int64, fromStart: Bool) {
    let source = SourceDescription(path: found.path, shape: found.shape)
    if let known, let checkpoint, known.readerVersion == Int64(R.version) {
      let isContinued = identity.size >= known.offset
      if isContinued, try file.fingerprint(upTo: known.offset) == known.fingerprint,
        let reader = try? R(source: source, key: key, checkpoint: checkpoint)
      {
        return (reader, known.offset, known.lines, false)
      }
      batch.diagnostics.append(
        Diagnostic(kind: .rewrittenFile, detail: "changed before what was read; read anew"))
    }
    guard let reader = try? R(source: source, key: key, checkpoint: nil) else {
      throw UnreadableFile(path: found.path, code: EINVAL)
    }
    return (reader, 0, 0, true)
  }

  private static func isWhole(_ bytes: Span<UInt8>) -> Bool {
    var cursor = JSONCursor(bytes)
    guard cursor.nextKind() == .object, (try? cursor.skipValue()) != nil else { return false }
    return (try? cursor.expectEnd()) != nil
  }

  // MARK: Documents

  private func readDocument<R: SourceReader>(
    _ type: R.Type, _ file: borrowing InputFile, _ identity: FileIdentity,
    _ deliver: (SourceUpdate) throws -> Void
  ) throws {
    var batch = FactBatch()
    let source = SourceDescription(path: found.path, shape: found.shape)
    guard var reader = try? R(source: source, key: key, checkpoint: nil) else {
      throw UnreadableFile(path: found.path, code: EINVAL)
    }
    if identity.size > Self.maximumDocumentBytes {
      batch.diagnostics.append(
        Diagnostic(kind: .unreadableFile, detail: "larger than \(Self.maximumDocumentBytes >> 20) MiB"))
    } else {
      let bytes = try contents(of: file, size: identity.size)
      reader.read(bytes.span, at: UnitPosition(number: 1), into: &batch)
      reader.finish(into: &batch)
    }
    let known = KnownSource(
      path: found.path, tool: found.tool, shape: found.shape, identity: identity, offset: identity.size,
      lines: 1,
      fingerprint: 0, readerVersion: Int64(R.version))
    try deliver(SourceUpdate(source: known, checkpoint: nil, batch: batch, fromStart: true))
  }

  func contents(of file: borrowing InputFile, size: Int64) throws(UnreadableFile) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Int(size))
    var count = 0
    while count < bytes.count {
      var failure: UnreadableFile?
      let got = bytes.withUnsafeMutableBytes { buffer -> Int in
        do throws(UnreadableFile) {
          return try file.read(
            at: Int64(count), into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
        } catch {
          failure = error
          return 0
        }
      }
      if let failure { throw failure }
      if got == 0 { break }
      count += got
    }
    bytes.removeSubrange(count...)
    return bytes
  }

  private func failure(_ error: UnreadableFile, version: Int) -> SourceUpdate {
    var batch = FactBatch()
    batch.diagnostics.append(Diagnostic(kind: .unreadableFile, detail: error.description))
    let source = KnownSource(
      path: found.path, tool: found.tool, shape: found.shape, identity: .beingRead,
      offset: known?.offset ?? 0,
      lines: known?.lines ?? 0, fingerprint: known?.fingerprint ?? 0, readerVersion: Int64(version))
    return SourceUpdate(source: source, checkpoint: checkpoint, batch: batch, fromStart: known == nil)
  }
}

/// How many lines of each kind of diagnostic were named in one reading of a source. A hostile or foreign file
/// has millions; those beyond the limit are counted.
private struct NamedLines {
  static let limit = 1000
  private var counts: [Diagnostic.Kind: Int] = [:]

  mutating func limit(_ diagnostics: inout [Diagnostic]) {
    var further: [Diagnostic.Kind: Int] = [:]
    diagnostics.removeAll { diagnostic in
      guard diagnostic.line != nil else { return false }
      let count = counts[diagnostic.kind, default: 0] + 1
      counts[diagnostic.kind] = count
      guard count > Self.limit else { return false }
      further[diagnostic.kind, default: 0] += diagnostic.count
      return true
    }
    for (kind, count) in further.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      diagnostics.append(Diagnostic(kind: kind, detail: "in further lines", count: count))
    }
  }
}

extension FileIdentity {
  /// Equal to no file's: the source is looked at again next time.
  static let beingRead = FileIdentity(device: 0, inode: 0, size: -1, modifiedNanoseconds: 0)
  /// As above; there was no such file when it was last looked for.
  static let gone = FileIdentity(device: 0, inode: 0, size: -2, modifiedNanoseconds: 0)
}
