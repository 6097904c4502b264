package import Ledger

/// Reads one source of one tool: bytes in, records and facts out.
///
/// A reader is a pure function with memory: it does no input or output, keeps a bounded amount of state, and
/// skips what it does not know (counting it). It is fed one unit after another and may be stopped after any
/// of them; its ``checkpoint()`` continues it later where it stopped, in another process.
package protocol SourceReader: Sendable {
  static var tool: Tool { get }
  /// Raised when the reader takes other or better facts from the same bytes; sources are then read anew.
  static var version: Int { get }
  /// Where the tool keeps its records.
  static var places: [SearchPlace] { get }
  /// Whether a file that begins with `head` is of this kind, wherever it lies: 64 KiB, or up to 16 MiB where the
  /// first line is longer than that.
  static func recognises(head: Span<UInt8>) -> Bool
  /// Whether a directory that holds entries of these names is one source of this kind, wherever it lies.
  static func recognises(directoryOf names: Set<String>) -> Bool

  /// - Parameters:
  ///   - source: What is known of the source without opening it.
  ///   - key: The key under which lines, paths and sketches are hashed.
  ///   - checkpoint: What ``checkpoint()`` returned when the source was last read; `nil` from its start.
  ///     An unusable one is an error, and the source is then read from its start.
  init(source: SourceDescription, key: SipHash24.Key, checkpoint: [UInt8]?) throws

  /// Takes one unit: a line without its line break, a whole document, or one row.
  mutating func read(_ unit: Span<UInt8>, at position: UnitPosition, into batch: inout FactBatch)
  /// Called when the source has no more for now: hands over what is still open (the turn in progress, the
  /// session). More units may follow, after which the same facts are handed over again, complete.
  mutating func finish(into batch: inout FactBatch)

  func checkpoint() throws -> [UInt8]
}

extension SourceReader {
  package static func recognises(directoryOf names: Set<String>) -> Bool { false }
}

/// What is known of a source without opening it.
package struct SourceDescription: Hashable, Sendable {
  /// As it is shown to the user; readers take session names from its last components where the tool does.
  package var path: String
  package var shape: SourceShape

  package init(path: String, shape: SourceShape) {
    self.path = path
    self.shape = shape
  }
}

/// Where a unit stood in its source.
package struct UnitPosition: Hashable, Sendable {
  /// Line, document or row number, from 1.
  package var number: Int
  /// For ``SourceShape/documents`` the document's path within the source; for ``SourceShape/database`` the
  /// name of the query that gave the row.
  package var part: String?

  package init(number: Int, part: String? = nil) {
    self.number = number
    self.part = part
  }
}

/// A directory below which a tool keeps its records, and which of the files there are sources.
package struct SearchPlace: Sendable {
  /// Relative to a home directory.
  package var directory: String
  /// A variable that names the directory's parent in place of `home`, and what to append to its value.
  package var override: (variable: String, appending: String)?
  /// Directories deeper than this below `directory` are not entered.
  package var maximumDepth: Int
  /// The shape of the source at a path relative to `directory`, or `nil` if it is none.
  package var shape: @Sendable (_ relativePath: String) -> SourceShape?

  package init(
    _ directory: String, override: (variable: String, appending: String)? = nil, maximumDepth: Int,
    shape: @escaping @Sendable (_ relativePath: String) -> SourceShape?
  ) {
    self.directory = directory
    self.override = override
    self.maximumDepth = maximumDepth
    self.shape = shape
  }
}
