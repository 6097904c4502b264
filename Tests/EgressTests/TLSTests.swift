import Foundation
import NIOSSL
import Testing

@testable import Egress

@Suite struct TLSTests {
  @Test
  func
    `a host is asked over TLS though the program asked in the clear, and its name has to be on its certificate`()
    async throws
  {
    let identity = try Identity(for: "api.example")
    defer { identity.remove() }
    try await Upstream.with(security: identity.server, answer: { _ in Upstream.plain("yes") }) { upstream in
      let port = UInt16(upstream.port)
      let networks = ["127.0.0.1"]
      let rules = [
        try EgressRule(host: "api.example", port: port, networks: networks),
        try EgressRule(host: "other.example", port: port, networks: networks),
      ]
      let client = try EgressClient(rules, authorities: identity.certificate)
      for scheme in ["http", "https"] {
        let answer = try await client.answer(to: EgressRequest("GET", "\(scheme)://api.example:\(port)/"))
        #expect(answer.status == 200)
      }
      #expect(upstream.requests.count == 2)
      // The same machine by another name, and the same name to somebody who trusts others.
      #expect(await client.refusal(of: EgressRequest("GET", "https://other.example:\(port)/")) != nil)
      let stranger = try EgressClient(rules)
      #expect(await stranger.refusal(of: EgressRequest("GET", "https://api.example:\(port)/")) != nil)
      #expect(upstream.requests.count == 2)
    }
  }

  @Test func `a host that has no TLS where the rule wants it is sent nothing`() async throws {
    try await Upstream.with(answer: { _ in Upstream.plain("yes") }) { upstream in
      let rule = try EgressRule(
        host: "api.example", port: UInt16(upstream.port), credential: .bearer("0123456789", name: "c"),
        networks: ["127.0.0.1"])
      let client = try EgressClient([rule], limits: EgressLimits(time: .seconds(2)))
      #expect(await client.refusal(of: EgressRequest("GET", "http://api.example:\(upstream.port)/")) != nil)
      #expect(!upstream.requests.joined().contains("0123456789"))
    }
  }
}

/// A certificate that its own host signed.
struct Identity {
  let server: NIOSSLContext
  var certificate: String { folder + "/cert.pem" }
  private let folder: String

  init(for host: String) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "assay-tls-\(UUID().uuidString)")
      .path(percentEncoded: false)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=\(host)",
      "-addext",
      "subjectAltName=DNS:\(host)", "-keyout", folder + "/key.pem", "-out", folder + "/cert.pem",
    ]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let chain = try NIOSSLCertificate.fromPEMFile(folder + "/cert.pem")
    let key = try NIOSSLPrivateKey(file: folder + "/key.pem", format: .pem)
    server = try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key)))
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }
}
