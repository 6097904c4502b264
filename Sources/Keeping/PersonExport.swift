import Foundation
package import Inventory

/// All that is held on a person, in both databases, as JSON: every part of every table that the inventory names as a
/// person's. Rows go out as they are read; nothing is gathered.
package struct PersonExport: Sendable {
  private let ledger: any KeptStore
  private let control: any KeptStore
  private let scope: PersonScope
  private let retention: Retention

  package init(
    of scope: PersonScope, ledger: any KeptStore, control: any KeptStore, retention: Retention
  ) {
    self.scope = scope
    self.ledger = ledger
    self.control = control
    self.retention = retention
  }

  /// The parts there are, in the order in which they are told of, each with the table it is in.
  package static let parts: [(table: KeptTable, part: KeptPart, isInLedger: Bool)] =
    ControlInventory.all.flatMap { table in table.parts.map { (table, $0, false) } }.reversed()
    + LedgerInventory.all.flatMap { table in table.parts.map { (table, $0, true) } }.reversed()

  private func forEachRow(
    _ one: (table: KeptTable, part: KeptPart, isInLedger: Bool), _ body: (String) throws -> Void
  ) throws {
    try (one.isInLedger ? ledger : control).forEachRow(of: one.part, in: one.table, of: scope, body)
  }

  /// How many rows there are of each part.
  package func counts() throws -> [(part: KeptPart, count: Int)] {
    try Self.parts.map { one in
      (one.part, try (one.isInLedger ? ledger : control).countRows(of: one.part, in: one.table, of: scope))
    }
  }

  /// Writes one document: `{"about": {…}, "usage": [ … ], …}`.
  ///
  /// - Parameter take: Given the text in pieces of a few kilobytes.
  package func write(_ take: @escaping (String) throws -> Void) throws {
    var text = BufferedText(take)
    try text.add("{\"about\":\(Self.json(aboutLines))")
    for one in Self.parts {
      try text.add(",\n\(Self.json(one.part.file)):[")
      try rows(of: one, to: &text)
      try text.add("]")
    }
    try text.add("}\n")
    try text.flush()
  }

  private func rows(
    of one: (table: KeptTable, part: KeptPart, isInLedger: Bool), to text: inout BufferedText
  ) throws {
    var separator = "\n"
    try forEachRow(one) { row in
      try text.add(separator + row)
      separator = ",\n"
    }
  }

  /// Writes a file for each part that has anything in it, and one that says what they are, into a new directory that
  /// nobody else can read.
  ///
  /// - Returns: The names of the files.
  /// - Throws: ``KeepingError`` if there is something at `path` already, or it cannot be written.
  package func write(toDirectory path: String) throws -> [String] {
    guard !FileManager.default.fileExists(atPath: path) else { throw KeepingError.exists(path) }
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw KeepingError.cannotWrite(path)
    }
    var names: [String] = []
    for one in Self.parts {
      let name = one.part.file + ".json"
      var isEmpty = true
      try PrivateFile.write(path + "/" + name) { take in
        var text = BufferedText(take)
        try text.add("[")
        var separator = "\n"
        try forEachRow(one) { row in
          isEmpty = false
          try text.add(separator + row)
          separator = ",\n"
        }
        try text.add("\n]\n")
        try text.flush()
      }
      if isEmpty { unlink(path + "/" + name) } else { names.append(name) }
    }
    let held = Self.parts.filter { names.contains($0.part.file + ".json") }
    let width = held.map(\.part.file.utf8.count).max() ?? 0
    let list = held.map { one in
      let gap = String(repeating: " ", count: width - one.part.file.utf8.count + 2)
      return "\(one.part.file).json\(gap)\(one.part.about) Kept \(retention.words(for: one.part.lifetime))."
    }
    let lines = aboutLines + [""] + list
    try PrivateFile.write(path + "/README.txt") { try $0(lines.joined(separator: "\n") + "\n") }
    return names + ["README.txt"]
  }

  private var aboutLines: [String] {
    [
      "This is all that Assay holds on you. What you wrote to your tools, what they answered, and code are not kept.",
      "Times are in UTC. Long names made of the digits 0 to 9 and a to f are keys by which rows belong together.",
      "Numbers of people, teams and cost centres are those of your organisation's directory.",
    ]
  }

  private static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

/// Gathers small pieces of text to larger ones.
private struct BufferedText {
  private var text = ""
  private let take: (String) throws -> Void

  init(_ take: @escaping (String) throws -> Void) { self.take = take }

  mutating func add(_ piece: String) throws {
    text += piece
    if text.utf8.count >= 1 << 16 { try flush() }
  }

  mutating func flush() throws {
    guard !text.isEmpty else { return }
    try take(text)
    text.removeAll(keepingCapacity: true)
  }
}
