import Foundation

/// Takes a credential out of what comes back, as it is and in the forms in which servers echo what they were sent: base64,
/// percent-encoded, escaped for JSON. What a host does to hide it (turns it around, packs it) is not found: a credential is
/// given to a host that is trusted with it, and this is against echoes, not against that host.
struct CredentialFilter: Sendable {
  private var forms: [[UInt8]]
  static let mark = Array("[credential]".utf8)

  init(_ credential: EgressCredential?) {
    var forms: Set<[UInt8]> = []
    for secret in credential.map({ $0.secrets + [$0.value] }) ?? [] {
      forms.insert(Array(secret.utf8))
      forms.insert(Array(Data(secret.utf8).base64EncodedString().utf8.prefix { $0 != UInt8(ascii: "=") }))
      for allowed in [CharacterSet.alphanumerics, CharacterSet(charactersIn: "-._~").union(.alphanumerics)] {
        if let encoded = secret.addingPercentEncoding(withAllowedCharacters: allowed) {
          forms.insert(Array(encoded.utf8))
          forms.insert(Array(encoded.replacing("%20", with: "+").utf8))
        }
      }
      let escaped = secret.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      forms.insert(Array(escaped.utf8))
      forms.insert(Array(escaped.replacing("/", with: "\\/").utf8))
    }
    // The longest first, so that none is found within another.
    self.forms = forms.sorted { $0.count > $1.count }
  }

  func applied(to bytes: [UInt8]) -> [UInt8] {
    forms.reduce(bytes) { Self.replacing($1, in: $0) }
  }

  func applied(to text: String) -> String {
    forms.isEmpty ? text : String(decoding: applied(to: Array(text.utf8)), as: UTF8.self)
  }

  private static func replacing(_ form: [UInt8], in bytes: [UInt8]) -> [UInt8] {
    guard let first = form.first, bytes.count >= form.count else { return bytes }
    var result: [UInt8] = []
    var kept = 0
    var index = 0
    let last = bytes.count - form.count
    while index <= last {
      if bytes[index] == first, bytes[index..<(index + form.count)].elementsEqual(form) {
        result += bytes[kept..<index] + mark
        index += form.count
        kept = index
      } else {
        index += 1
      }
    }
    return kept == 0 ? bytes : result + bytes[kept...]
  }
}
