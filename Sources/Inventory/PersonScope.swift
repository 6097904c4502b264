/// By which numbers a person is found in both databases. Nothing but numbers: it is kept when all else of them is gone.
package struct PersonScope: Codable, Hashable, Sendable {
  /// The person's row, and those that were merged into it.
  package var people: [Int64]
  package var accounts: [Int64]
  package var keys: [Int64]
  package var tokens: [Int64]

  package init(people: [Int64], accounts: [Int64], keys: [Int64] = [], tokens: [Int64] = []) {
    self.people = people
    self.accounts = accounts
    self.keys = keys
    self.tokens = tokens
  }

  /// A condition of ``KeptPart/rows`` with the numbers in the places that are marked for them.
  ///
  /// - Parameters:
  ///   - sessions: Which rows of `session` are meant: a list of their numbers or a query for them.
  ///   - use: Whose use in these sessions is meant; by default the person's, and what nobody else was charged with.
  package func filled(_ template: String, sessions: String? = nil, use: String? = nil) -> String {
    let accountList = Self.list(accounts)
    return
      template
      .replacing(
        "{sessions}", with: sessions ?? "SELECT id FROM session WHERE account_id IN (\(accountList))"
      )
      .replacing("{use}", with: use ?? "account_id IN (1, \(accountList))")
      .replacing("{accounts}", with: accountList)
      .replacing("{people}", with: Self.list(people))
      .replacing("{keys}", with: Self.list(keys))
      .replacing("{senders}", with: tokens.map { "'token \($0)'" }.joined(separator: ", "))
  }

  /// Numbers only, so that nothing of it can be anything else in a query.
  package static func list(_ numbers: [Int64]) -> String {
    numbers.map { String($0) }.joined(separator: ", ")
  }
}
