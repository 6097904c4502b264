import Ledger

/// A usage record as it is read back.
enum UsageRow {
  static let columns = """
    u.event_id, s.key, u.owner_rank, u.turn, u.at, s.tool, m.name, u.input, u.cache_read, u.cache_write_5m,
    u.cache_write_1h, u.output, u.reasoning, u.tier, u.is_fast, u.web_searches, u.kind, u.request_id,
    u.account_id
    """
  static let columnCount = 19

  static func record(_ row: SelectedRow) -> UsageRecord? {
    guard let id = row.key(0), let session = row.key(1), let at = row.instant(4),
      let tool = Tool(rawValue: row[5]), let tier = UsageRecord.Service.Tier(rawValue: row[13]),
      let kind = UsageRecord.Kind(rawValue: row[16])
    else { return nil }
    return UsageRecord(
      id: id, session: session, ownerRank: OwnerRank(rawValue: row[2]), turn: row.key(3), at: at, tool: tool,
      model: row[6], counts: row.counts(7),
      service: UsageRecord.Service(tier: tier, isFast: row[14], webSearches: row[15]), kind: kind,
      requestID: row[17], account: AccountID(rawValue: row[18]))
  }
}
