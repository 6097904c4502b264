/// What a machine's token may be used for; a token has one or several.
package enum TokenScope: String, CaseIterable, Sendable, Hashable, Codable {
  /// To send usage of the token's own person or agent: telemetry, and facts from a machine's session logs.
  case ingest
  /// To send usage of many, each named by the payload: a collector that a whole organisation shares.
  case ingestForOthers = "ingest-for-others"
  /// To report what happened outside: deployments, incidents, tickets, scores.
  case events
  /// To keep the directory up to date by SCIM.
  case provisioning
  /// To read what everyone may read.
  case read
}
