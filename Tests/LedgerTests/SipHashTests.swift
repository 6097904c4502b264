import Ledger
import Testing

@Suite("SipHash-2-4")
struct SipHashTests {
  /// Key 00…0f and message 00…0e, from the paper's appendix A.
  @Test("The paper's test vector")
  func vector() {
    var hash = SipHash24(key: SipHash24.Key(k0: 0x0706_0504_0302_0100, k1: 0x0f0e_0d0c_0b0a_0908))
    for byte in UInt8(0)..<15 { hash.append(byte) }
    #expect(hash.finalize64() == 0xa129_ca61_49be_45e5)
  }

  /// From the reference implementation's vectors for 128 bits of output: the empty message.
  @Test("The reference's 128-bit vector")
  func wideVectors() {
    let key = SipHash24.Key(k0: 0x0706_0504_0302_0100, k1: 0x0f0e_0d0c_0b0a_0908)
    let empty = SipHash24(key: key, wide: true).finalize128()
    #expect(empty == Key128(high: 0xe6a8_25ba_047f_81a3, low: 0x9302_55c7_1472_f66d))
  }
}
