import Charts
import Foundation
import Hummingbird
import Ledger

/// Which part of a list is asked for: so many after one that the caller had last.
///
/// A part goes on behind a key rather than a number, so that what is added or taken away meanwhile is neither skipped
/// nor seen twice.
struct Paging {
  static let most = 500
  private let limit: Int
  private let after: String?

  /// From the beginning.
  init(limit: Int) {
    self.limit = limit
    after = nil
  }

  /// - Throws: ``ProblemDetails`` for a limit or a cursor that is none.
  init(_ request: Request) throws(ProblemDetails) {
    let query = request.uri.queryParameters
    if let text = query["limit"] {
      guard let limit = Int(text), (1...Self.most).contains(limit) else {
        throw .badParameter("limit", "limit is a number from 1 to \(Self.most).")
      }
      self.limit = limit
    } else {
      limit = 100
    }
    if let cursor = query["cursor"] {
      guard let data = Data(base64Encoded: Self.padded(String(cursor))) else {
        throw .badParameter("cursor", "cursor is what the page before named as next, or is left out.")
      }
      // One that nobody was given is a place in the list as well as any.
      after = String(decoding: data, as: UTF8.self)
    } else {
      after = nil
    }
  }

  /// The part of a list, as a document with the address of the next.
  ///
  /// - Parameters:
  ///   - items: in the order of their keys.
  ///   - key: of each its own.
  func document<Item>(
    of items: [Item], key: (Item) -> String, also members: [(String, JSONValue)] = [],
    _ json: (Item) -> JSONValue
  ) -> JSONValue {
    let page = page(of: items, key: key)
    return .object(members + [("items", .array(page.items.map(json))), ("next", .optional(page.next))])
  }

  /// The part of a list, and the cursor of the next if there is one.
  func page<Item>(of items: [Item], key: (Item) -> String) -> (items: ArraySlice<Item>, next: String?) {
    let rest = after.map { after in items.drop { key($0) <= after } } ?? items[...]
    let part = rest.prefix(limit)
    return (part, rest.count > limit ? part.last.map { Self.cursor(key($0)) } : nil)
  }

  private static func cursor(_ key: String) -> String {
    Data(key.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }

  private static func padded(_ cursor: String) -> String {
    let text = cursor.replacing("-", with: "+").replacing("_", with: "/")
    return text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
  }

  /// A key by which the latest comes first.
  static func latestFirst(_ number: Int64) -> String {
    let digits = String(UInt64(bitPattern: Int64.max &- number), radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  /// A key by which the least comes first; of numbers that are not negative.
  static func leastFirst(_ number: Int64) -> String {
    let digits = String(UInt64(bitPattern: number), radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}

extension ProblemDetails {
  static func badParameter(_ name: String, _ detail: String) -> ProblemDetails {
    ProblemDetails(400, "bad-parameter", title: "The parameter \(name) cannot be read", detail: detail)
  }
}
