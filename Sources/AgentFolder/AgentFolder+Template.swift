extension AgentFolder {
  /// A new agent's files by their path below its folder: it passes the check, has tools that read, and may do nothing.
  ///
  /// - Returns: `nil` if `name` is no name for an agent.
  package static func template(named name: String) -> [String: String]? {
    guard AgentSettings.isName(name) else { return nil }
    return ["AGENT.md": Self.agent]
  }

  private static let agent = """
    ---
    description: Says in one sentence what this agent is for.
    model:
      name: claude-sonnet-5
      api: messages            # or chat, responses
    tools: [list_files, read_file]   # it has no others
    budget:
      run: {money: 0.50 USD, tokens: 200000}
      day: {money: 5.00 USD}
    # What it may do without being asked, by tool and argument. What is not here is asked or denied.
    # grants:
    #   - tool: write_file
    #     arguments: {path: {under: notes}}
    #     at_most_per_run: 5
    # approvers: [somebody@example.org]
    # schedule:
    #   times: "0 9 * * mon-fri"
    #   time_zone: Europe/Vienna
    # hold_window: 1d
    # egress:
    #   - host: api.example.org
    #     methods: [GET]
    #     path: /v1/
    # deployments: [shop-staging]
    ---

    Say here what the agent is to do, step by step, and when it is done.

    """
}
