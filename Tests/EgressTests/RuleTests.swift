import Testing

@testable import Egress

@Suite struct RuleTests {
  @Test(arguments: [
    ("127.0.0.1", false), ("10.1.2.3", false), ("169.254.169.254", false), ("100.64.0.1", false), ("0.0.0.0", false),
    ("172.31.255.255", false), ("172.32.0.0", true), ("192.168.0.1", false), ("224.0.0.1", false),
    ("255.255.255.255", false), ("1.1.1.1", true), ("93.184.215.14", true), ("::1", false), ("::", false),
    ("::ffff:127.0.0.1", false), ("::ffff:1.1.1.1", false), ("64:ff9b::7f00:1", false), ("2002:7f00:1::", false),
    ("2001::1", false), ("fe80::1", false), ("fc00::1", false), ("fd12::1", false), ("ff02::1", false),
    ("2001:db8::1", false), ("2606:4700:4700::1111", true), ("2a00:1450:4001::200e", true),
  ])
  func `only addresses of the public Internet are public`(text: String, isPublic: Bool) throws {
    #expect(try #require(IPAddress(text)).isPublic == isPublic)
  }

  @Test(arguments: ["127.1", "0x7f000001", "2130706433", "0177.0.0.1", "1.2.3", "127.evil.example", "", "::1%lo", "1.2.3.4 "])
  func `what is no whole address is none`(text: String) {
    #expect(IPAddress(text) == nil)
  }
}
