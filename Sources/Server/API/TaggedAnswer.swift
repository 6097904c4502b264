import Charts
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// A document with a tag of its bytes (RFC 9110, 8.8.3), so that whoever has it already is told so.
struct TaggedAnswer {
  private let body: String
  private let type: String
  private let tag: String

  /// - Parameter tagged: what the tag is made of, where the document says when it was made.
  init(_ body: String, tagged: String? = nil, type: String = "application/json") {
    self.body = body
    self.type = type
    let hash = SHA256.hash(data: Data((tagged ?? body).utf8)).prefix(16)
    tag = "\"" + Data(hash).base64EncodedString() + "\""
  }

  init(_ value: JSONValue) { self.init(value.compact + "\n") }

  func response(to request: Request) -> Response {
    var headers: HTTPFields = [.eTag: tag, .cacheControl: "private, no-cache"]
    if Self.holds(request.headers[.ifNoneMatch], tag) {
      return Response(status: .notModified, headers: headers)
    }
    headers[.contentType] = type
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
  }

  /// Tags are compared weakly here (RFC 9110, 13.1.2).
  private static func holds(_ header: String?, _ tag: String) -> Bool {
    guard let header else { return false }
    return header.split(separator: ",").contains { part in
      let one = part.trimmingCharacters(in: .whitespaces)
      return one == "*" || one == tag || one == "W/" + tag
    }
  }
}
