/// What one table of a database holds, column by column, and what of it is a person's.
///
/// All that is exported, counted, erased or expired is worked out from these: a table or a column that is named here is
/// taken along everywhere, and a test fails for one that is not.
package struct KeptTable: Sendable {
  package var name: String
  package var columns: [KeptColumn]
  /// Empty if nothing in it is any one person's.
  package var parts: [KeptPart]
  /// Why nothing in it is a person's; for those who ask.
  package var reason: String

  /// A table of which nothing is a person's.
  package static func ofNobody(_ name: String, _ columns: String, because reason: String) -> KeptTable {
    KeptTable(name: name, columns: KeptColumn.list(columns), parts: [], reason: reason)
  }

  /// - Parameter columns: As ``KeptColumn/list(_:)`` reads them.
  package static func ofPeople(_ name: String, _ columns: String, _ parts: KeptPart...) -> KeptTable {
    KeptTable(name: name, columns: KeptColumn.list(columns), parts: parts, reason: "")
  }

  /// A query with one column: each row of a part as a JSON object.
  package func query(_ part: KeptPart, of scope: PersonScope) -> String {
    let fields = columns.filter { !part.without.contains($0.name) }.compactMap(\.field).joined(
      separator: ", ")
    return "SELECT json_object(\(fields)) FROM \(name) WHERE \(scope.filled(part.rows))"
  }
}

/// Those rows of a table that are a person's in one way.
package struct KeptPart: Sendable {
  /// What becomes of the rows when the person is erased.
  package enum Erasure: Sendable, Equatable {
    case deleted
    /// They stay, and say nothing of who it was: why.
    case stays(String)
    /// They are changed so, and stay.
    case emptied(by: String)
    /// What in them is the person's is taken out, by the room that knows how; they stay.
    case rewritten
  }

  /// How rows of the ledger hang together with sessions.
  package enum Reach: Sendable {
    /// They go with the sessions that the condition names.
    case session
    /// They are in sessions of somebody else's.
    case elsewhere
    case alone
  }

  /// How the file of an export is called, without its suffix.
  package var file: String
  /// What it is, in a sentence for the person.
  package var about: String
  package var lifetime: KeptLifetime
  /// A condition, in which ``PersonScope/filled(_:)`` puts the numbers.
  package var rows: String
  package var erasure: Erasure
  package var reach: Reach
  /// Columns that are somebody else's matter.
  package var without: Set<String>

  package init(
    _ file: String, _ about: String, kept lifetime: KeptLifetime, where rows: String,
    erasure: Erasure = .deleted, reach: Reach? = nil, without: Set<String> = []
  ) {
    self.file = file
    self.about = about
    self.lifetime = lifetime
    self.rows = rows
    self.erasure = erasure
    self.reach = reach ?? (rows.contains("{sessions}") ? .session : .alone)
    self.without = without
  }
}

/// For how long something is kept, beside that it goes when the person is erased.
package enum KeptLifetime: Sendable {
  /// As the organisation's retention says, from the last activity of the session.
  case facts
  /// For as long as budgets are made of it, and then as ``facts``.
  case calls
  case directory
  case signIn
  case log
  case notices
  /// Until the week is settled.
  case settling
  /// For a time after the end of the run that it was in.
  case agentContent
  /// What lasts until the person or the agent takes it away; everything else for a time.
  case agentMemory
  /// Until it is handled.
  case inbox
}

/// A column, and how it is shown to the person.
package struct KeptColumn: Sendable {
  package enum Form: Character, Sendable {
    case value = "="
    /// Milliseconds from 1970, shown as a time.
    case instant = "@"
    /// Bytes, shown as hexadecimal digits.
    case bytes = "#"
    /// Hashes of lines, of which the number is shown.
    case lines = "/"
    case json = "{"
    /// The number of a model's row, shown as the model's name.
    case model = "%"
    /// A secret's hash, or a number that only joins tables: not shown.
    case hidden = "-"
  }

  package var name: String
  package var form: Form

  /// Reads names, each after the sign of its form: `=name @started #key`.
  static func list(_ text: String) -> [KeptColumn] {
    text.split(whereSeparator: \.isWhitespace).compactMap { word in
      word.first.flatMap(Form.init(rawValue:)).map { KeptColumn(name: String(word.dropFirst()), form: $0) }
    }
  }

  /// The column as two arguments of SQLite's `json_object`.
  var field: String? {
    switch form {
    case .value: "'\(name)', \(name)"
    case .instant: "'\(name)', strftime('%Y-%m-%dT%H:%M:%fZ', \(name) / 1000.0, 'unixepoch')"
    case .bytes: "'\(name)', lower(hex(\(name)))"
    case .lines: "'\(name)_lines', length(\(name)) / 8"
    case .json: "'\(name)', json(\(name))"
    case .model: "'model', (SELECT name FROM model WHERE model.id = model_id)"
    case .hidden: nil
    }
  }
}
