extension ControlInventory {
  private static let runs = "run_id IN (SELECT id FROM agent_run WHERE account_id IN ({accounts}))"
  private static let others = "run_id NOT IN (SELECT id FROM agent_run WHERE account_id IN ({accounts}))"

  /// The agents' journal.
  static let agents: [KeptTable] = [
    .ofPeople(
      "agent_content", "=run_id =part =number -org_id =is_withheld {body @expires",
      KeptPart(
        "agent-content",
        "What your runs of agents were for, what models answered in them, and what tools were given and gave.",
        kept: .agentContent, where: runs)),
    .ofPeople(
      "agent_usage",
      """
      -id -org_id =run_id =number =account_id =agent @at =model =input =cache_read =cache_write_5m =cache_write_1h
      =output =reasoning =nano_usd =is_estimated
      """,
      KeptPart(
        "agent-usage", "What models used in your runs of agents.", kept: .log,
        where: "account_id IN ({accounts})")),
    .ofPeople(
      "agent_reservation", "-id -org_id =run_id =account_id =agent @at =nano_usd =tokens =state",
      KeptPart(
        "agent-reservations", "What was held for calls of models in your runs of agents.", kept: .log,
        where: "account_id IN ({accounts})")),
    .ofPeople(
      "agent_outcome",
      """
      =id -org_id =run_id =number =account_id =agent =kind =subject @opened =hold_for @hold_until =state =evidence
      @changed
      """,
      KeptPart(
        "agent-outcomes", "What your runs of agents brought about, and how it fared.", kept: .log,
        where: "account_id IN ({accounts})")),
    .ofPeople(
      "agent_approval",
      """
      =id -org_id =run_id =number =fingerprint {approvers @requested @expires -lapse_boot -lapse_at =use_within
      =state =decided_by @decided =via
      """,
      KeptPart(
        "agent-approvals", "What was asked for in your runs of agents, and who decided.", kept: .log,
        where: runs),
      KeptPart(
        "agent-decisions", "What you decided in somebody else's run of an agent.", kept: .log,
        where: "decided_by IN ({accounts}) AND \(others)",
        erasure: .stays(
          "It is the other person's to know that somebody decided; by a number that is nobody's."),
        without: ["run_id", "number", "fingerprint", "approvers", "use_within"])),
    .ofPeople(
      "agent_stop", "=id -org_id =scope =subject =ordered_by @at =reason @lifted =lifted_by",
      KeptPart(
        "agent-stops", "STOP orders that you gave or lifted.", kept: .log,
        where: "ordered_by IN ({accounts}) OR lifted_by IN ({accounts})",
        erasure: .stays("That agents were stopped; by a number that is nobody's."))),
    .ofPeople(
      "agent_event", "=number -org_id @at =run_id =step =kind {details -salt -digest -hash",
      KeptPart(
        "agent-events", "Each entry in the journal of your runs of agents, without content.", kept: .log,
        where: runs, erasure: .rewritten)),
    .ofPeople(
      "agent_step",
      """
      =run_id =number -org_id =kind =name =effect_class =effect_id =state =epoch =attempts {authority @begun
      @concluded =reason
      """,
      KeptPart(
        "agent-steps", "What your runs of agents did, step by step.", kept: .log, where: runs)),
    .ofPeople(
      "agent_run",
      """
      =id -org_id =account_id =agent =folder =status =parent_id =occurrence {planned =epoch =takeovers =executor -lease_boot
      -lease_until -stops_seen @begun @ended @wake =reason
      """,
      KeptPart(
        "agent-runs", "Your runs of agents.", kept: .log, where: "account_id IN ({accounts})")),
    .ofPeople(
      "agent_memory", "=id -org_id =agent =account_id =tier {body @kept -place @removed =removed_by",
      KeptPart(
        "agent-memory", "What agents remember for you, and what was taken away lately.", kept: .agentMemory,
        where: "account_id IN ({accounts})")),
    .ofPeople(
      "agent_dream",
      "=id -org_id =agent =account_id =run_id {changes @made =state =decided_by @decided",
      KeptPart(
        "agent-dreams", "What was proposed at night to be remembered, and what became of it.",
        kept: .agentMemory, where: "account_id IN ({accounts})")),
    .ofPeople(
      "slack_delivery", "-id -org_id -name -message =state =slack_user {body =attempts @received -due",
      KeptPart(
        "slack-inbox", "What you wrote or clicked in Slack and was not handled yet.", kept: .inbox,
        where: """
          slack_user IN (SELECT value FROM identity WHERE kind = 'slack' AND account_id IN ({accounts}))
          """)),
    // What watches over deployments and schedules saw last is nobody's.
    .ofPeople(
      "agent_state", "=key {content @changed",
      KeptPart(
        "agent-mail", "How far agents have read your mailbox, and hashes of what they have dealt with in it.",
        kept: .agentMemory,
        where: """
          EXISTS (SELECT 1 FROM account WHERE account.id IN ({accounts}) AND key LIKE 'mail/%/' || account.id || '/%')
          """),
      KeptPart(
        "agent-slack",
        "Which messages of the server's in Slack are to you: what they ask or tell by its number, never its text.",
        kept: .agentMemory,
        where: """
          EXISTS (SELECT 1 FROM account WHERE account.id IN ({accounts}) AND key LIKE 'slack/%/' || account.id || '/%')
            OR EXISTS (SELECT 1 FROM identity
              WHERE kind = 'slack' AND account_id IN ({accounts}) AND key = 'slack/link/' || value)
          """)),
    .ofNobody(
      "agent_event_head", "-id =number -hash", because: "the mark of the last entry in the agents' journal"),
  ]
}
