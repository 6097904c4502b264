import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Slack

/// Where Slack sends what happens, if it is not listened to. What proves a request is its signature.
struct SlackRoutes: Sendable {
  let reception: SlackReception

  func add(to router: Router<AssayContext>) {
    router.post("/slack") { request, _ in try await take(request) }
  }

  @Sendable private func take(_ request: Request) async throws -> Response {
    var buffer = ByteBuffer()
    let isLong: Bool
    do {
      buffer = try await request.body.collect(upTo: SlackReception.longestBody)
      isLong = false
    } catch is NIOTooManyBytesError {
      isLong = true
    }
    guard !isLong else { throw ProblemDetails(413, "too-large", title: "The body is too long") }
    let answer = await reception.answer(
      header: { name in
        guard let name = HTTPField.Name(name) else { return nil }
        let values = request.headers[values: name]
        return values.count == 1 ? values[0] : nil
      }, body: Data(buffer.readableBytesView))
    var headers: HTTPFields = [.contentType: "text/plain; charset=utf-8"]
    for (name, value) in answer.headers {
      if let name = HTTPField.Name(name) { headers[name] = value }
    }
    return Response(
      status: HTTPResponse.Status(code: answer.status), headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(string: answer.body)))
  }
}
