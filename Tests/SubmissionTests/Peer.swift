import Foundation
import Testing

/// aiosmtpd, run by the Python that has it: Debian's, or the one in `ASSAY_AIOSMTPD_PYTHON`.
final class Peer {
  struct Taken: Decodable {
    var sender: String
    var recipients: [String]
    var options: [String]
    var content: Data
    var tls: Bool
  }

  let port: Int
  let certificate: String
  private let process = Process()
  private let folder: String
  private let input = Pipe()
  private let output = Pipe()

  init(_ way: String, signIn: String = "none") throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "assay-smtp-\(UUID().uuidString)")
      .path(percentEncoded: false)
    certificate = folder + "/cert.pem"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    if way != "plain" { try Self.makeCertificate(in: folder) }
    let python = ProcessInfo.processInfo.environment["ASSAY_AIOSMTPD_PYTHON"] ?? "/usr/bin/python3"
    process.executableURL = URL(filePath: python)
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Peer/server.py")
    process.arguments = ["-W", "ignore", script.path(percentEncoded: false), way, signIn, folder]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    var line = Data()
    while line.last != 0x0A, let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty {
      line += byte
    }
    port = try #require(
      Int(String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)))
  }

  /// Ends it.
  func messages() throws -> [Taken] {
    try input.fileHandleForWriting.close()
    process.terminate()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    try? FileManager.default.removeItem(atPath: folder)
    return try bytes.split(separator: 0x0A).map { try JSONDecoder().decode(Taken.self, from: Data($0)) }
  }

  static func makeCertificate(in folder: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
      "-addext",
      "subjectAltName=DNS:localhost", "-keyout", folder + "/key.pem", "-out", folder + "/cert.pem",
    ]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }
}
