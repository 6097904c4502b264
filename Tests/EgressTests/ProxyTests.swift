import Foundation
import Sandbox
import Testing

@testable import Egress

@Suite struct ProxyTests {
  private static let secret = "0123456789-hunter2"

  /// A command in a sandbox whose way out leads to `upstream` by the name `api.example`.
  private static func run(
    _ command: [String], to upstream: Upstream, methods: Set<String> = ["GET", "HEAD"], path: String = "/ok/"
  ) async throws -> SandboxedEnding {
    let rule = try EgressRule(
      host: "api.example", scheme: .http, port: UInt16(upstream.port), methods: methods, path: path,
      credential: .bearer(secret, name: "c"), networks: ["127.0.0.1"])
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "assay-egress-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let sandbox = try await Sandbox.check()
    return try await EgressProxy(try EgressClient([rule])).serve { socket in
      try await sandbox.run(command, in: folder.path(percentEncoded: false), egress: socket)
    }
  }

  private static func text(_ ending: SandboxedEnding) -> String {
    String(decoding: ending.output + ending.errors, as: UTF8.self)
  }

  @Test func `curl gets out by the proxy and by the socket, to what the rule names`() async throws {
    try await Upstream.with(answer: { _ in Upstream.plain("from upstream\n") }) { upstream in
      let base = "http://api.example:\(upstream.port)"
      let script = """
        curl -sS -w '%{http_code}\\n' \(base)/ok/x
        curl -sS -w '%{http_code}\\n' --unix-socket /run/egress.sock \(base)/ok/y --proxy http://127.0.0.1:3128
        curl -sS -w '%{http_code}\\n' -X DELETE \(base)/ok/x
        curl -sS -w '%{http_code}\\n' --path-as-is \(base)/ok/../etc
        curl -sS -w '%{http_code}\\n' http://evil.example/
        curl -sS -w '%{http_code}\\n' http://127.0.0.1:\(upstream.port)/ok/x --noproxy '' 
        env; cat /proc/self/environ; curl -sS -v \(base)/ok/z 2>&1
        """
      let text = Self.text(try await Self.run(["sh", "-c", script], to: upstream))
      #expect(text.components(separatedBy: "from upstream").count >= 3, "\(text)")
      #expect(
        text.components(separatedBy: "403").count + text.components(separatedBy: "400").count >= 6, "\(text)")
      #expect(text.contains("no rule of this run lets it reach evil.example"))
      #expect(!text.contains("hunter2"))
      #expect(
        upstream.requests.allSatisfy { $0.contains("Bearer \(Self.secret)") && $0.hasPrefix("GET /ok/") })
    }
  }

  @Test func `a redirection is another request under the rules`() async throws {
    try await Upstream.with(answer: { request in
      if request.hasPrefix("GET /ok/there") { return Upstream.plain("arrived") }
      let host = request.split(separator: "\r\n").first { $0.hasPrefix("Host: ") }?.dropFirst(6) ?? ""
      let target = request.hasPrefix("GET /ok/evil") ? "/evil" : "/ok/there"
      return Upstream.plain("", status: "301 Moved", headers: ["Location: https://\(host)\(target)"])
    }) { upstream in
      let base = "http://api.example:\(upstream.port)/ok"
      let text = Self.text(
        try await Self.run(["sh", "-c", "curl -sSL \(base)/here; curl -sSL \(base)/evil"], to: upstream))
      #expect(text.contains("arrived") && text.contains("for that path"), "\(text)")
      #expect(upstream.requests.count == 3)
    }
  }

  @Test func `there is no tunnel, and it is said what to do instead`() async throws {
    try await Upstream.with(answer: { _ in Upstream.plain("yes") }) { upstream in
      let ending = try await Self.run(
        ["sh", "-c", "curl -sS -v https://api.example:\(upstream.port)/ok/x"], to: upstream)
      let text = Self.text(ending)
      #expect(ending.status != 0 && text.contains("403") && upstream.requests.isEmpty, "\(text)")
    }
  }

  @Test(arguments: [
    ("CONNECT api.example:443 HTTP/1.1\r\nHost: x\r\n\r\n", "403"),
    ("GET /ok/x HTTP/1.1\r\nHost: api.example\r\n\r\n", "400"),
    (
      "GET http://api.example:PORT/ok/x HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
      "403"
    ),
    ("GET http://api.example:PORT/ok/../x HTTP/1.1\r\nHost: x\r\n\r\n", "400"),
    ("POST http://api.example:PORT/ok/x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", "403"),
    (
      "GET http://api.example:PORT/ok/x HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "400"
    ),
    ("GET http://api.example:PORT/ok/x HTTP/1.1\r\nHost: x\r\nX: a\r\n\tb\r\nBad Name: y\r\n\r\n", "400"),
  ])
  func `what a program writes to the socket itself is held to the same rules`(bytes: String, status: String)
    async throws
  {
    try await Upstream.with(answer: { _ in Upstream.plain("yes") }) { upstream in
      let text = try await Self.said(to: bytes, upstream)
      #expect(text.hasPrefix("HTTP/1.1 \(status)"), "\(text)")
      #expect(upstream.requests.isEmpty)
    }
  }

  @Test func `a second request behind the first on one connection is not asked`() async throws {
    try await Upstream.with(answer: { _ in Upstream.plain("yes") }) { upstream in
      let one = "GET http://api.example:PORT/ok/x HTTP/1.1\r\nHost: x\r\n\r\n"
      let text = try await Self.said(to: one + one, upstream)
      #expect(
        text.components(separatedBy: "HTTP/1.1 200").count == 2 && upstream.requests.count == 1, "\(text)")
    }
  }

  private static func said(to bytes: String, _ upstream: Upstream) async throws -> String {
    let script = """
      import socket, sys
      s = socket.socket(socket.AF_UNIX); s.connect("/run/egress.sock"); s.settimeout(10)
      s.sendall(bytes.fromhex(sys.argv[1]))
      out = b""
      try:
          while True:
              d = s.recv(65536)
              if not d: break
              out += d
      except OSError: pass
      sys.stdout.write(out.decode())
      """
    let hex = bytes.replacing("PORT", with: "\(upstream.port)").utf8.map {
      ($0 < 16 ? "0" : "") + String($0, radix: 16)
    }.joined()
    return text(try await run(["/usr/bin/python3", "-c", script, hex], to: upstream))
  }

  @Test func `git asks over the way out, by the address as it is written`() async throws {
    // Git's dumb protocol: files of a bare repository.
    let root = FileManager.default.temporaryDirectory.appending(path: "assay-git-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    try FileManager.default.createDirectory(at: root.appending(path: "ok"), withIntermediateDirectories: true)
    let path = root.path(percentEncoded: false)
    let made = Process()
    made.executableURL = URL(filePath: "/bin/sh")
    made.arguments = [
      "-c",
      "cd \"$0\" && git init -q w && cd w && echo x > file && git add file && git -c user.name=A -c user.email=a@example.invalid commit -qm x && git clone -q --bare . ../ok/r.git && git -C ../ok/r.git update-server-info",
      path,
    ]
    try made.run()
    made.waitUntilExit()
    try #require(made.terminationStatus == 0)
    let files: @Sendable (String) -> String? = { request in
      let target = request.split(separator: " ").dropFirst().first.map(String.init) ?? ""
      let name = target.split(separator: "?").first.map(String.init) ?? ""
      guard let data = FileManager.default.contents(atPath: path + name) else {
        return Upstream.plain("", status: "404 Not Found")
      }
      return Upstream.plain(String(decoding: data, as: UTF8.self))
    }
    try await Upstream.with(answer: files) { upstream in
      let ending = try await Self.run(
        ["sh", "-c", "git ls-remote https://api.example:\(upstream.port)/ok/r.git"], to: upstream)
      let text = Self.text(ending)
      #expect(ending.status == 0 && text.contains("HEAD"), "\(text)")
      #expect(upstream.requests.first?.contains("GET /ok/r.git/info/refs") == true)
    }
  }
}
