import Foundation

/// What `Tests/Expected/observability.py` reads with the parsers that others use. Kept only where
/// `ASSAY_OBSERVABILITY_OUT` names a directory.
enum Evidence {
  static func keep(_ name: String, _ bytes: some Sequence<UInt8>) throws {
    guard let directory = ProcessInfo.processInfo.environment["ASSAY_OBSERVABILITY_OUT"] else { return }
    let base = URL(filePath: directory, directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: base, withIntermediateDirectories: true)
    try Data(bytes).write(to: base.appending(path: name))
  }
}
