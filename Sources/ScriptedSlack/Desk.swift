import Effects
import Foundation
import Ledger
import NIOCore
import NIOWebSocket
import ServiceSettings
import Slack
import Synchronization

/// All that the scripted workspace remembers, and what becomes of it. Called on any thread.
final class Desk: Sendable {
  struct State {
    var posts: [ScriptedPost] = []
    var calls: [ScriptedCall] = []
    var homes: [String: JSON] = [:]
    var reactions: [SlackMessageKey: [String]] = [:]
    var directs: [String: String] = [:]
    var faults: [String: [ScriptedFault]] = [:]
    var responses: [String: Response] = [:]
    var tickets: Set<String> = []
    var sockets: [ObjectIdentifier: any Channel] = [:]
    /// Not acknowledged yet.
    var envelopes: [Envelope] = []
    var sent: [String: Int] = [:]
    var acknowledged: [String] = []
    var requests: [ScriptedRequest] = []
    var lastTS: Int64 = 0
    var names = 0
    var port = 0
    /// Where connections of Socket Mode are sent to instead.
    var elsewhere: Int?
  }

  struct Envelope {
    var id: String
    var type: String
    var payload: JSON
    /// The connection that it was sent over last.
    var socket: ObjectIdentifier?
  }

  /// What an address for answers is good for.
  struct Response {
    var message: SlackMessageKey?
    var channel: String
    var user: String
    var uses = 0
  }

  let workspace: Workspace
  private let delivery: ScriptedSlack.Delivery
  private let sendsAgainAfter: Duration
  private let now: @Sendable () -> Instant
  private let memory = Mutex(State())

  init(
    _ workspace: Workspace, delivery: ScriptedSlack.Delivery, sendsAgainAfter: Duration,
    now: @escaping @Sendable () -> Instant
  ) {
    self.workspace = workspace
    self.delivery = delivery
    self.sendsAgainAfter = sendsAgainAfter
    self.now = now
  }

  @discardableResult
  func state<Value: Sendable>(_ body: (inout State) -> Value) -> Value {
    memory.withLock { body(&$0) }
  }

  func setPort(_ port: Int) { state { $0.port = port } }

  /// A timestamp that was not there before.
  func stamp() -> String {
    let micros = now().milliseconds * 1000
    let ts = state { state in
      state.lastTS = max(state.lastTS + 1, micros)
      return state.lastTS
    }
    let fraction = String(ts % 1_000_000)
    return "\(ts / 1_000_000).\(String(repeating: "0", count: 6 - fraction.count))\(fraction)"
  }

  func name(_ prefix: String) -> String {
    state { state in
      state.names += 1
      return "\(prefix)\(String(10_000 + state.names, radix: 36, uppercase: true))"
    }
  }

  // MARK: Events

  func emit(_ type: String, _ payload: JSON) {
    switch delivery {
    case .requests:
      let isEvent = type == "events_api"
      let text: String
      switch type {
      case "interactive": text = "payload=" + Self.escaped(payload.canonical)
      case "slash_commands": text = Self.form(payload)
      default: text = payload.canonical
      }
      let timestamp = String(now().milliseconds / 1000)
      let signature = SlackSignature.signature(
        timestamp: timestamp, body: Data(text.utf8), secret: workspace.signingSecret)
      let request = ScriptedRequest(
        headers: [
          "content-type": isEvent ? "application/json" : "application/x-www-form-urlencoded",
          "x-slack-request-timestamp": timestamp, "x-slack-signature": signature,
        ], body: Array(text.utf8))
      state { $0.requests.append(request) }
    case .socketMode:
      let id = UUID().uuidString.lowercased()
      state { $0.envelopes.append(Envelope(id: id, type: type, payload: payload)) }
      dispatch()
    }
  }

  /// Sends what is on no connection now.
  func dispatch() {
    let due = state { state -> [(any Channel, JSON, String)] in
      guard let (identifier, channel) = state.sockets.randomElement() else { return [] }
      var due: [(any Channel, JSON, String)] = []
      for place in state.envelopes.indices where state.envelopes[place].socket == nil {
        state.envelopes[place].socket = identifier
        let envelope = state.envelopes[place]
        let attempt = state.sent[envelope.id, default: 0]
        state.sent[envelope.id] = attempt + 1
        var fields: [String: JSON] = [
          "type": .string(envelope.type), "envelope_id": .string(envelope.id), "payload": envelope.payload,
          "accepts_response_payload": .bool(envelope.type != "events_api"),
        ]
        if envelope.type == "events_api" {
          fields["retry_attempt"] = .integer(Int64(attempt))
          fields["retry_reason"] = .string(attempt == 0 ? "" : "timeout")
        }
        due.append((channel, .object(fields), envelope.id))
      }
      return due
    }
    for (channel, json, id) in due {
      Self.write(json.canonical, to: channel)
      channel.eventLoop.scheduleTask(in: .milliseconds(sendsAgainAfter.wholeMilliseconds)) {
        self.retry(id)
      }
    }
  }

  private func retry(_ id: String) {
    state { state in
      if let place = state.envelopes.firstIndex(where: { $0.id == id }) {
        state.envelopes[place].socket = nil
      }
    }
    dispatch()
  }

  // MARK: Sockets

  /// Whether a path opens a connection: each ticket does once.
  func admits(_ uri: String) -> Bool {
    guard uri.hasPrefix("/link/?ticket=") else { return false }
    let ticket = String(uri.dropFirst("/link/?ticket=".count).prefix { $0 != "&" })
    return state { $0.tickets.remove(ticket) != nil }
  }

  func opened(_ channel: any Channel) {
    let number = state { state in
      state.sockets[ObjectIdentifier(channel)] = channel
      return state.sockets.count
    }
    let hello: JSON = [
      "type": "hello", "num_connections": .integer(Int64(number)),
      "debug_info": ["host": "scripted", "approximate_connection_time": 18060],
      "connection_info": ["app_id": .string(workspace.app)],
    ]
    Self.write(hello.canonical, to: channel)
    dispatch()
  }

  func closed(_ channel: any Channel) {
    state { state in
      let identifier = ObjectIdentifier(channel)
      state.sockets[identifier] = nil
      for place in state.envelopes.indices where state.envelopes[place].socket == identifier {
        state.envelopes[place].socket = nil
      }
    }
    dispatch()
  }

  func received(_ text: String) {
    guard let id = (try? JSON(bytes: Data(text.utf8)))?["envelope_id"]?.string else { return }
    state { state in
      state.envelopes.removeAll { $0.id == id }
      state.acknowledged.append(id)
    }
  }

  func closeSockets() {
    for channel in state({ Array($0.sockets.values) }) { channel.close(promise: nil) }
  }

  func broadcast(_ json: JSON) { sendRaw([json.canonical]) }

  func sendRaw(_ fragments: [String]) {
    for channel in state({ Array($0.sockets.values) }) {
      for (place, fragment) in fragments.enumerated() {
        let frame = WebSocketFrame(
          fin: place + 1 == fragments.count, opcode: place == 0 ? .text : .continuation,
          data: ByteBuffer(string: fragment))
        channel.writeAndFlush(frame, promise: nil)
      }
    }
  }

  private static func write(_ text: String, to channel: any Channel) {
    channel.writeAndFlush(
      WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text)), promise: nil)
  }

  // MARK: Forms

  private static func form(_ json: JSON) -> String {
    json.leaves().map { "\(escaped($0.path))=\(escaped($0.value.string ?? $0.value.canonical))" }
      .joined(separator: "&")
  }

  private static func escaped(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
  }
}
