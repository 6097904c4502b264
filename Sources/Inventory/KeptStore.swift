/// A database whose tables are in the inventory.
package protocol KeptStore: Sendable {
  /// Hands over each row of a part as a JSON object, without holding more than one.
  func forEachRow(
    of part: KeptPart, in table: KeptTable, of scope: PersonScope, _ body: (String) throws -> Void) throws
  func countRows(of part: KeptPart, in table: KeptTable, of scope: PersonScope) throws -> Int
}
