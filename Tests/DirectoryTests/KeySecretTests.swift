import Ledger
import Testing

@testable import Directory

@Suite("Secrets of virtual keys")
struct KeySecretTests {
  @Test("A secret is 53 characters, starts with asy_, and comes back from its text")
  func form() throws {
    var seen: Set<String> = []
    for _ in 0..<500 {
      let secret = KeySecret()
      let text = secret.revealed
      #expect(text.utf8.count == 53 && text.hasPrefix("asy_"))
      #expect(text.dropFirst(4).allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
      #expect(try #require(KeySecret(text)).hash == secret.hash)
      #expect(secret.prefix.count == 10 && text.hasPrefix(secret.prefix))
      seen.insert(text)
    }
    #expect(seen.count == 500)
  }

  @Test("The hash is SHA-256 of the text")
  func hash() throws {
    let secret = KeySecret()
    #expect(secret.hash.bytes == Ledger.SHA256.hash(secret.revealed.utf8))
    #expect(KeyHash(bytes: secret.hash.bytes) == secret.hash)
    #expect(KeyHash(bytes: secret.hash.bytes.dropLast()) == nil)
    #expect(KeySecret().hash != secret.hash)
  }

  @Test("The checksum is CRC-32, in base 62")
  func checksum() {
    #expect(CRC32.checksum("123456789".utf8) == 0xCBF4_3926)
    #expect(CRC32.checksum([]) == 0)
    #expect(Base62.digits(of: [0, 61], count: 2) == Array("0z".utf8))
    #expect(Base62.digits(of: [0, 62 * 62 + 36], count: 4) == Array("010a".utf8))
    // 2⁶⁴ = 21·62¹⁰ + 60·62⁹ + …, computed apart.
    #expect(Base62.digits(of: [1, 0], count: 11) == Array("LygHa16AHYG".utf8))
    #expect(Base62.digits(of: [.max, .max, .max, .max], count: 44).first == UInt8(ascii: "0"))
  }

  @Test("A change of any one character, or of two neighbours, is noticed")
  func mistyped() {
    let text = Array(KeySecret().revealed.utf8)
    for place in text.indices {
      for replacement in "0Az_-é ".utf8 where replacement != text[place] {
        var changed = text
        changed[place] = replacement
        #expect(KeySecret(String(decoding: changed, as: UTF8.self)) == nil, "at \(place)")
      }
      guard place > 0, text[place] != text[place - 1] else { continue }
      var swapped = text
      swapped.swapAt(place, place - 1)
      #expect(KeySecret(String(decoding: swapped, as: UTF8.self)) == nil, "at \(place)")
    }
  }

  @Test(
    "What is no secret of ours is known for it",
    arguments: [
      "", "asy_", "sk-ant-api03-0123456789012345678901234567890123456789012345", "Bearer asy_x",
      String(repeating: "asy_", count: 100_000), "asy_" + String(repeating: "z", count: 49),
      "asy_" + String(repeating: "\u{0}", count: 49), "asy_" + String(repeating: "é", count: 24) + "0",
    ])
  func foreign(text: String) {
    #expect(KeySecret(text) == nil)
    let secret = KeySecret().revealed
    #expect(KeySecret(secret + text.prefix(1) + " ") == nil)
    #expect(KeySecret(String(secret.dropLast())) == nil)
    #expect(KeySecret(secret.uppercased()) == nil)
  }

  @Test("Nothing that prints a secret by accident shows it")
  func printing() {
    let secret = KeySecret()
    var dumped = ""
    dump([secret], to: &dumped)
    dump(Optional(secret), to: &dumped)
    let random = secret.revealed.dropFirst(10)
    for text in [
      "\(secret)", String(describing: secret), String(reflecting: secret), "\([secret])", "\((secret, 1))",
      String(reflecting: ["key": secret]), dumped, "\(Mirror(reflecting: secret).children.map(\.value))",
    ] {
      #expect(text.contains(secret.prefix))
      #expect(!text.contains(random) && !text.contains(random.prefix(8)), "\(text)")
    }
  }
}
