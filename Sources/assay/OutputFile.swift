import Foundation

/// A file that a command was asked to write.
enum OutputFile {
  /// Writes `text` whole or not at all: beside the file first, then in its place. What is there and is not a plain
  /// file (a device, a pipe, a link) is written through, not replaced.
  ///
  /// - Throws: ``CommandFailure`` with the cause as the system words it.
  static func write(_ text: String, to path: String) throws {
    let file = GivenPath.absolute(path)
    let kind = try? FileManager.default.attributesOfItem(atPath: file)[.type] as? FileAttributeType
    do {
      if kind == .typeDirectory { throw POSIXError(.EISDIR) }
      if kind == nil || kind == .typeRegular {
        try Data(text.utf8).write(to: URL(filePath: file), options: .atomic)
      } else {
        let handle = try FileHandle(forWritingTo: URL(filePath: file))
        defer { try? handle.close() }
        try? handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(text.utf8))
      }
    } catch {
      throw CommandFailure("\(path) cannot be written: \(cause(of: error)). Name another file.")
    }
  }

  private static func cause(of error: any Error) -> String {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
    let code = (error as? POSIXError) ?? underlying as? POSIXError
    guard let code else { return error.localizedDescription }
    return String(cString: strerror(code.code.rawValue))
  }
}
