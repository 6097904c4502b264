import Foundation
import Ledger

/// An attempt at a call through the gateway, as it is written and read back.
enum CallRow {
  static let columns = """
    id, call, attempt, account_id, key_id, person_id, team_id, project_id, agent_id, tool, session, session_name,
    dialect, endpoint, upstream, requested_model, model, opened, first_byte, settled, status, ending, usage_source,
    usage_model, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, tier, is_fast, web_searches,
    iterations, raw_usage, request_id, response_id, response_space, reserved_nano_usd, reserved_tokens,
    charged_nano_usd, charged_tokens, is_subscription, is_billed
    """
  static let columnCount = 44

  static func bind(_ call: CallFact, to values: inout Insert.Values) {
    values.add(call.id)
    values.add(call.call)
    values.add(Int64(call.attempt))
    values.add(call.account.rawValue)
    values.add(call.scopes.key)
    values.add(call.scopes.person)
    values.add(call.scopes.team)
    values.add(call.scopes.project)
    values.add(call.scopes.agent)
    values.add(call.tool.rawValue)
    values.add(call.session)
    values.add(call.sessionName)
    values.add(call.dialect)
    values.add(call.endpoint)
    values.add(call.upstream)
    values.add(call.requestedModel)
    values.add(call.model)
    values.add(call.opened)
    values.add(call.firstByte)
    values.add(call.settled)
    values.add(call.status.map { Int64($0) })
    values.add(call.ending.rawValue)
    values.add(call.usageSource.rawValue)
    bind(usage: call.usage, to: &values)
    values.add(call.rawUsage.isEmpty ? nil : call.rawUsage)
    values.add(call.requestID)
    values.add(call.responseID)
    values.add(call.responseSpace.rawValue)
    values.add(call.reserved.count)
    values.add(call.reservedTokens)
    values.add(call.charged.count)
    values.add(call.chargedTokens)
    values.add(call.isSubscription)
    values.add(call.isBilled)
  }

  /// `usage_model` to `iterations`.
  static func bind(usage: [CallUsage], to values: inout Insert.Values) {
    let whole = usage.first
    values.add(whole?.model)
    values.add(whole?.counts ?? TokenCounts())
    values.add(whole?.service.tier.rawValue)
    values.add(whole?.service.isFast)
    values.add(whole?.service.webSearches)
    values.add(usage.count > 1 ? text(of: Array(usage.dropFirst())) : nil)
  }

  static func call(_ row: SelectedRow) -> CallFact? {
    guard let id = row.key(0), let call = row.key(1), let tool = Tool(rawValue: row[9]),
      let opened = row.instant(17), let ending = CallFact.Ending(rawValue: row[21]),
      let source = CallFact.UsageSource(rawValue: row[22]),
      let space = CallFact.ResponseSpace(rawValue: row[37])
    else { return nil }
    var fact = CallFact(
      call: call, attempt: row[2], account: AccountID(rawValue: row[3]),
      scopes: ChargeScopes(key: row[4], person: row[5], team: row[6], project: row[7], agent: row[8]),
      tool: tool, session: row.key(10), sessionName: row[11], dialect: row[12], endpoint: row[13],
      upstream: row[14], requestedModel: row[15], responseSpace: space, opened: opened,
      reserved: NanoDollars(row[38]), reservedTokens: row[39], isSubscription: row[42], isBilled: row[43])
    fact.id = id
    fact.model = row[16]
    fact.firstByte = row.instant(18)
    fact.settled = row.instant(19)
    fact.status = row[20]
    fact.ending = ending
    fact.usageSource = source
    fact.usage = usage(row)
    fact.rawUsage = row.bytes(34)
    fact.requestID = row[35]
    fact.responseID = row[36]
    fact.charged = NanoDollars(row[40])
    fact.chargedTokens = row[41]
    return fact
  }

  private static func usage(_ row: SelectedRow) -> [CallUsage] {
    guard let text: String = row[30], let tier = UsageRecord.Service.Tier(rawValue: text) else { return [] }
    let whole = CallUsage(
      model: row[23], counts: row.counts(24),
      service: UsageRecord.Service(tier: tier, isFast: row[31], webSearches: row[32]))
    guard let iterations: String = row[33] else { return [whole] }
    let further = try? JSONDecoder().decode([CallUsage].self, from: Data(iterations.utf8))
    return [whole] + (further ?? [])
  }

  private static func text(of usage: [CallUsage]) -> String? {
    (try? JSONEncoder().encode(usage)).map { String(decoding: $0, as: UTF8.self) }
  }
}
