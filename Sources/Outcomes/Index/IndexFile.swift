import Foundation
import Ledger

/// One repository's index on disk: a header, the tables as they are in memory, and a checksum. Anything that
/// does not add up (another version, another key, a cut file) reads as absent, and the index is built anew.
struct IndexFile {
  /// Raised whenever the tables or what they hold change.
  static let version: UInt64 = 4
  private static let magic: UInt64 = 0x5849_5441_5353_4131

  private let path: String
  private let directory: String
  private let gitDirectory: String
  private let keyMark: UInt64

  init(directory: String, gitDirectory: String, key: SipHash24.Key) {
    self.directory = directory
    self.gitDirectory = gitDirectory
    let name = Key128(space: "assay/repository", gitDirectory)
    path = directory + "/" + String(name.high, radix: 16) + String(name.low, radix: 16) + ".index"
    var mark = SipHash24(key: key)
    for byte in "assay".utf8 { mark.append(byte) }
    keyMark = mark.finalize64()
  }

  private struct Notes: Codable {
    var gitDirectory: String
    var problems: [RepositoryProblem]
    var skippedFiles: Int64
    var remotes: [UInt64]
    var notesTip: String
  }

  func read() -> (index: RepositoryIndex, fingerprint: UInt64)? {
    guard let data = try? Data(contentsOf: URL(filePath: path), options: .alwaysMapped) else { return nil }
    return data.withUnsafeBytes { raw in
      var cursor = Cursor(bytes: raw)
      guard raw.count >= 56, raw.count % 8 == 0,
        Self.checksum(raw.dropLast(8)) == cursor.word(at: raw.count - 8),
        cursor.word() == Self.magic, cursor.word() == Self.version, cursor.word() == keyMark
      else { return nil }
      let fingerprint = cursor.word()
      var index = RepositoryIndex()
      guard let notes = cursor.table(UInt8.self),
        let decoded = try? JSONDecoder().decode(Notes.self, from: Data(notes)),
        decoded.gitDirectory == gitDirectory,
        let commits = cursor.table(RepositoryIndex.Commit.self), let parents = cursor.table(UInt32.self),
        let files = cursor.table(RepositoryIndex.FileChange.self),
        let hunks = cursor.table(RepositoryIndex.Hunk.self),
        let lines = cursor.table(UInt64.self), let paths = cursor.table(RepositoryIndex.Path.self),
        let reverts = cursor.table(RepositoryIndex.Revert.self),
        let tips = cursor.table(RepositoryIndex.Tip.self),
        let records = cursor.table(RepositoryIndex.Record.self)
      else { return nil }
      index.gitDirectory = decoded.gitDirectory
      index.problems = decoded.problems
      index.skippedFiles = decoded.skippedFiles
      index.remotes = decoded.remotes
      index.notesTip = decoded.notesTip
      index.records = records
      (index.commits, index.parents, index.files, index.hunks) = (commits, parents, files, hunks)
      (index.lines, index.paths, index.reverts, index.tips) = (lines, paths, reverts, tips)
      return (index, fingerprint)
    }
  }

  /// Replaces the file in one step. A cache that cannot be written costs time, not correctness.
  func write(_ index: RepositoryIndex, fingerprint: UInt64) {
    var data = Data()
    data.reserveCapacity(index.lines.count * 8 + index.commits.count * 128 + 4096)
    for word in [Self.magic, Self.version, keyMark, fingerprint] { Self.append(word, to: &data) }
    let notes = Notes(
      gitDirectory: index.gitDirectory, problems: index.problems, skippedFiles: index.skippedFiles,
      remotes: index.remotes, notesTip: index.notesTip)
    guard let encoded = try? JSONEncoder().encode(notes) else { return }
    Self.append(Array(encoded), to: &data)
    Self.append(index.commits, to: &data)
    Self.append(index.parents, to: &data)
    Self.append(index.files, to: &data)
    Self.append(index.hunks, to: &data)
    Self.append(index.lines, to: &data)
    Self.append(index.paths, to: &data)
    Self.append(index.reverts, to: &data)
    Self.append(index.tips, to: &data)
    Self.append(index.records, to: &data)
    Self.append(data.withUnsafeBytes { Self.checksum($0[...]) }, to: &data)
    let temporary = path + "." + UUID().uuidString
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      try data.write(to: URL(filePath: temporary))
      guard rename(temporary, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    } catch {
      try? FileManager.default.removeItem(atPath: temporary)
    }
  }

  private static func append(_ word: UInt64, to data: inout Data) {
    withUnsafeBytes(of: word.littleEndian) { data.append(contentsOf: $0) }
  }

  /// The count, then the rows, then zeros up to a multiple of eight bytes.
  private static func append<Row: BitwiseCopyable>(_ rows: [Row], to data: inout Data) {
    append(UInt64(rows.count), to: &data)
    rows.withUnsafeBytes { data.append(contentsOf: $0) }
    data.append(contentsOf: repeatElement(0, count: (8 - data.count % 8) % 8))
  }

  private static func checksum(_ bytes: Slice<UnsafeRawBufferPointer>) -> UInt64 {
    let whole = UnsafeRawBufferPointer(rebasing: bytes)
    var sums: (UInt64, UInt64) = (0x9e37_79b9_7f4a_7c15, 0xc2b2_ae3d_27d4_eb4f)
    var offset = 0
    while offset &+ 8 <= whole.count {
      let word = whole.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      sums.0 = (sums.0 ^ word) &* 0x0000_0100_0000_01b3
      sums.1 = (sums.1 &<< 7 | sums.1 &>> 57) &+ word
      offset &+= 8
    }
    return sums.0 ^ sums.1 ^ UInt64(whole.count)
  }

  private struct Cursor {
    let bytes: UnsafeRawBufferPointer
    var offset = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    func word(at offset: Int) -> UInt64 {
      guard offset >= 0, offset + 8 <= bytes.count else { return 0 }
      return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    mutating func word() -> UInt64 {
      defer { offset += 8 }
      return word(at: offset)
    }

    mutating func table<Row: BitwiseCopyable>(_ type: Row.Type) -> [Row]? {
      let stated = word()
      guard offset <= bytes.count, stated <= UInt64(bytes.count / MemoryLayout<Row>.stride) else {
        return nil
      }
      let count = Int(stated)
      let size = count * MemoryLayout<Row>.stride
      guard offset + size <= bytes.count else { return nil }
      let source = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + size])
      let rows = [Row](unsafeUninitializedCapacity: count) { buffer, initialised in
        UnsafeMutableRawBufferPointer(buffer).copyMemory(from: source)
        initialised = count
      }
      offset += (size + 7) / 8 * 8
      return rows
    }
  }
}
