import Effects
import Foundation
import Slack

/// Envelopes as slack_sdk's and Bolt's own tests have them.
enum Sample {
  static let authorizations: JSON = [
    [
      "enterprise_id": .null, "team_id": "T111", "user_id": "UBOT", "is_bot": true,
      "is_enterprise_install": false,
    ]
  ]

  static func envelope(_ event: JSON, id: String = "Ev111", more: [String: JSON] = [:]) -> JSON {
    var fields: [String: JSON] = [
      "token": "verification_token", "team_id": "T111", "enterprise_id": .null, "api_app_id": "A111",
      "event": event, "type": "event_callback", "event_id": .string(id), "event_time": 1_595_926_230,
      "authorizations": authorizations,
    ]
    fields.merge(more) { $1 }
    return .object(fields)
  }

  static func message(
    _ text: String = "<@UBOT> Hi there!", type: String = "message", more: [String: JSON] = [:]
  ) -> JSON {
    var fields: [String: JSON] = [
      "client_msg_id": "9cbd4c5b-7ddf-4ede-b479-ad21fca66d63", "type": .string(type), "text": .string(text),
      "user": "W222", "ts": "1595926230.009600", "team": "T111", "channel": "C111",
      "event_ts": "1595926230.009600",
    ]
    if type == "message" { fields["channel_type"] = "channel" }
    fields.merge(more) { $1 }
    return .object(fields)
  }

  static let click: JSON = [
    "type": "block_actions",
    "user": ["id": "W111", "username": "primary-owner", "name": "primary-owner", "team_id": "T111"],
    "api_app_id": "A111", "token": "verification_token",
    "container": [
      "type": "message", "message_ts": "1111111111.222222", "channel_id": "C111", "is_ephemeral": false,
    ],
    "trigger_id": "111.222.valid", "team": ["id": "T111", "domain": "workspace-domain"],
    "channel": ["id": "C111", "name": "test-channel"],
    "response_url": "https://hooks.slack.com/actions/T111/111/random-value",
    "actions": [
      [
        "type": "button", "action_id": "assay.approve", "block_id": "assay.decision",
        "text": ["type": "plain_text", "text": "Approve", "emoji": true], "value": "4711",
        "action_ts": "1596530385.194939",
      ]
    ],
  ]

  static let command: [String: String] = [
    "token": "verification_token", "team_id": "T111", "team_domain": "test-domain", "channel_id": "C111",
    "channel_name": "random", "user_id": "W111", "user_name": "primary-owner", "command": "/assay",
    "text": "digest & more", "enterprise_id": "E111",
    "response_url": "https://hooks.slack.com/commands/T111/111/xxx",
    "trigger_id": "111.111.xxx",
  ]

  static func form(_ fields: [String: String]) -> Data {
    Data(
      fields.sorted { $0.key < $1.key }.map { name, value in
        "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
      }.joined(separator: "&").replacing("%20", with: "+").utf8)
  }

  static func form(payload: JSON) -> Data { form(["payload": payload.canonical]) }

  static func data(_ json: JSON) -> Data { Data(json.canonical.utf8) }

  /// What a body is, or what is wrong with it.
  static func reading(_ json: JSON) throws -> SlackReading { try SlackReading(body: data(json)) }
}

extension SlackReading {
  var delivery: SlackDelivery? { if case .delivery(let delivery) = self { delivery } else { nil } }
}

extension SlackDelivery {
  var said: SlackMessage? { if case .message(let message) = content { message } else { nil } }
}
