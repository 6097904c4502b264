#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
package import Ledger
import Synchronization

/// Where one event loop writes down its calls. Used by one thread at a time; every method returns when what it wrote
/// survives the end of the process (`write(2)` has returned), which takes a few microseconds.
package final class SpoolLane {
  private let spool: Spool
  private var segment: (name: String, file: SpoolFile)
  private var position: Int64 = 0
  private var frame = FrameBuffer()
  /// The ends of calls for which there was no room, oldest first.
  private var owed = FrameBuffer()
  private var isClosed = false
  private var unsynchronised: [SpoolFile] = []
  private var hasNewSegment = true

  private static let mostOwed = 8 << 20

  init(_ spool: Spool) throws(SpoolError) {
    self.spool = spool
    segment = try spool.makeSegment()
  }

  deinit { if !isClosed { endSegment() } }

  /// Writes down that a call is about to be made; the upstream may see it only after this.
  ///
  /// - Throws: ``SpoolError``, of reason `full` where there is no room: the call is to be refused.
  package func open(_ call: CallFact) throws(SpoolError) {
    try pay()
    if position >= spool.settings.segmentBytes { try beginSegment() }
    frame.removeAll()
    frame.append(.opened, call)
    try write(frame.bytes)
  }

  /// Writes down what a stream has said so far of the usage of a call that is still open.
  ///
  /// - Throws: ``SpoolError``. The call may go on: should the process end, less is known of it.
  package func see(_ call: CallFact) throws(SpoolError) {
    frame.removeAll()
    frame.append(.seen, call)
    try write(frame.bytes)
  }

  /// Writes down how a call ended.
  ///
  /// - Throws: ``SpoolError``. Unless its reason is `owesTooMuch`, the end is kept in memory and written as soon as
  ///   there is room, before anything else; nothing is to be repeated, and until then no call can be opened.
  package func settle(_ call: CallFact) throws(SpoolError) {
    if position >= spool.settings.segmentBytes {
      // Without room for another segment there is still the reserve of this one.
      do throws(SpoolError) { try beginSegment() } catch {}
    }
    frame.removeAll()
    frame.append(.settled, call)
    do throws(SpoolError) {
      try pay()
      try write(frame.bytes)
    } catch {
      guard owed.count + frame.count <= Self.mostOwed else {
        throw SpoolError(.owesTooMuch, path: spool.directory)
      }
      owed.append(contentsOf: frame)
      throw error
    }
  }

  /// Whether ends of calls are held in memory for want of room.
  package var isOwing: Bool { owed.count > 0 }

  /// Writes the ends of calls that are held in memory, if there is room by now.
  package func pay() throws(SpoolError) {
    guard owed.count > 0 else { return }
    if position >= spool.settings.segmentBytes {
      do throws(SpoolError) { try beginSegment() } catch {}
    }
    try write(owed.bytes)
    owed.removeAll()
  }

  /// What has been written since this was last asked, to be synchronised with the disk by any thread; `nil` if there
  /// is nothing. For a gateway that is to survive power loss: calls go on when ``SpoolWrites/synchronise()`` returns,
  /// and one such call serves all that were written before it was asked for.
  package func takeWrites() -> SpoolWrites? {
    guard !unsynchronised.isEmpty else { return nil }
    let writes = SpoolWrites(files: unsynchronised, directory: hasNewSegment ? spool.directory : nil)
    unsynchronised.removeAll(keepingCapacity: true)
    hasNewSegment = false
    return writes
  }

  /// Ends the lane's last segment, so that all of it can be drained and deleted; a lane that is let go does the same.
  /// What is written after that goes to a further segment.
  package func close() throws(SpoolError) {
    try pay()
    endSegment()
  }

  // MARK: Inside

  private func beginSegment() throws(SpoolError) {
    let next = try spool.makeSegment()
    if !isClosed { endSegment() }
    segment = next
    position = 0
    isClosed = false
    hasNewSegment = true
  }

  private func endSegment() {
    // The room that it did not need. Zeros behind the last frame do no harm.
    do throws(SystemCode) { try segment.file.truncate(to: position) } catch {}
    spool.end(segment: segment.name)
    isClosed = true
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws(SpoolError) {
    if isClosed { try beginSegment() }
    do throws(SystemCode) {
      try segment.file.write(bytes, at: position)
    } catch {
      // Part of a frame may stand there. Where it cannot be taken back the segment ends with it.
      do throws(SystemCode) { try segment.file.truncate(to: position) } catch {
        spool.end(segment: segment.name)
        isClosed = true
      }
      throw SpoolError(writing: spool.directory, code: error.rawValue)
    }
    position += Int64(bytes.count)
    segment.file.written.store(position, ordering: .releasing)
    if unsynchronised.last !== segment.file { unsynchronised.append(segment.file) }
  }
}

/// Frames that are written, but have not been synchronised with the disk.
package struct SpoolWrites: Sendable {
  fileprivate let files: [SpoolFile]
  /// Where segments were made, whose names have to last too.
  fileprivate let directory: String?

  /// Returns when they survive a power loss. Blocks for as long as the disk takes: not for an event loop.
  package func synchronise() throws(SpoolError) {
    for file in files {
      do throws(SystemCode) { try file.synchronise() } catch {
        throw SpoolError(.cannotSynchronise, path: file.path, code: error.rawValue)
      }
    }
    guard let directory else { return }
    do throws(SystemCode) {
      try SpoolFile(path: directory, flags: O_RDONLY | O_DIRECTORY).synchroniseDirectory()
    } catch {
      throw SpoolError(.cannotSynchronise, path: directory, code: error.rawValue)
    }
  }
}
