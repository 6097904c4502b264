/// How a request is written; its answer is written alike.
package enum OTLPEncoding: String, Sendable, Hashable, CaseIterable {
  case protobuf = "application/x-protobuf"
  case json = "application/json"

  package var contentType: String { rawValue }

  /// `nil` for any other type. Parameters, such as `charset`, make no difference, nor does case.
  package init?(contentType: String) {
    let type = contentType.prefix { $0 != ";" }.trimmingSuffix { $0 == " " || $0 == "\t" }.lowercased()
    switch type {
    case "application/x-protobuf", "application/protobuf": self = .protobuf
    case "application/json": self = .json
    default: return nil
    }
  }
}

extension Substring {
  fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> Substring {
    var text = self
    while let last = text.last, isTrimmed(last) { text.removeLast() }
    return text
  }
}
