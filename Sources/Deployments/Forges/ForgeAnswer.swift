import Effects
import Foundation
import NIOHTTP1

/// What a forge answered, as far as the status and the headers say it. What it words itself is anybody's text: nothing of
/// a body stands in a failure.
struct ForgeAnswer {
  var status: Int
  var headers: HTTPHeaders
  var body: [UInt8]
  /// Who answered.
  var host: String

  /// Whether it was turned away unread, for having asked too often. GitHub says so with 403 as well, and then names a time
  /// or says that nothing remains: docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api.
  var isRateLimited: Bool {
    if status == 429 { return true }
    return status == 403
      && (headers.contains(name: "Retry-After") || headers.first(name: "X-RateLimit-Remaining") == "0")
  }

  /// How long it wants to be left alone; `nil` if it does not say.
  ///
  /// - Parameter now: Seconds since 1970, for headers that name a moment.
  func wait(now: Int64) -> Duration? {
    if let seconds = headers.first(name: "Retry-After").flatMap(Int64.init) { return Self.bounded(seconds) }
    // GitLab leaves the X out.
    for name in ["X-RateLimit-Reset", "RateLimit-Reset"] {
      if let moment = headers.first(name: name).flatMap(Int64.init) {
        return Self.bounded(moment.subtractingReportingOverflow(now).partialValue)
      }
    }
    return nil
  }

  private static func bounded(_ seconds: Int64) -> Duration { .seconds(min(max(seconds, 0), 86_400)) }

  func json() throws(ToolFailure) -> JSON {
    do { return try JSON(bytes: Data(body)) } catch {
      throw .unavailable(
        "\(host) answered with something that is no JSON; check the address of its API in the settings.")
    }
  }

  /// What a status means that is neither success nor a passing trouble.
  var refusal: ToolFailure {
    let sentence =
      switch status {
      case 300..<400:
        "\(host) says that it is elsewhere (status \(status)). The credential is not sent on: correct the address or the name of the repository in the settings."
      case 401: "\(host) does not accept the credential: give the settings a new one."
      case 403:
        "\(host) does not allow it to this credential: give it the right, or the settings another one."
      case 404: "\(host) knows nothing by that name, or does not show it to this credential."
      case 409: "\(host) refuses: it is in conflict with something else, or checks are not green."
      case 400, 422: "\(host) does not take it as it is (status \(status))."
      default: "\(host) refuses (status \(status))."
      }
    return .refused(sentence)
  }
}
