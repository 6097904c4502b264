import Effects
import Foundation
import NIOCore
import NIOHTTP1

/// One connection over HTTP: calls in, answers out.
final class CallHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  static let longestBody = 4 << 20

  private let desk: Desk
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []

  init(_ desk: Desk) { self.desk = desk }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body = []
    case .body(let part):
      guard body.count + part.readableBytes <= Self.longestBody else {
        context.close(promise: nil)
        return
      }
      body += part.readableBytesView
    case .end:
      guard let head else { return }
      let path = String(head.uri.prefix { $0 != "?" })
      if path.hasPrefix("/response/") {
        let json = (try? JSON(bytes: Data(body))) ?? .null
        switch desk.respond(String(path.dropFirst("/response/".count)), json) {
        case .success: answer(200, Array("ok".utf8), context)
        case .failure(let refused):
          answer(
            404, Array(JSON.object(["ok": false, "error": .string(refused.code)]).canonical.utf8), context)
        }
      } else if path.hasPrefix("/api/") {
        call(String(path.dropFirst("/api/".count)), head, context)
      } else if path.hasPrefix("/_/") {
        answer(200, Array(desk.control(String(path.dropFirst(3)), body).canonical.utf8), context)
      } else {
        answer(404, [], context)
      }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func call(_ method: String, _ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    let isJSON = head.headers.first(name: "Content-Type")?.hasPrefix("application/json") ?? false
    let arguments =
      isJSON ? (try? JSON(bytes: Data(body))) ?? .null : Self.form(String(decoding: body, as: UTF8.self))
    let header = head.headers.first(name: "Authorization").map { $0.replacing("Bearer ", with: "") }
    let fault = desk.fault(of: method)
    func record(_ status: Int, _ error: String?) {
      desk.state {
        $0.calls.append(ScriptedCall(method: method, arguments: arguments, status: status, error: error))
      }
    }
    func refuse(_ status: Int, _ code: String, _ headers: [(String, String)] = []) {
      record(status, code)
      answer(
        status, Array(JSON.object(["ok": false, "error": .string(code)]).canonical.utf8), context,
        headers: headers)
    }
    switch fault {
    case .rateLimited(let seconds)?:
      return refuse(429, "ratelimited", [("Retry-After", String(seconds))])
    case .status(let status)?: return refuse(status, "scripted")
    case .error(let code)?: return refuse(200, code)
    case .lostAnswer?, .nothing?, nil: break
    }
    switch desk.call(method, arguments, token: header ?? arguments["token"]?.string) {
    case .success(var fields):
      fields["ok"] = true
      record(200, nil)
      guard fault != .lostAnswer else {
        context.close(promise: nil)
        return
      }
      answer(200, Array(JSON.object(fields).canonical.utf8), context)
    case .failure(let refused): refuse(200, refused.code)
    }
  }

  private func answer(
    _ status: Int, _ body: [UInt8], _ context: ChannelHandlerContext, headers: [(String, String)] = []
  ) {
    var fields = HTTPHeaders(headers)
    fields.add(name: "Content-Length", value: String(body.count))
    fields.add(name: "Content-Type", value: "application/json; charset=utf-8")
    let head = HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: fields)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  private static func form(_ text: String) -> JSON {
    var fields: [String: JSON] = [:]
    for part in text.split(separator: "&") {
      let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let words = halves.map { $0.replacing("+", with: " ").removingPercentEncoding ?? "" }
      fields[words[0]] = .string(words.count > 1 ? words[1] : "")
    }
    return .object(fields)
  }
}

extension Desk {
  /// The next thing that is to go wrong with a method.
  func fault(of method: String) -> ScriptedFault.Kind? {
    state { state in
      guard var faults = state.faults[method], var fault = faults.first else { return nil }
      fault.times -= 1
      if fault.times > 0 { faults[0] = fault } else { faults.removeFirst() }
      state.faults[method] = faults
      return fault.kind
    }
  }
}
