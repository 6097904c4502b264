import Charts
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// A JSON document as an answer, with keys in a fixed order, so that equal documents are equal bytes.
struct JSONAnswer {
  private let body: Data

  init(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    body = try encoder.encode(value)
  }

  func response(status: HTTPResponse.Status) -> Response {
    Response(
      status: status, headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}

extension Response {
  /// What was made, and where it is from now on.
  static func created(_ value: JSONValue, at address: String) -> Response {
    Response(
      status: .created, headers: [.contentType: "application/json", .location: address],
      body: ResponseBody(byteBuffer: ByteBuffer(string: value.compact + "\n")))
  }
}
