import JSONScan
package import Ledger

/// Requests of the OpenTelemetry protocol over HTTP.
package enum OTLPRequest {
  /// Reads one, without input or output: the same bytes give the same facts, however often and in whatever parts they
  /// come. Nothing of content is in them.
  ///
  /// - Parameters:
  ///   - bytes: The body, inflated. Whoever inflates it stops at the limit; one that is too large is refused.
  ///   - account: The identity that the credential stands for.
  package static func read(
    _ signal: OTLPSignal, contentType: String, bytes: Span<UInt8>, account: AccountID,
    limits: TelemetryLimits = TelemetryLimits()
  ) -> TelemetryReading {
    guard let encoding = OTLPEncoding(contentType: contentType) else {
      return TelemetryReading(answer: .unsupported())
    }
    guard bytes.count <= limits.bytes else {
      return TelemetryReading(answer: .tooLarge(encoding, limit: limits.bytes))
    }
    var gathering = Gathering(account: account, limits: limits)
    switch encoding {
    case .protobuf:
      do throws(WireError) {
        try WireWalk.walk(signal, bytes, into: &gathering)
      } catch {
        return TelemetryReading(
          answer: .malformed(encoding, "The request is malformed: \(error.description)."))
      }
    case .json:
      var walk = JSONWalk(signal)
      do throws(JSONScanError) {
        // An empty body is no JSON, but an empty request all the same.
        if bytes.count > 0 { try walk.walk(bytes, into: &gathering) }
      } catch {
        return TelemetryReading(
          answer: .malformed(encoding, "The request is malformed: \(error.description)."))
      }
    }
    return gathering.reading(signal, encoding)
  }

  package static func read(
    _ signal: OTLPSignal, contentType: String, bytes: [UInt8], account: AccountID,
    limits: TelemetryLimits = TelemetryLimits()
  ) -> TelemetryReading {
    read(signal, contentType: contentType, bytes: bytes.span, account: account, limits: limits)
  }
}
