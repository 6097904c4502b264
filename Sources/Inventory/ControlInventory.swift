/// The control database's tables, those that refer to others before these.
package enum ControlInventory {
  package static let all: [KeptTable] = agents + directory + keys + looks + nobodys

  private static let directory: [KeptTable] = [
    .ofPeople(
      "group_member", "=group_id =person_id =child_id @since @until",
      KeptPart(
        "groups", "Groups of the directory service that you are or were in.", kept: .directory,
        where: "person_id IN ({people})")),
    .ofPeople(
      "scim_user",
      """
      =person_id -org_id =scim_id =external_id =user_name -folded {profile =manager =says_active @created @modified
      @deleted
      """,
      // Before the rows by which it is known who is meant.
      KeptPart(
        "named-as-manager", "Where the directory service names you as somebody's manager.", kept: .directory,
        where: """
          person_id NOT IN ({people}) AND manager COLLATE NOCASE IN (
            SELECT scim_id FROM scim_user WHERE person_id IN ({people})
            UNION SELECT user_name FROM scim_user WHERE person_id IN ({people})
            UNION SELECT external_id FROM scim_user WHERE person_id IN ({people}) AND external_id IS NOT NULL
            UNION SELECT mail FROM person WHERE id IN ({people})
            UNION SELECT value FROM identity WHERE account_id IN ({accounts}))
          """,
        erasure: .emptied(by: "UPDATE scim_user SET manager = NULL WHERE "),
        without: [
          "person_id", "scim_id", "external_id", "user_name", "profile", "says_active", "created", "modified",
          "deleted",
        ]),
      KeptPart(
        "directory-service", "What the directory service, or a list, says of you.", kept: .directory,
        where: "person_id IN ({people})")),
    .ofPeople(
      "unmatched", "=kind -folded =source -org_id =value =count @first @last",
      KeptPart(
        "names-not-matched", "Names of yours that were seen where they are known to be nobody's.",
        kept: .directory, where: "folded IN (SELECT folded FROM identity WHERE account_id IN ({accounts}))")),
    .ofPeople(
      "identity", "-id -org_id =kind =value -folded =account_id =rule @since @until",
      KeptPart(
        "identities", "Names that you are known by: addresses, accounts, user names.", kept: .directory,
        where: "account_id IN ({accounts})")),
    .ofPeople(
      "membership", "=member_id =of_id @since @until",
      KeptPart(
        "teams", "Teams that you are or were in, by their number.", kept: .directory,
        where: "member_id IN ({people})")),
    .ofPeople(
      "charging", "=member_id =of_id @since @until",
      KeptPart(
        "cost-centres", "Cost centres that you are or were charged to, by their number.", kept: .directory,
        where: "member_id IN ({people})")),
    .ofPeople(
      "reporting", "=member_id =of_id @since @until",
      KeptPart(
        "managers", "Whom you report or reported to, and who to you, by their numbers.", kept: .directory,
        where: "member_id IN ({people}) OR of_id IN ({people})")),
    .ofPeople(
      "absence", "-id -org_id =person_id =first_day =last_day",
      KeptPart(
        "leave", "Days on which you are or were away: days only, never why.", kept: .directory,
        where: "person_id IN ({people})")),
    .ofPeople(
      "working_days", "=person_id =since -org_id =days",
      KeptPart(
        "working-days",
        "On which days of the week you work, and since when: a number with 1 for Monday, 2 for Tuesday, 4, 8, 16, 32, 64.",
        kept: .directory, where: "person_id IN ({people})")),
    .ofPeople(
      "holding", "=member_id =of_id @since @until",
      KeptPart(
        "merged-accounts", "Accounts that were found to be yours as well.", kept: .directory,
        where: "of_id IN ({people}) OR member_id IN ({accounts})")),
    .ofPeople(
      "ownership", "=member_id =of_id @since @until",
      KeptPart(
        "agents", "Agents that you answer or answered for, by their number.", kept: .directory,
        where: "of_id IN ({people})",
        erasure: .stays("That an agent had somebody who answered for it; by a number that is nobody's."))),
  ]

  private static let keys: [KeptTable] = [
    .ofPeople(
      "spend_limit", "=id -org_id =scope =scope_id =measure =amount =window @created @ended",
      KeptPart(
        "limits", "Limits on what you, or a key of yours, may spend.", kept: .directory,
        where: "(scope = 'person' AND scope_id IN ({people})) OR (scope = 'key' AND scope_id IN ({keys}))")),
    .ofPeople(
      "notice", "-id -org_id @at =kind =key_id =person_id =limit_id =text",
      KeptPart(
        "notices", "What you were told about keys and limits.", kept: .notices,
        where: "person_id IN ({people}) OR key_id IN ({keys})")),
    .ofPeople(
      "virtual_key",
      """
      =id -org_id =name -folded =person_id =agent_id =team_id =project_id -hash =prefix @created @expires @revoked
      {models {upstreams =allows_subscription
      """,
      KeptPart(
        "keys", "Keys to the gateway: names and dates, never the secrets.", kept: .directory,
        where: "person_id IN ({people})")),
    .ofPeople(
      "api_token",
      "=id -org_id =name -folded =person_id =agent_id =scopes -hash =prefix @created @expires @revoked",
      KeptPart(
        "tokens", "Tokens of programs that send or read as you: names and dates, never the secrets.",
        kept: .directory, where: "person_id IN ({people})")),
    .ofPeople(
      "browser_session", "-hash =person_id @begun @last_seen @expires",
      KeptPart(
        "sign-ins", "Where you are signed in.", kept: .signIn, where: "person_id IN ({people})")),
  ]

  private static let looks: [KeptTable] = [
    .ofPeople(
      "access", "-id -org_id =subject_id @at {record",
      KeptPart(
        "who-looked", "Who looked at what is held on you: when, what, as what, and what for.", kept: .log,
        where: "subject_id IN ({people})"),
      KeptPart(
        "you-looked", "When you looked at what is held on somebody else; whom it was about is theirs.",
        kept: .log, where: "\(viewer) AND subject_id NOT IN ({people})",
        erasure: .stays(
          "It is the other person's to know that somebody looked; by a number that is nobody's."),
        without: ["subject_id", "record"])),
    .ofPeople(
      "visibility_decision", "-id -org_id @at =by_person_id =settings",
      KeptPart(
        "decisions", "What you decided, as an administrator, about who sees what.", kept: .log,
        where: "by_person_id IN ({people})",
        erasure: .stays("What the organisation decided; by a number that is nobody's."))),
    .ofPeople(
      "erasure", "=person_id @begun @finished -scope",
      KeptPart(
        "erasure", "That you were erased.", kept: .log, where: "person_id IN ({people})",
        erasure: .stays("Numbers, by which a restored backup is erased again."))),
    .ofPeople(
      "erased_name", "-hash =person_id",
      KeptPart(
        "erased-names", "Hashes of names by which what comes late is turned away.", kept: .log,
        where: "person_id IN ({people})",
        erasure: .stays("Without them telemetry that names an address would come in again."))),
    .ofPeople(
      "person", "=id -org_id =account_id =name =mail -folded @created @ended",
      KeptPart(
        "person", "Who you are to Assay.", kept: .directory, where: "id IN ({people})",
        erasure: .emptied(
          by: "UPDATE person SET name = 'erased', mail = 'erased ' || id, folded = 'erased ' || id WHERE "))),
    .ofPeople(
      "remark", "-id -org_id =account_id =session_key =kind =text @written",
      KeptPart(
        "remarks", "What you wrote about what is held on you; nobody else reads it.", kept: .directory,
        where: "account_id IN ({accounts})")),
    .ofPeople(
      "feedback", "-id -org_id =account_id =kind =subject =answer =words @given @shared =team_id",
      KeptPart(
        "feedback",
        "Whether tools, sessions and outcomes helped you, as you said; others read what you shared.",
        kept: .directory, where: "account_id IN ({accounts})")),
    .ofPeople(
      "closed_use", "=week -org_id {content",
      KeptPart(
        "weeks-to-be-settled",
        "Closed weeks that your use is part of. What came of it is added to their sums four weeks later, and who used what goes then.",
        kept: .settling, where: contributor, erasure: .rewritten, without: ["content"])),
    .ofPeople(
      "account", "=id -org_id =kind",
      KeptPart(
        "accounts", "The numbers under which your use stands.", kept: .directory,
        where: "id IN ({accounts})",
        erasure: .stays("Numbers that are never given to anybody else."))),
  ]

  private static let viewer = "json_extract(record, '$.onlooker.person._0') IN ({people})"

  private static let contributor = """
    EXISTS (SELECT 1 FROM json_tree(content) t WHERE t.key = '_0' AND (
      (t.path LIKE '%contributions[%].contributor.person' AND t.value IN ({people}))
      OR (t.path LIKE '%contributions[%].contributor.account' AND t.value IN ({accounts}))))
    """

  private static let nobodys: [KeptTable] = [
    .ofNobody("setting", "=name =value", because: "numbers of the database's own"),
    .ofNobody("keeping_secret", "-secret", because: "the key under which erased names are hashed"),
    .ofNobody("team", "=id -org_id =name -folded @created @ended =origin", because: "names of teams"),
    .ofNobody(
      "project", "=id -org_id =name -folded @created @ended =use_case", because: "names of applications"),
    .ofNobody(
      "agent", "=id -org_id =account_id =name -folded @created @ended =use_case",
      because: "programs; who answers for them stands elsewhere"),
    .ofNobody("cost_centre", "=id -org_id =name -folded @created", because: "names of cost centres"),
    .ofNobody(
      "repository", "=id -org_id =project_id =remote @created @ended", because: "registered repositories"),
    .ofNobody(
      "scim_group", "=id -org_id =scim_id =external_id =name -folded =team_id @created @modified @deleted",
      because: "names of groups; who is in them stands elsewhere"),
    .ofNobody(
      "frozen_week", "=week -org_id @closed {content @let_go",
      because: "what everybody may read of groups: sums of many people's, made so that they give nobody away"),
    .ofNobody(
      "delivery_week", "=week -org_id @made {content",
      because: "what applications delivered: deployments, incidents and changes of services, of no person"),
    .ofNobody(
      "frozen_reconciliation", "=day -org_id @made {content",
      because: "what finance may read of weeks: sums of many people's, made so that they give nobody away"),
    .ofNobody(
      "adoption_target",
      "=id -org_id =name =percent @announced @ended {eligibility =least_days {least_amount",
      because: "what the organisation wants of groups"),
    .ofNobody(
      "frozen_adoption", "=week -org_id @made {content",
      because:
        "how many used AI in closed weeks: numbers of many people, made so that they give nobody away"),
    .ofNobody(
      "frozen_estimate", "=week -org_id @made {content",
      because:
        "what is estimated of the whole organisation's use in a week: whole percents of twenty people or more"
    ),
    .ofNobody(
      "frozen_demand", "=week -org_id @made {models @settled {unexplained",
      because: "tokens by model of closed weeks: sums of many people's, made so that they give nobody away"),
  ]
}
