package import Foundation

/// What of a JSON text is not within its strings, looked at before it is read: without a stack, whatever is in it.
package enum JSONStructure {
  /// Whether `holds` is true of every byte outside strings, an opening quote included; it is asked no further once it is not.
  package static func allSatisfy(_ text: Data, _ holds: (UInt8) -> Bool) -> Bool {
    var (isInString, isEscaped) = (false, false)
    for byte in text {
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      guard holds(byte) else { return false }
      isInString = byte == UInt8(ascii: "\"")
    }
    return true
  }
}
