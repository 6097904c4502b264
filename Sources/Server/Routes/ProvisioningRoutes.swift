import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Provisioning

/// SCIM 2.0 over HTTP: carries requests to the service and its answers back.
struct ProvisioningRoutes: Sendable {
  let service: @Sendable () -> SCIMService

  static let base = "/scim/v2"

  func add(to router: Router<AssayContext>) {
    for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] {
      router.on("\(Self.base)/**", method: method) { request, context in try await answer(request, context) }
    }
  }

  @Sendable private func answer(_ request: Request, _ context: AssayContext) async throws -> Response {
    _ = try context.require(.provisioning)
    let body: ByteBuffer
    do {
      body = try await request.body.collect(upTo: SCIMService.longestBody)
    } catch is NIOTooManyBytesError {
      throw ProblemDetails(413, "too-large", title: "The body is too large")
    }
    let answer = service().handle(
      SCIMRequest(
        request.method.rawValue, String(request.uri.path.dropFirst(Self.base.count)),
        query: request.uri.query ?? "", contentType: request.headers[.contentType],
        ifMatch: request.headers[.ifMatch], ifNoneMatch: request.headers[.ifNoneMatch],
        body: Data(body.readableBytesView)), at: context.asked)
    if let failure = answer.failure {
      context.logger.error("provisioning failed: \(type(of: failure))")
    }
    var headers = HTTPFields()
    for (name, value) in answer.headers {
      if let name = HTTPField.Name(name) { headers[name] = value }
    }
    return Response(
      status: HTTPResponse.Status(code: answer.status), headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
  }
}
