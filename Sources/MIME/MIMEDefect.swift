/// What is wrong with a message. It was read all the same; this says what a reader should know of how. Never holds text of
/// the message.
package enum MIMEDefect: Hashable, Sendable {
  // Header
  case messageCut(limitBytes: Int)
  case headerCut(limitBytes: Int)
  case tooManyFields(limit: Int)
  /// The header ends at a line that is no field, and not at an empty one.
  case headerWithoutEnd
  case fieldWithoutName
  case continuationWithoutField
  /// A field that may stand once stands more often; the first counts.
  case repeatedField(String)
  case addressBroken(field: String)
  case tooManyAddresses(field: String)
  case dateBroken
  case messageIDBroken(field: String)

  // Structure
  case contentTypeBroken(section: String)
  case multipartWithoutBoundary(section: String)
  case boundaryNotFound(section: String)
  case boundaryNotClosed(section: String)
  /// The multipart uses the boundary of one around it, so it has no parts.
  case boundaryRepeated(section: String)
  case tooDeep(limit: Int)
  case tooManyParts(limit: Int)

  // Content
  case unknownTransferEncoding(section: String)
  /// A multipart or a message that says its bytes are encoded, which RFC 2045 forbids; they were read as they are.
  case encodedContainer(section: String)
  case base64Junk
  case base64Cut
  case base64AfterPadding
  case quotedPrintableBroken
  case unknownCharset
  case undecodable
}

extension MIMEDefect: CustomStringConvertible {
  package var description: String {
    switch self {
    case .messageCut(let limit): "the message is longer than \(limit) bytes; the rest was not read"
    case .headerCut(let limit): "a header is longer than \(limit) bytes; the rest was not read"
    case .tooManyFields(let limit): "the headers have more than \(limit) fields; the rest was not read"
    case .headerWithoutEnd: "a header ends without an empty line"
    case .fieldWithoutName: "a header line has no field name"
    case .continuationWithoutField: "a header begins with a continuation line"
    case .repeatedField(let name): "the field \(name) stands more than once; the first counts"
    case .addressBroken(let field): "an address in \(field) cannot be read"
    case .tooManyAddresses(let field): "\(field) has more addresses than are read"
    case .dateBroken: "the date cannot be read"
    case .messageIDBroken(let field): "an identifier in \(field) cannot be read"
    case .contentTypeBroken(let section): "the type of part \(section) cannot be read"
    case .multipartWithoutBoundary(let section): "the multipart \(section) names no boundary"
    case .boundaryNotFound(let section): "the boundary of \(section) does not occur"
    case .boundaryNotClosed(let section): "the multipart \(section) is not closed"
    case .boundaryRepeated(let section): "the multipart \(section) has the boundary of one around it"
    case .tooDeep(let limit): "parts stand in each other more than \(limit) deep"
    case .tooManyParts(let limit): "there are more than \(limit) parts"
    case .unknownTransferEncoding(let section): "part \(section) is encoded in an unknown way"
    case .encodedContainer(let section): "part \(section) holds other parts and says it is encoded"
    case .base64Junk: "base64 with bytes that are none"
    case .base64Cut: "base64 that ends in the middle"
    case .base64AfterPadding: "base64 that goes on after its end; that was not read"
    case .quotedPrintableBroken: "quoted-printable with broken escapes"
    case .unknownCharset: "text in an unknown character set"
    case .undecodable: "text with bytes that its character set does not have"
    }
  }
}

/// Defects in the order they were found, each once, no more than a limit.
struct DefectList {
  private(set) var found: [MIMEDefect] = []
  private var seen: Set<MIMEDefect> = []
  let limit: Int

  init(limit: Int) { self.limit = limit }

  mutating func add(_ defect: MIMEDefect) {
    guard found.count < limit, seen.insert(defect).inserted else { return }
    found.append(defect)
  }
}
