import Directory

/// What calls use, added up. Sums of 64-bit amounts in 128 bits: no number of calls overflows them, so that what
/// was added can always be taken away again.
struct Amounts: Hashable, Sendable {
  var money: Int128 = 0
  var tokens: Int128 = 0
  var requests: Int64 = 0

  subscript(measure: Limit.Measure) -> Int128 {
    switch measure {
    case .money: money
    case .tokens: tokens
    case .requests: Int128(requests)
    case .concurrency: 0
    }
  }

  static func += (a: inout Amounts, b: Amounts) {
    a.money &+= b.money
    a.tokens &+= b.tokens
    a.requests &+= b.requests
  }

  static func -= (a: inout Amounts, b: Amounts) {
    a.money &-= b.money
    a.tokens &-= b.tokens
    a.requests &-= b.requests
  }
}

/// What one scope used in one window: the invariant of the book is that this is the sum of the charges of calls
/// that were admitted in the window and have ended, and of the reservations of those that have not.
struct Use: Hashable, Sendable {
  var settled = Amounts()
  var reserved = Amounts()

  static func += (a: inout Use, b: Use) {
    a.settled += b.settled
    a.reserved += b.reserved
  }

  static func -= (a: inout Use, b: Use) {
    a.settled -= b.settled
    a.reserved -= b.reserved
  }
}

/// What becomes of a reservation; each is applied to every counter that the reservation is in.
enum UseChange {
  case reserve(Amounts)
  case settle(reserved: Amounts, charged: Amounts)
  case release(Amounts)

  func apply(to use: inout Use) {
    switch self {
    case .reserve(let amounts): use.reserved += amounts
    case .release(let amounts): use.reserved -= amounts
    case .settle(let reserved, let charged):
      use.reserved -= reserved
      use.settled += charged
    }
  }
}
