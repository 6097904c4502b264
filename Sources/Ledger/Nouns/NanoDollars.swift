/// Money as integer nano-dollars (10⁻⁹ USD); an `Int64` of them reaches 9.2 billion dollars.
package struct NanoDollars: Hashable, Comparable, Sendable, Codable {
  package var count: Int64

  package init(_ count: Int64) { self.count = count }

  package static let zero = NanoDollars(0)
  package static let perDollar: Int64 = 1_000_000_000

  package static func < (a: NanoDollars, b: NanoDollars) -> Bool { a.count < b.count }
  package static func + (a: NanoDollars, b: NanoDollars) -> NanoDollars { NanoDollars(a.count &+ b.count) }
  package static func - (a: NanoDollars, b: NanoDollars) -> NanoDollars { NanoDollars(a.count &- b.count) }
  package static func += (a: inout NanoDollars, b: NanoDollars) { a = a + b }

  /// For display and export only; arithmetic stays in integers.
  package var dollars: Double { Double(count) / Double(Self.perDollar) }

  package init(from decoder: any Decoder) throws {
    count = try decoder.singleValueContainer().decode(Int64.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(count)
  }
}
