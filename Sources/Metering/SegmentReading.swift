#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
import Ledger

/// The frames of one segment from an offset on.
struct SegmentReading {
  private(set) var frames: [Frame] = []
  /// Of frames, those that need not be read included.
  private(set) var count = 0
  /// Behind the last line that was looked at.
  private(set) var end: Int64
  /// Whether the segment has no more, now or ever.
  private(set) var isFinished = false
  /// Whether there was more than the limit.
  private(set) var hasMore = false
  private(set) var problems: [SpoolProblem] = []

  /// - Parameters:
  ///   - growing: How long it is by now if a lane may still write to it.
  ///   - limit: Bytes to read at once; a longer line is read all the same.
  init(of name: String, in directory: String, from start: Int64, growing: Int64?, limit: Int)
    throws(SpoolError)
  {
    end = start
    // Nothing is known to be written, or it has been read.
    if let growing, growing <= start { return }
    let path = directory + "/" + name
    do throws(SystemCode) {
      let file = try SpoolFile(path: path, flags: O_RDONLY)
      let size: Int64
      if let growing { size = growing } else { size = try file.endOfContent }
      var length = Int64(limit)
      while end < size {
        let taken = min(length, size - start)
        readLines(try Self.read(file, from: start, Int(taken)), name: name)
        hasMore = taken < size - start
        if !hasMore, growing == nil, end < size {
          problems.append(SpoolProblem(kind: .torn, segment: name, offset: end, bytes: size - end))
          end = size
        }
        if end > start || !hasMore { break }
        // A line that is longer than the limit. No frame is as long as this one, if it goes on so.
        guard length < Frame.lengthLimit else {
          problems.append(SpoolProblem(kind: .corrupt, segment: name, offset: start, bytes: taken))
          end = start + taken
          break
        }
        length *= 4
      }
      isFinished = growing == nil && end >= size
    } catch {
      throw SpoolError(.cannotOpen, path: path, code: error.rawValue)
    }
  }

  private static func read(
    _ file: SpoolFile, from offset: Int64, _ length: Int
  ) throws(SystemCode) -> [UInt8] {
    var failure: SystemCode?
    let buffer = [UInt8](unsafeUninitializedCapacity: length) { bytes, count in
      do throws(SystemCode) {
        count = try file.read(into: UnsafeMutableRawBufferPointer(bytes), at: offset)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return buffer
  }

  /// All whole lines.
  ///
  /// What is settled in them is not read where it was opened: the later frame says all that the earlier does.
  private mutating func readLines(_ buffer: [UInt8], name: String) {
    buffer.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      var at = 0
      var opened: [(id: Key128, body: UnsafeRawBufferPointer, offset: Int64)] = []
      var settled: Set<Key128> = []
      // In bounds: `at` is at most the count, and a line ends before it.
      while at < bytes.count, let hit = memchr(base + at, 0x0A, bytes.count - at) {
        let lineEnd = base.distance(to: UnsafeRawPointer(hit))
        let body = Frame.body(UnsafeRawBufferPointer(rebasing: bytes[at..<lineEnd]))
        if let body, let id = Frame.opening(body) {
          opened.append((id, body, end))
          count += 1
        } else if let frame = body.flatMap({ Frame.read(body: $0) }) {
          if case .settled(let call) = frame { settled.insert(call.id) }
          frames.append(frame)
          count += 1
        } else {
          problems.append(
            SpoolProblem(kind: .corrupt, segment: name, offset: end, bytes: Int64(lineEnd + 1 - at)))
        }
        end += Int64(lineEnd + 1 - at)
        at = lineEnd + 1
      }
      for (id, body, offset) in opened where !settled.contains(id) {
        if let frame = Frame.read(body: body) {
          frames.append(frame)
        } else {
          problems.append(
            SpoolProblem(kind: .corrupt, segment: name, offset: offset, bytes: Int64(body.count + 10)))
        }
      }
    }
  }
}

/// Something in a segment that is not a frame: skipped, counted, and said.
package struct SpoolProblem: Hashable, Sendable, CustomStringConvertible {
  package enum Kind: Hashable, Sendable {
    /// The last line has no end: it was being written when the process ended, and whoever wrote it was never told
    /// that it had been.
    case torn
    /// A line that is not what was once written there: the disk, or another program.
    case corrupt
  }

  package var kind: Kind
  package var segment: String
  package var offset: Int64
  package var bytes: Int64

  package var description: String {
    switch kind {
    case .torn: "\(segment): the last \(bytes) bytes, from \(offset) on, are half a frame, cut off by a crash"
    case .corrupt:
      "\(segment): \(bytes) bytes from \(offset) on are no frame and were skipped; check the disk"
    }
  }
}
