/// The ledger's tables, those that refer to others before these.
package enum LedgerInventory {
  /// What came of sessions and goes with them.
  package static let sessions: [KeptTable] = [
    .ofPeople(
      "mention", "#turn =kind =value @at",
      KeptPart(
        "mentions", "Commits and pull requests that a session itself printed.", kept: .facts,
        where: "turn IN (SELECT key FROM turn WHERE session_id IN ({sessions}))")),
    .ofPeople(
      "edit",
      "#key #turn @at -path_name -path_tail /added /removed =exit =changed_by_person =is_whole_file",
      KeptPart(
        "edits",
        "Edits: when, and of how many lines. The lines themselves are kept as keyed hashes that cannot be read.",
        kept: .facts, where: "turn IN (SELECT key FROM turn WHERE session_id IN ({sessions}))")),
    .ofPeople(
      "tool_call", "#key #turn @at =name =kind =command =exit -target_name -target_tail =aim",
      KeptPart(
        "tool-calls", "Calls of tools within a turn: which, and how they ended.", kept: .facts,
        where: "turn IN (SELECT key FROM turn WHERE session_id IN ({sessions}))")),
    .ofPeople(
      "turn",
      """
      #key -session_id -owner_rank @started @ended =trigger =gap_ms =prompt_bytes =output_bytes #prompt_sketch
      #output_sketch =interrupted
      """,
      KeptPart(
        "turns",
        "Turns: when, who began them, how long message and answer were, and a sketch of each (in hexadecimal digits) that can only be compared with other sketches.",
        kept: .facts, where: "session_id IN ({sessions})")),
    .ofPeople(
      "session_total",
      """
      -session_id =scope =model @at =input =cache_read =cache_write_5m =cache_write_1h =output =reasoning
      =web_searches
      """,
      KeptPart(
        "session-totals", "What your tools themselves state as a session's total.", kept: .facts,
        where: "session_id IN ({sessions})")),
    .ofPeople(
      "usage",
      """
      #event_id =revision -org_id =account_id -session_id -owner_rank #turn @at %model_id =input =cache_read
      =cache_write_5m =cache_write_1h =output =reasoning =tier =is_fast =web_searches =kind =request_id
      """,
      KeptPart(
        "usage", "Model calls: when, which model, how many tokens of each class.", kept: .facts,
        where: "session_id IN ({sessions}) AND {use}"),
      KeptPart(
        "usage-elsewhere", "Model calls of yours in sessions of somebody else's.", kept: .facts,
        where: """
          session_id NOT IN ({sessions}) AND (account_id IN ({accounts}) OR EXISTS (
            SELECT 1 FROM usage n WHERE n.event_id = usage.event_id AND n.revision > usage.revision
              AND n.account_id IN ({accounts})))
          """, reach: .elsewhere)),
    .ofPeople(
      "rollup",
      """
      -session_id @slot %model_id =state =tier =input =cache_read =cache_write_5m =cache_write_1h =output =reasoning
      =cost_nano_usd =records =unknown_records =unpriced_records =not_billed_records =unitemised_records =account_id
      """,
      KeptPart(
        "account",
        "What your use adds up to, by quarter of an hour, model and outcome, with its cost in thousand millionths of a dollar.",
        kept: .facts, where: "session_id IN ({sessions}) AND {use}"),
      KeptPart(
        "account-elsewhere", "The same, of calls of yours in sessions of somebody else's.", kept: .facts,
        where: "session_id NOT IN ({sessions}) AND account_id IN ({accounts})", reach: .elsewhere)),
    .ofPeople(
      "derived_session",
      "-session_id =repository =project =turns =commits =reason @next_change -digest",
      KeptPart(
        "outcomes", "What a session led to, and why Assay thinks so.", kept: .facts,
        where: "session_id IN ({sessions})")),
    .ofPeople(
      "observation", "-session_id #observed",
      KeptPart(
        "observations",
        "What was counted in a session that bears on its purpose, in a form of its own (in hexadecimal digits): `assay explain` prints it in words.",
        kept: .facts, where: "session_id IN ({sessions})")),
    .ofPeople(
      "contest", "-session_id =account_id @at =said",
      KeptPart(
        "contests", "What you said that a session was. Nobody else sees it.", kept: .facts,
        where: "session_id IN ({sessions})")),
    .ofPeople(
      "change_session", "-repository_id =commit_id -session_id =lines -is_largest",
      KeptPart(
        "changes", "Changes on main lines that a session of yours has a part in, and with how many lines.",
        kept: .facts, where: "session_id IN ({sessions})")),
    .ofPeople(
      "due", "-mark -session_id",
      KeptPart(
        "due", "Sessions of yours that are to be looked at again.", kept: .facts,
        where: "session_id IN ({sessions})")),
    .ofPeople(
      "place", "=directory =repository -fingerprint =problem =is_partial",
      KeptPart(
        "places", "Directories that your sessions ran in, where they are known, and their repositories.",
        kept: .facts,
        where: """
          directory IN (SELECT directory FROM session WHERE id IN ({sessions})) AND NOT EXISTS (
            SELECT 1 FROM session o WHERE o.directory = place.directory AND o.id NOT IN ({sessions}))
          """)),
    .ofPeople(
      "session",
      """
      -id #key -org_id =account_id =tool =name =directory =directory_hash =branch =head_commit =remote =tool_version
      @started @ended #parent @forked_at =flags
      """,
      KeptPart(
        "sessions", "Sittings of your tools: when, in which repository, on which branch.", kept: .facts,
        where: "id IN ({sessions})")),
  ]

  package static let others: [KeptTable] = [
    .ofPeople(
      "gateway_call",
      """
      #id #call =attempt -org_id =account_id =key_id =person_id =team_id =project_id =agent_id =tool #session
      =session_name =dialect =endpoint =upstream =requested_model =model @opened @first_byte @settled =status =ending
      =usage_source =usage_model =input =cache_read =cache_write_5m =cache_write_1h =output =reasoning =tier =is_fast
      =web_searches =iterations #raw_usage =request_id =response_id =response_space =reserved_nano_usd
      =reserved_tokens =charged_nano_usd =charged_tokens =is_subscription =is_billed #event_id -spool
      """,
      KeptPart(
        "gateway-calls", "Calls of yours that passed the gateway.", kept: .calls,
        where: "account_id IN ({accounts})")),
    .ofPeople(
      "diagnostic", "-source_id =kind =line =detail =count",
      KeptPart(
        "problems", "What in your tools' records could not be read, without any of its content.",
        kept: .directory,
        where:
          "source_id IN (SELECT id FROM source WHERE substr(path, 1, instr(path, '/') - 1) IN ({senders}))")),
    .ofPeople(
      "source",
      """
      -id =path =tool =shape -device -inode -size -modified_ns -read_offset -read_lines -fingerprint -reader_version
      -checkpoint
      """,
      KeptPart(
        "sources", "Which sources your machines sent facts of, under names that say nothing.",
        kept: .directory, where: "substr(path, 1, instr(path, '/') - 1) IN ({senders})")),
    .ofPeople(
      "erased_account", "=account_id @at",
      KeptPart(
        "erased", "That an account was erased, so that nothing comes in for it again.", kept: .directory,
        where: "account_id IN ({accounts})",
        erasure: .stays("A number; without it what is shipped late would come in again."))),
    .ofNobody(
      "released_charge", "@slot =team_id =project_id =calls =nano_usd =tokens",
      because: "sums of an hour by team and project, without which budgets would forget what was spent"),
    .ofNobody(
      "bill_day", "-id -org_id =report =account @day @taken_at =is_whole",
      because: "what providers say that the organisation's accounts with them used, by day"),
    .ofNobody(
      "bill_line",
      """
      -day_id =model =workspace =tier =context_window =input =cache_read =cache_write_5m =cache_write_1h =cache_write
      =prompt =output =requests =amount_nano_usd
      """, because: "lines of these, by model and workspace"),
    .ofNobody(
      "landed_repository", "-id =directory -remotes", because: "registered repositories, where they lie"),
    .ofNobody(
      "landed_change",
      "-repository_id =commit_id @landed @undone =lines_added =lines_gone_14_days =lines_gone_30_days",
      because: "what landed on main lines and how it fared; who made it is not in it"),
    .ofNobody("kept_out", "@day =reason =facts", because: "counts by day"),
    .ofNobody("setting", "=name -value", because: "the ledger's own key and marks"),
    .ofNobody("model", "-id =name", because: "names of models"),
    .ofNobody(
      "event_report",
      "#event_id =revision -digest -org_id =kind =repository @first @last @as_of {report",
      because: "changes, deployments and incidents, without anybody's name, title or text"),
    .ofNobody(
      "spool_position", "#spool =segment =read_offset", because: "how far the gateway's spool was read"),
  ]

  package static let all = sessions + others
}
