import Crypto
import Foundation

/// Names one effect of one run for good: given to the peer as its idempotency key, or put where it can be found again.
/// Made of the run, the step, the tool and the arguments, so that the same intent has the same name in every process.
package struct EffectID: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
  /// 32 lower-case hexadecimal digits.
  package var rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }

  package init(run: String, step: Int, tool: String, arguments: JSON) {
    rawValue = String(Fingerprint.digits(of: [run, String(step), tool, arguments.canonical]).prefix(32))
  }

  package var description: String { rawValue }
}

/// What exactly was approved: the tool, every argument, what it was declared to do and the policy it was asked under. One
/// byte else is another fingerprint.
package struct Fingerprint: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
  /// SHA-256, 64 lower-case hexadecimal digits.
  package var rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }

  /// - Parameter policy: The version of whatever else the decision hung on: the gate's policy, the agent's folder.
  package init(of declaration: ToolDeclaration, arguments: JSON, policy: String) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // A declaration is strings and enums: it always encodes; an empty text would still be bound to the rest.
    let declared = (try? encoder.encode(declaration)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    rawValue = Self.digits(of: [declaration.name, arguments.canonical, declared, policy])
  }

  package var description: String { rawValue }

  /// SHA-256 over the parts, each preceded by its length, so that no two lists of parts have the same bytes.
  package static func digits(of parts: [String]) -> String {
    var hash = SHA256()
    for var part in parts {
      withUnsafeBytes(of: UInt64(part.utf8.count).bigEndian) { hash.update(bufferPointer: $0) }
      part.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    }
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(2 * SHA256.byteCount)
    for byte in hash.finalize() {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
