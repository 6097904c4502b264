package import Effects

/// Why a call of Slack's API gave nothing. No content and no credential is in it.
package enum SlackFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// Slack said no, by one of its codes: `channel_not_found`. It did not happen, and will not of itself.
  case refused(method: String, code: String)
  /// Slack wants to be asked less, and we would have to wait for longer than anybody does.
  case rateLimited(method: String, wait: Duration)
  /// It did not happen; it may later.
  case unavailable(method: String, String)
  /// It may have happened: the answer did not come, or Slack said that it cannot tell.
  case uncertain(method: String)
  /// The caller went away before it was sent.
  case stopped

  package var description: String {
    switch self {
    case .refused(let method, let code): "Slack refused \(method): \(code). \(Self.advice(code))"
    case .rateLimited(let method, let wait):
      "Slack has been asked for \(method) too often; it will be taken again in \(wait.components.seconds) s."
    case .unavailable(let method, let reason): "Slack did not do \(method): \(reason)."
    case .uncertain(let method): "Slack did not say what became of \(method); it may have been done."
    case .stopped: "The call to Slack was stopped before it was sent."
    }
  }

  /// The same for the agents' journal.
  package var toolFailure: ToolFailure {
    switch self {
    case .refused: .refused(description)
    case .rateLimited, .unavailable, .stopped: .unavailable(description)
    case .uncertain: .uncertain(description)
    }
  }

  /// The code if it is one of these.
  package func isRefusal(_ codes: String...) -> Bool {
    if case .refused(_, let code) = self { codes.contains(code) } else { false }
  }

  private static func advice(_ code: String) -> String {
    switch code {
    case "invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive":
      "Give the settings a new token."
    case "missing_scope", "not_allowed_token_type":
      "Give the app the scopes that the documentation names, and install it again."
    case "not_in_channel", "channel_not_found": "Invite the app to the channel, or correct its name."
    case "is_archived": "The channel is archived."
    default: "See docs.slack.dev/reference/methods."
    }
  }
}
