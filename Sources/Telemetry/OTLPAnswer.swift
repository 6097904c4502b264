import SwiftProtobuf

/// The HTTP answer to a request, in the request's own encoding (OTLP specification, "OTLP/HTTP Response").
package struct OTLPAnswer: Hashable, Sendable {
  package var status: Int
  package var contentType: String
  package var body: [UInt8]

  /// The codes of google.rpc.Code that are used here.
  private enum Code: Int32 { case invalidArgument = 3, resourceExhausted = 8, unavailable = 14 }

  /// Everything was taken, or all but `rejected` records: clients send neither again.
  ///
  /// - Parameter message: Why, or what is to be said although nothing was rejected.
  static func success(
    _ signal: OTLPSignal, _ encoding: OTLPEncoding, rejected: Int, message: String
  ) -> OTLPAnswer {
    let isPartial = rejected > 0 || !message.isEmpty
    switch signal {
    case .logs:
      var response = ProtoLogsResponse()
      if isPartial {
        response.partialSuccess.rejectedLogRecords = Int64(rejected)
        response.partialSuccess.errorMessage = message
      }
      return OTLPAnswer(200, encoding, response)
    case .traces:
      var response = ProtoTracesResponse()
      if isPartial {
        response.partialSuccess.rejectedSpans = Int64(rejected)
        response.partialSuccess.errorMessage = message
      }
      return OTLPAnswer(200, encoding, response)
    case .metrics:
      var response = ProtoMetricsResponse()
      if isPartial {
        response.partialSuccess.rejectedDataPoints = Int64(rejected)
        response.partialSuccess.errorMessage = message
      }
      return OTLPAnswer(200, encoding, response)
    }
  }

  /// The request cannot be decoded; clients do not send it again.
  static func malformed(_ encoding: OTLPEncoding, _ message: String) -> OTLPAnswer {
    failure(400, .invalidArgument, encoding, message)
  }

  static func tooLarge(_ encoding: OTLPEncoding, limit: Int) -> OTLPAnswer {
    failure(
      413, .resourceExhausted, encoding, "The request has more than \(limit) bytes. Send smaller batches.")
  }

  static func unsupported() -> OTLPAnswer {
    failure(
      415, .invalidArgument, .json,
      "The content type must be application/x-protobuf or application/json.")
  }

  /// Nothing was taken, for want of time or room; clients send the request again. To be sent with `Retry-After`.
  ///
  /// - Parameter status: 429 or 503.
  package static func retryLater(status: Int, _ encoding: OTLPEncoding, _ message: String) -> OTLPAnswer {
    failure(status, status == 429 ? .resourceExhausted : .unavailable, encoding, message)
  }

  private static func failure(
    _ status: Int, _ code: Code, _ encoding: OTLPEncoding, _ message: String
  ) -> OTLPAnswer {
    var response = ProtoStatus()
    response.code = code.rawValue
    response.message = message
    return OTLPAnswer(status, encoding, response)
  }

  private init(_ status: Int, _ encoding: OTLPEncoding, _ message: some Message) {
    self.status = status
    contentType = encoding.contentType
    // Neither can fail for messages without required fields, any types or text that is no Unicode.
    switch encoding {
    case .protobuf: body = (try? message.serializedBytes() as [UInt8]) ?? []
    case .json: body = (try? message.jsonUTF8Bytes() as [UInt8]) ?? Array("{}".utf8)
    }
  }
}
