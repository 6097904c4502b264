/// Which column of a usage export holds what, found by name: the versions of the export differ in columns and
/// in their order.
///
/// The first has `Date, Model, Input (w/ Cache Write), Input (w/o Cache Write), Cache Read, Output Tokens, Total
/// Tokens, Cost, Cost to you`; the second adds `Kind` and `Max Mode`, the third `Cloud Agent ID` and
/// `Automation ID`. An export for a team has `User` as well.
struct CursorColumns: Hashable {
  private(set) var date: Int
  private(set) var model: Int
  private(set) var cacheWrite: Int?
  private(set) var input: Int?
  private(set) var cacheRead: Int?
  private(set) var output: Int?
  private(set) var total: Int?
  private(set) var kind: Int?
  private(set) var agent: Int?
  private(set) var user: Int?

  /// `nil` if the names are not those of a usage export.
  init?(_ names: [String]) {
    var found: [String: Int] = [:]
    for (index, name) in names.enumerated() {
      let plain = name.lowercased().filter { $0.isLetter || $0 == "/" }
      if found[plain] == nil { found[plain] = index }
    }
    guard let date = found["date"], let model = found["model"] else { return nil }
    self.date = date
    self.model = model
    cacheWrite = found["inputw/cachewrite"]
    input = found["inputw/ocachewrite"]
    cacheRead = found["cacheread"]
    output = found["outputtokens"] ?? found["output"]
    total = found["totaltokens"]
    kind = found["kind"]
    agent = found["cloudagentid"]
    user = found["user"] ?? found["useremail"]
    guard output != nil, input != nil || cacheWrite != nil || total != nil else { return nil }
  }

  /// Whether a row that the file ends with has all of its values: as many as there are names, and the last of them
  /// closed by a quote or in a column that is not looked at, such as the cost.
  func isWhole(_ fields: [CSVField], of headings: Int) -> Bool {
    guard fields.count >= headings, let last = fields.last else { return false }
    return last.isQuoted || !used.contains(fields.count - 1)
  }

  private var used: [Int?] {
    [date, model, cacheWrite, input, cacheRead, output, total, kind, agent, user]
  }

  /// Whether a record repeats the names rather than holding values.
  func isHeader(_ fields: [CSVField], _ scanner: borrowing CSVScanner) -> Bool {
    date < fields.count && scanner.text(fields[date]).lowercased() == "date"
  }
}
