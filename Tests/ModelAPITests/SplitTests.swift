import Ledger
import ModelAPI
import Testing

/// T18: however the bytes of an answer are cut into pieces, and whatever legal form its events have, it means the same.
struct SplitTests {
  @Test("T18: every split position gives the same usage and the same bytes", arguments: Fixture.names)
  func everySplit(_ name: String) throws {
    let fixture = try Fixture(name)
    let forms = [" CRLF.sse", " CR.sse", " byte order mark.sse"]
    for variant in fixture.variants
    where variant.name == name || forms.contains(where: variant.name.hasSuffix) {
      for drops in [false, true] where !drops || fixture.route == chatRoute {
        let whole = Metered(variant, drops: drops)
        if !drops { #expect(whole.forwarded == variant.bytes) }
        for cut in 1..<variant.bytes.count {
          let split = Metered(variant, cuts: [cut], drops: drops)
          guard split != whole else { continue }
          Issue.record(
            "\(variant.name) cut at \(cut), drops \(drops): \(split.reading) instead of \(whole.reading)")
          return
        }
        let single = Metered(variant, cuts: Array(1..<variant.bytes.count), drops: drops)
        #expect(single == whole, "\(variant.name), byte by byte")
      }
    }
  }

  @Test("Line ends, comments, byte order marks and a missing end change nothing", arguments: Fixture.names)
  func everyForm(_ name: String) throws {
    let fixture = try Fixture(name)
    let plain = Metered(fixture).reading
    for variant in fixture.variants {
      let reading = Metered(variant).reading
      #expect(reading.usage == plain.usage, "\(variant.name)")
      #expect(reading.isFinal == plain.isFinal && reading.hasError == plain.hasError, "\(variant.name)")
      #expect(reading.responseID == plain.responseID && reading.model == plain.model, "\(variant.name)")
    }
  }

  @Test("Random cuts into many pieces change nothing", arguments: Fixture.names)
  func manyPieces(_ name: String) throws {
    var generator = SeededGenerator(seed: 18)
    for variant in try Fixture(name).variants {
      for drops in [false, true] {
        let whole = Metered(variant, drops: drops)
        for _ in 0..<20 {
          let cuts = (0..<8).map { _ in Int.random(in: 0...variant.bytes.count, using: &generator) }.sorted()
          #expect(Metered(variant, cuts: cuts, drops: drops) == whole, "\(variant.name) cut at \(cuts)")
        }
      }
    }
  }
}
