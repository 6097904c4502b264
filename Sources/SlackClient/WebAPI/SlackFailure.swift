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

  /// Whether it is for lack of whoever or whatever it was meant for, so that asking again changes nothing. Any other refusal is
  /// of our app: a token, a scope, a fault of ours.
  package var isForLackOfRecipient: Bool {
    isRefusal(
      "user_not_found", "users_not_found", "user_disabled", "user_not_visible", "cannot_dm_bot",
      "channel_not_found",
      "not_in_channel", "is_archived", "restricted_action", "thread_not_found", "message_not_found",
      "cant_update_message", "edit_window_closed")
  }

  package func isRefusal(_ codes: String...) -> Bool {
    if case .refused(_, let code) = self { codes.contains(code) } else { false }
  }

  private static func advice(_ code: String) -> String {
    switch code {
    case "invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive":
      "Give the settings a new token."
    case "missing_scope", "not_allowed_token_type":
      "Give the app the scopes that the documentation names, and install it again."
    case "another_workspace": "The token is of another workspace than “team” in the settings."
    case "not_in_channel", "channel_not_found": "Invite the app to the channel, or correct its name."
    case "is_archived": "The channel is archived."
    default: "See docs.slack.dev/reference/methods."
    }
  }
}
