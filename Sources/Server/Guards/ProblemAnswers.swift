import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Turns what goes wrong into an answer: a page for a browser, RFC 9457 for a program. What was not foreseen is
/// logged by its kind and told to nobody.
struct ProblemAnswers: RouterMiddleware {
  typealias Context = AssayContext

  let page: @Sendable (ProblemDetails) -> String

  func handle(
    _ request: Request, context: AssayContext, next: NextResponder
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch {
      var response = answer(problem(of: error, request, context), to: request)
      if let error = error as? MethodNotAllowed {
        response.headers[.allow] = error.allowed.map(\.rawValue).joined(separator: ", ")
      }
      return response
    }
  }

  private func problem(of error: any Error, _ request: Request, _ context: AssayContext) -> ProblemDetails {
    switch error {
    case let problem as ProblemDetails: return problem
    case let error as MethodNotAllowed:
      let allowed = error.allowed.map(\.rawValue).joined(separator: ", ")
      return ProblemDetails(
        405, "method-not-allowed", title: "Not with this method", detail: "This address takes \(allowed).")
    case let error as HTTPError:
      return ProblemDetails(
        error.status.code, "http-\(error.status.code)", title: error.status.reasonPhrase, detail: error.body)
    case let error as any HTTPResponseError:
      return ProblemDetails(
        error.status.code, "http-\(error.status.code)", title: error.status.reasonPhrase)
    default:
      // The type says what kind of thing failed; its text could hold what was asked.
      context.logger.error(
        "a request failed: \(type(of: error))",
        metadata: ["method": "\(request.method)", "endpoint": "\(context.endpointPath ?? "-")"])
      return ProblemDetails(
        500, "failed", title: "Something failed here",
        detail: "It is not your doing. The server's log says more.")
    }
  }

  private func answer(_ problem: ProblemDetails, to request: Request) -> Response {
    let status = HTTPResponse.Status(code: problem.status)
    var headers = HTTPFields()
    if problem.status == 401 { headers[.wwwAuthenticate] = "Bearer" }
    let accepts = request.headers[.accept] ?? ""
    if accepts.contains("text/html") {
      headers[.contentType] = "text/html; charset=utf-8"
      return Response(
        status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: page(problem))))
    }
    headers[.contentType] = "application/problem+json"
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let body = (try? encoder.encode(problem)) ?? Data()
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}
