import Effects
import Foundation
import Slack

/// The same from outside, for scripts in other languages: `POST /_/say` and so on, JSON in and out.
extension Desk {
  func control(_ what: String, _ body: [UInt8]) -> JSON {
    let json = (try? JSON(bytes: Data(body))) ?? .null
    func text(_ name: String) -> String { json[name]?.string ?? "" }
    switch what {
    case "say":
      let key = say(
        text("text"), in: text("channel"), by: text("user"), thread: json["thread"]?.string)
      return ["channel": .string(key.channel), "ts": .string(key.ts)]
    case "click":
      let key = SlackMessageKey(channel: text("channel"), ts: text("ts"))
      do { try click(text("action"), on: key, by: text("user")) } catch { return ["error": "no_such_button"] }
    case "command": command(text("command"), text("text"), in: text("channel"), by: text("user"))
    case "home": openHome(by: text("user"))
    case "refresh": broadcast(["type": "disconnect", "reason": "refresh_requested"])
    case "drop": closeSockets()
    case "limit":
      state {
        $0.faults[text("method"), default: []].append(ScriptedFault(.rateLimited(retryAfterSeconds: 1)))
      }
    case "state":
      return state { state in
        [
          "posts": .array(
            state.posts.map { post in
              [
                "channel": .string(post.channel), "ts": .string(post.ts), "text": .string(post.text),
                "thread": post.threadTS.map(JSON.string) ?? .null, "edits": .integer(Int64(post.edits)),
                "ours": .bool(post.isOurs), "only_for": post.onlyFor.map(JSON.string) ?? .null,
                "blocks": post.blocks ?? .null,
              ]
            }),
          "homes": .object(state.homes), "unacknowledged": .integer(Int64(state.envelopes.count)),
          "acknowledged": .integer(Int64(state.acknowledged.count)),
          "sockets": .integer(Int64(state.sockets.count)),
          "calls": .array(state.calls.map { [.string($0.method), .integer(Int64($0.status))] }),
          "requests": .array(
            state.requests.map { request in
              [
                "headers": .object(request.headers.mapValues(JSON.string)),
                "body": .string(String(decoding: request.body, as: UTF8.self)),
              ]
            }),
        ]
      }
    default: return ["error": "unknown"]
    }
    return ["ok": true]
  }
}
