package import AsyncHTTPClient
import Effects
import Foundation
import Ledger
import NIOCore
import NIOHTTP1
import NIOPosix
package import ServiceSettings
package import Slack

/// Slack's Web API (docs.slack.dev/apis/web-api), asked within bounds: in order, at the pace that Slack allows, and at one
/// address. What only reads is asked again while Slack is in trouble; a message is posted again only if Slack turned it away
/// unread, and no answer to it is `uncertain`.
package struct SlackWebAPI: Sendable {
  private let client: HTTPClient
  let address: ServiceAddress
  private let token: Credential
  private let patience: Duration
  private let clock: SlackClock
  private let pacing: SlackPacing

  static let answerBytes = 8 << 20
  static let attempts = 5

  /// - Parameters:
  ///   - client: One that follows no redirects: a token goes to whom it was meant for.
  ///   - address: `https://slack.com/api`.
  ///   - token: `xoxb-…` of the app's bot; `xapp-…` of the app itself for ``openConnection()`` and nothing else.
  ///   - patience: For one answer, whole.
  package init(
    _ client: HTTPClient, at address: ServiceAddress, token: Credential, patience: Duration = .seconds(20),
    clock: SlackClock = .system
  ) {
    self.client = client
    self.address = address
    self.token = token
    self.patience = patience
    self.clock = clock
    pacing = SlackPacing()
  }

  /// What a call does, for when it fails.
  enum Kind {
    /// Asking again changes nothing.
    case reading
    /// Doing it twice is seen twice.
    case posting
  }

  /// - Parameter channel: Where a message goes, for the pace there.
  func call(
    _ method: String, _ arguments: [String: JSON], _ kind: Kind, channel: String? = nil
  ) async throws(SlackFailure) -> JSON {
    // As a form where all is flat: some methods that read take no JSON.
    let isFlat = arguments.values.allSatisfy { value in
      switch value {
      case .array, .object: false
      default: true
      }
    }
    let body = kind == .reading && isFlat ? Self.form(arguments) : JSON.object(arguments).canonical
    var request = HTTPClientRequest(url: "\(address.root)/\(method)")
    request.method = .POST
    request.headers = [
      "User-Agent": "assay", "Authorization": "Bearer \(token.secret)",
      "Content-Type": kind == .reading && isFlat
        ? "application/x-www-form-urlencoded; charset=utf-8" : "application/json; charset=utf-8",
    ]
    request.body = .bytes(ByteBuffer(string: body))
    let answer = try await paced(request, method, kind, channel: channel)
    guard let answer = try? JSON(bytes: Data(answer)), case .bool(let isDone)? = answer["ok"] else {
      if kind == .posting { throw .uncertain(method: method) }
      throw .unavailable(method: method, "its answer is no JSON; check the address of the API")
    }
    if isDone { return answer }
    let code = Self.code(answer["error"]?.string)
    switch code {
    // Slack's own words for these: some of it may have been done.
    case "fatal_error", "internal_error":
      if kind == .posting { throw .uncertain(method: method) }
      throw .unavailable(method: method, "it is in trouble (\(code))")
    case "service_unavailable", "request_timeout", "team_added_to_org":
      throw .unavailable(method: method, "it is in trouble (\(code))")
    default: throw .refused(method: method, code: code)
    }
  }

  /// An answer to a click or a command, at the address that came with it, which they alone see.
  package func respond(to responseURL: String, _ content: SlackContent) async throws(SlackFailure) {
    let method = "response_url"
    guard isResponseAddress(responseURL) else {
      throw .refused(method: method, code: "not_an_address_of_slacks")
    }
    var request = HTTPClientRequest(url: responseURL)
    request.method = .POST
    request.headers = ["User-Agent": "assay", "Content-Type": "application/json; charset=utf-8"]
    var fields = content.fields
    fields["response_type"] = "ephemeral"
    fields["replace_original"] = false
    request.body = .bytes(ByteBuffer(string: JSON.object(fields).canonical))
    let answer = try await paced(request, method, .posting, channel: nil)
    // `ok`, or nothing, or the JSON that methods answer with.
    if let json = try? JSON(bytes: Data(answer)), json["ok"] == .bool(false) {
      throw .refused(method: method, code: Self.code(json["error"]?.string))
    }
  }

  // MARK: Asking

  private enum Once {
    case answered(status: Int, retryAfter: Duration?, [UInt8])
    /// - Parameter wasSent: Whether Slack may have read it.
    case silent(wasSent: Bool)
  }

  private func paced(
    _ request: HTTPClientRequest, _ method: String, _ kind: Kind, channel: String?
  ) async throws(SlackFailure) -> [UInt8] {
    let begun = clock.now()
    var backoff = Duration.seconds(1)
    var attempt = 1
    while true {
      try await turn(method, channel: channel, since: begun)
      let failure: SlackFailure
      switch await once(request) {
      case .answered(200..<300, _, let body): return body
      case .answered(429, let asked, _):
        let wait = min(asked ?? .seconds(30), .seconds(3600))
        await pacing.slow(method, for: wait, at: clock.now())
        // It was not read, and so may be sent again, whatever it is: as often as the longest wait allows.
        guard wait <= SlackPacing.Settings().longestWait else {
          throw .rateLimited(method: method, wait: wait)
        }
        continue
      case .answered(let status, _, _) where status >= 500:
        if kind == .posting { throw .uncertain(method: method) }
        failure = .unavailable(method: method, "it is in trouble (status \(status))")
      case .answered(let status, _, let body):
        // The endpoints for answers say why with a status.
        let code = (try? JSON(bytes: Data(body)))?["error"]?.string ?? String(decoding: body, as: UTF8.self)
        throw .refused(method: method, code: Self.code(code.isEmpty ? "status_\(status)" : code))
      case .silent(let wasSent):
        if kind == .posting, wasSent { throw .uncertain(method: method) }
        failure = .unavailable(method: method, "it does not answer; check the network")
      }
      guard attempt < Self.attempts, !Task.isCancelled else { throw failure }
      do { try await clock.pause(backoff * Double.random(in: 0.5...1)) } catch { throw .stopped }
      backoff = min(backoff * 2, .seconds(20))
      attempt += 1
    }
  }

  /// Waits until a call of the method may go out.
  private func turn(_ method: String, channel: String?, since begun: Duration) async throws(SlackFailure) {
    let longest = SlackPacing.Settings().longestWait
    let now = clock.now()
    guard now - begun < longest, let wait = await pacing.place(for: method, channel: channel, at: now) else {
      throw .rateLimited(method: method, wait: longest)
    }
    do {
      if wait > .zero { try await clock.pause(wait) }
      while let more = await pacing.hold(on: method, at: clock.now()) {
        guard clock.now() - begun + more <= longest else {
          throw SlackFailure.rateLimited(method: method, wait: more)
        }
        try await clock.pause(more)
      }
      try Task.checkCancellation()
    } catch let failure as SlackFailure {
      throw failure
    } catch {
      throw .stopped
    }
  }

  private func once(_ request: HTTPClientRequest) async -> Once {
    do {
      let response = try await client.execute(
        request, deadline: .now() + .milliseconds(patience.wholeMilliseconds))
      let seconds = response.headers.first(name: "Retry-After").flatMap(Int64.init)
      let bytes = try await response.body.collect(upTo: Self.answerBytes)
      return .answered(
        status: Int(response.status.code), retryAfter: seconds.map { .seconds(min(max($0, 0), 86_400)) },
        Array(bytes.readableBytesView))
    } catch let error as HTTPClientError where error == .connectTimeout {
      return .silent(wasSent: false)
    } catch is NIOConnectionError {
      return .silent(wasSent: false)
    } catch let error as IOError where [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH].contains(error.errnoCode) {
      return .silent(wasSent: false)
    } catch {
      // What the client says of it may name the address; nothing of it is passed on.
      return .silent(wasSent: true)
    }
  }

  /// Whether it is one of Slack's, or, in tests, of whoever plays Slack: it comes from outside, and whatever is posted goes
  /// there.
  private func isResponseAddress(_ text: String) -> Bool {
    guard let parts = URLComponents(string: text), parts.user == nil, parts.password == nil,
      let host = parts.host
    else { return false }
    if parts.scheme == "https", parts.port == nil, ["hooks.slack.com", "hooks.slack-gov.com"].contains(host) {
      return true
    }
    let own = URLComponents(string: address.root)
    return parts.scheme == own?.scheme && host == own?.host && parts.port == own?.port
  }

  /// One of Slack's codes, and nothing else that somebody may have put there.
  private static func code(_ text: String?) -> String {
    let code = (text ?? "").utf8.prefix(64)
    let isCode = code.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    return isCode && !code.isEmpty ? String(decoding: code, as: UTF8.self) : "unknown_error"
  }

  private static func form(_ arguments: [String: JSON]) -> String {
    arguments.sorted { $0.key < $1.key }.map { name, value in
      "\(name)=\(escaped(value.string ?? value.canonical))"
    }.joined(separator: "&")
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (byte < 16 ? "0" : "") + digits
      }
    }
    return result
  }
}
