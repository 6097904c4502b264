#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
import Foundation
package import Ledger
import Synchronization

/// A directory in which a gateway writes down its calls before anything else is done with them. What is written there
/// survives the end of the process at any moment; a ``SpoolDrain`` moves it into the ledger.
///
/// One process has a spool at a time. Each event loop writes to a ``SpoolLane`` of its own, in segments: files that
/// are only ever appended to, and deleted when the ledger has all of them.
package final class Spool: Sendable {
  package struct Settings: Sendable, Hashable {
    /// A segment that is longer is followed by another.
    package var segmentBytes: Int64
    /// Kept free behind each segment for the ends of calls, when there is no room for another segment.
    package var reserveBytes: Int64
    /// The room that all segments may take together. They take so much only while the ledger cannot be written: they
    /// are not to fill the disk then.
    package var mostBytes: Int64

    package init(
      segmentBytes: Int64 = 16 << 20, reserveBytes: Int64 = 1 << 20, mostBytes: Int64 = 4 << 30
    ) {
      self.segmentBytes = segmentBytes
      self.reserveBytes = reserveBytes
      self.mostBytes = mostBytes
    }
  }

  package let directory: String
  package let settings: Settings
  /// The same for as long as the directory exists: calls are open in the ledger under it.
  package let id: Key128

  private let lockFile: SpoolFile
  /// Segments of this run begin with it; those of later runs sort behind.
  private let run: String
  private let state = Mutex(State())

  private struct State {
    /// `nil` until the file is there.
    var growing: [String: SpoolFile?] = [:]
    var segmentCount = 0
  }

  /// Takes the spool in `directory`, making it if it does not exist.
  ///
  /// - Throws: ``SpoolError``: another process has it, or it cannot be made or written.
  package init(directory: String, settings: Settings = Settings()) throws(SpoolError) {
    self.directory = directory
    self.settings = settings
    do {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw SpoolError(.cannotOpen, path: directory)
    }
    do throws(SystemCode) {
      lockFile = try SpoolFile(path: directory + "/lock", flags: O_RDWR | O_CREAT)
    } catch {
      throw SpoolError(.cannotOpen, path: directory, code: error.rawValue)
    }
    guard lockFile.lock() else { throw SpoolError(.inUse(by: Self.holder(lockFile)), path: directory) }
    do throws(SystemCode) {
      try lockFile.truncate(to: 0)
      try lockFile.write("\(getpid())\n")
    } catch {
      throw SpoolError(writing: directory, code: error.rawValue)
    }
    id = try Self.identifier(in: directory)
    var generator = SystemRandomNumberGenerator()
    let began = UInt64(bitPattern: Instant(Date()).milliseconds)
    run = Self.hexadecimal(began, 12) + Self.hexadecimal(generator.next(), 4)
  }

  private static func holder(_ lock: SpoolFile) -> Int? {
    withUnsafeTemporaryAllocation(byteCount: 32, alignment: 1) { buffer in
      guard let count = try? lock.read(into: buffer, at: 0) else { return nil }
      let text = String(decoding: UnsafeRawBufferPointer(rebasing: buffer[..<count]), as: UTF8.self)
      return Int(text.prefix { $0.isNumber })
    }
  }

  /// Of the directory: read, or made whole or not at all.
  private static func identifier(in directory: String) throws(SpoolError) -> Key128 {
    let path = directory + "/id"
    if let data = FileManager.default.contents(atPath: path),
      let id = Key128(hexadecimal: String(decoding: data.prefix(32), as: UTF8.self))
    {
      return id
    }
    let id = Key128.random()
    do throws(SystemCode) {
      let file = try SpoolFile(path: path + ".new", flags: O_WRONLY | O_CREAT | O_TRUNC)
      try file.write(id.hexadecimal + "\n")
      try file.synchronise()
      guard rename(path + ".new", path) == 0 else { throw SystemCode() }
    } catch {
      throw SpoolError(writing: path, code: error.rawValue)
    }
    return id
  }

  private static func hexadecimal(_ value: UInt64, _ digits: Int) -> String {
    let text = String(value, radix: 16).suffix(digits)
    return String(repeating: "0", count: digits - text.utf8.count) + text
  }

  // MARK: Segments

  /// A lane to write to, for one event loop.
  package func makeLane() throws(SpoolError) -> sending SpoolLane { try SpoolLane(self) }

  /// Whether anything was written since the spool was opened.
  var hasLanes: Bool { state.withLock { $0.segmentCount > 0 } }

  /// Makes the next segment, with room for all that it may hold.
  func makeSegment() throws(SpoolError) -> (name: String, file: SpoolFile) {
    let length = settings.segmentBytes + settings.reserveBytes
    guard try Int64(segments().count + 1) * length <= settings.mostBytes else {
      throw SpoolError(.full, path: directory)
    }
    // Known to grow before it is there, so that nobody takes it for whole.
    let name = state.withLock { state in
      state.segmentCount += 1
      let name = "\(run)-\(Self.hexadecimal(UInt64(state.segmentCount), 8))\(Self.suffix)"
      state.growing[name] = .some(nil)
      return name
    }
    let path = directory + "/" + name
    do throws(SystemCode) {
      let file = try SpoolFile(path: path, flags: O_WRONLY | O_CREAT | O_EXCL)
      do throws(SystemCode) {
        try file.takeRoom(length)
      } catch {
        unlink(path)
        throw error
      }
      state.withLock { $0.growing[name] = file }
      return (name, file)
    } catch {
      end(segment: name)
      throw SpoolError(writing: directory, code: error.rawValue)
    }
  }

  /// Nothing is added to the segment any more.
  func end(segment name: String) { state.withLock { _ = $0.growing.removeValue(forKey: name) } }

  /// The segments there are, the oldest first, and how long those are by now that may still grow.
  func segments() throws(SpoolError) -> [(name: String, growing: Int64?)] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory)
    } catch {
      throw SpoolError(.cannotOpen, path: directory)
    }
    // Asked after they were listed and before they are read: what does not grow any more has its whole length.
    let growing = state.withLock { state in
      state.growing.mapValues { $0?.written.load(ordering: .acquiring) ?? 0 }
    }
    return names.filter { $0.hasSuffix(Self.suffix) }.sorted().map { ($0, growing[$0]) }
  }

  static let suffix = ".frames-1"
}
