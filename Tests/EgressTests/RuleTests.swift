import Testing

@testable import Egress

@Suite struct RuleTests {
  @Test(arguments: [
    ("127.0.0.1", false), ("10.1.2.3", false), ("169.254.169.254", false), ("100.64.0.1", false),
    ("0.0.0.0", false), ("172.31.255.255", false), ("172.32.0.0", true), ("192.168.0.1", false),
    ("224.0.0.1", false), ("255.255.255.255", false), ("1.1.1.1", true), ("93.184.215.14", true),
    ("::1", false), ("::", false), ("::ffff:127.0.0.1", false), ("::ffff:1.1.1.1", false),
    ("64:ff9b::7f00:1", false), ("2002:7f00:1::", false), ("2001::1", false), ("fe80::1", false),
    ("fc00::1", false), ("fd12::1", false), ("ff02::1", false), ("2001:db8::1", false),
    ("2606:4700:4700::1111", true), ("2a00:1450:4001::200e", true),
  ])
  func `only addresses of the public Internet are public`(text: String, isPublic: Bool) throws {
    #expect(try #require(IPAddress(text)).isPublic == isPublic)
  }

  @Test(arguments: [
    "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "1.2.3", "127.evil.example", "", "::1%lo", "1.2.3.4 ",
  ])
  func `what is no whole address is none`(text: String) {
    #expect(IPAddress(text) == nil)
    // Nor a name that a resolver would take for one.
    if text != "127.evil.example" { #expect(EgressHost(text) == nil) }
  }

  @Test(arguments: [
    ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false), ("0.0.0.0/0", "8.8.8.8", true),
    ("10.1.2.3", "10.1.2.3", true), ("10.1.2.3", "10.1.2.4", false), ("fd00::/8", "fdff::1", true),
    ("fd00::/8", "fe00::1", false), ("2001:db8::/65", "2001:db8::7fff:0:0:1", true),
    ("2001:db8::/65", "2001:db8:0:0:8000::", false), ("::/0", "::1", true), ("0.0.0.0/0", "::1", false),
    ("::1/128", "::1", true),
  ])
  func `a block has the addresses that begin with its bits`(block: String, address: String, isIn: Bool) throws
  {
    #expect(try #require(AddressBlock(block)).contains(try #require(IPAddress(address))) == isIn)
  }

  @Test(arguments: [
    "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8/8", "x/8", "fd00::1/8",
  ])
  func `a slip of the pen is no block`(text: String) { #expect(AddressBlock(text) == nil) }

  @Test(arguments: [
    ("api.example.com", "api.example.com", true), ("api.example.com", "API.Example.COM.", true),
    ("api.example.com", "xapi.example.com", false),
    ("api.example.com", "api.example.com.evil.example", false),
    ("*.example.com", "a.example.com", true), ("*.example.com", "a.b.example.com", true),
    ("*.example.com", "example.com", false), ("*.example.com", "evilexample.com", false),
    ("127.0.0.1", "127.0.0.1", true), ("127.0.0.1", "127.evil.example", false), ("[::1]", "[0:0::1]", true),
  ])
  func `a pattern is for whole names`(pattern: String, host: String, isFor: Bool) throws {
    #expect(try #require(HostPattern(pattern)).matches(try #require(EgressHost(host))) == isFor)
  }

  @Test(arguments: [
    "*", "*.com", "*.", "a.*.com", "**.example.com", "", "exa mple.com", "-a.com", "a..com", "*.1.2.3.4",
  ])
  func `a pattern for more than its owner's names is none`(pattern: String) {
    #expect(throws: EgressRuleError.host(pattern)) { try EgressRule(host: pattern) }
  }

  @Test func `rules that would give something away are refused`() throws {
    let credential = try EgressCredential.bearer("0123456789", name: "c")
    #expect(throws: EgressRuleError.credentialForMany(name: "c", host: "*.example.com")) {
      try EgressRule(host: "*.example.com", credential: credential)
    }
    #expect(throws: EgressRuleError.credentialInTheClear(name: "c")) {
      try EgressRule(host: "a.example.com", scheme: .http, credential: credential)
    }
    for path in ["", "repos/", "/a/../b", "/a%2f", "/a?b", "/a b", "/a#b"] {
      #expect(throws: EgressRuleError.path(path)) { try EgressRule(host: "a.example", path: path) }
    }
    for method in ["get", "", "CONNECT", "TRACE", "GET POST"] {
      #expect(throws: EgressRuleError.self) { try EgressRule(host: "a.example", methods: [method]) }
    }
    #expect(throws: EgressRuleError.network("10.0.0.1/8")) {
      try EgressRule(host: "a.example", networks: ["10.0.0.1/8"])
    }
    for (header, secret) in [
      ("", "0123456789"), ("A B", "0123456789"), ("A", "short"), ("A", "0123456789\r\nX: y"),
    ] {
      #expect(throws: EgressRuleError.credential(name: "c")) {
        try EgressCredential.header(header, secret, name: "c")
      }
    }
  }

  @Test func `a rule for TLS is for those who leave TLS to the way out, and no other way round`() throws {
    let secure = try EgressRule(host: "a.example")
    let clear = try EgressRule(host: "a.example", scheme: .http)
    let odd = try EgressRule(host: "a.example", port: 8443)
    for (rule, address, isFor) in [
      (secure, "https://a.example/", true), (secure, "http://a.example/", true),
      (secure, "http://a.example:443/", true),
      (secure, "https://a.example:8443/", false), (secure, "http://a.example:80/", false),
      (clear, "http://a.example/", true), (clear, "https://a.example/", false),
      (odd, "https://a.example:8443/", true),
      (odd, "http://a.example:8443/", true), (odd, "https://a.example:443/", false),
    ] {
      #expect(rule.isFor(try EgressAddress(address)) == isFor, "\(rule.scheme) \(rule.port) \(address)")
    }
  }

  @Test
  func `R7: whatever is let through has a plain host and a path that stays put, and means the same again`()
    throws
  {
    let pieces = [
      "http://", "https://", "HTTP://", "a.example", "127.0.0.1", "[::1]", "@", ":", "80", "/", "/repos/",
      "..", ".", "%2e", "%2E",
      "%252e", "%2f", "%5c", "\\", ";", "?", "#", "x", "%", "%00", "\r\n", " ", "é", "//", "\t", "%25", "[",
      "]", "\u{0}",
    ]
    var random = SmallRandom(state: 7)
    var accepted = 0
    for _ in 0..<60_000 {
      var text = pieces[Int(random.next() % 2)] + pieces[3 + Int(random.next() % 3)]
      for _ in 0..<(random.next() % 8) { text += pieces[Int(random.next() % UInt64(pieces.count))] }
      guard let address = try? EgressAddress(text) else { continue }
      accepted += 1
      #expect(address.path.hasPrefix("/"))
      var bytes = Array(address.path.utf8)
      for _ in 0..<8 {
        let decoded = String(decoding: bytes, as: UTF8.self).replacing("\\", with: "/")
        let parts = decoded.split(separator: "/").map {
          $0.split(separator: ";", omittingEmptySubsequences: false)[0]
        }
        #expect(!parts.contains("..") && !parts.contains("."), "\(text)")
        bytes = EgressAddress.decoded(bytes, leniently: true) ?? bytes
      }
      let port = address.port.map { ":\($0)" } ?? ""
      #expect(
        try EgressAddress("\(address.scheme)://\(address.host)\(port)\(address.target)") == address, "\(text)"
      )
    }
    #expect(accepted > 5000)
  }
}

/// SplitMix64.
struct SmallRandom {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
