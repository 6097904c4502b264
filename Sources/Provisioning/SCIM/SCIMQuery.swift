import Foundation

/// What a list, a search or a single answer is asked for by.
struct SCIMQuery: Sendable {
  static let mostResults = 200
  static let usualResults = 100

  var filter: SCIMFilter?
  var sortBy: SCIMAttributePath?
  var isDescending = false
  /// From 1.
  var startIndex = 1
  var count = usualResults
  var attributes: [String]?
  var excludedAttributes: [String]?

  /// - Parameter text: What stands after the question mark.
  init(_ text: String) throws(SCIMError) {
    var parameters: [String: String] = [:]
    guard text.utf8.count <= 4 * SCIMFilter.longest else {
      throw SCIMError(.badRequest, .tooMany, "The query is too long.")
    }
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decoded(parts[0]), let value = Self.decoded(parts.count == 2 ? parts[1] : "")
      else {
        throw SCIMError(.badRequest, .invalidValue, "The query is not encoded as a query is.")
      }
      parameters[name.lowercased()] = value
    }
    if let text = parameters["filter"], !text.isEmpty { filter = try SCIMFilterParser.filter(text) }
    try sort(by: parameters["sortby"], order: parameters["sortorder"])
    try page(start: parameters["startindex"].map(Self.number), count: parameters["count"].map(Self.number))
    attributes = Self.names(parameters["attributes"])
    excludedAttributes = Self.names(parameters["excludedattributes"])
  }

  /// Of a search by POST (RFC 7644, section 3.4.3).
  init(search: SCIMValue) throws(SCIMError) {
    guard search.object != nil else { throw SCIMError(.badRequest, .invalidSyntax, "The body is no object.") }
    if let text = search.member("filter")?.string, !text.isEmpty {
      filter = try SCIMFilterParser.filter(text)
    }
    try sort(by: search.member("sortBy")?.string, order: search.member("sortOrder")?.string)
    let (start, count) = (search.member("startIndex"), search.member("count"))
    try page(
      start: start.flatMap { $0 == .null ? nil : .some($0.integer) },
      count: count.flatMap { $0 == .null ? nil : .some($0.integer) })
    attributes = search.member("attributes")?.array?.compactMap(\.string)
    excludedAttributes = search.member("excludedAttributes")?.array?.compactMap(\.string)
  }

  private mutating func sort(by name: String?, order: String?) throws(SCIMError) {
    if let name, !name.isEmpty {
      guard let path = SCIMAttributePath(name) else {
        throw SCIMError(.badRequest, .invalidPath, "sortBy names no attribute.")
      }
      sortBy = path
    }
    isDescending = order?.lowercased() == "descending"
  }

  /// - Parameters: `nil` for what is not given; `.some(nil)` for what is no number.
  private mutating func page(start: Int64??, count: Int64??) throws(SCIMError) {
    let refusal = SCIMError(.badRequest, .invalidValue, "startIndex and count are whole numbers.")
    if let start {
      guard let start else { throw refusal }
      startIndex = Int(clamping: max(1, start))
    }
    if let count {
      guard let count else { throw refusal }
      self.count = Int(clamping: max(0, min(Int64(Self.mostResults), count)))
    }
  }

  private static func number(_ text: String) -> Int64? { Int64(text.trimmingCharacters(in: .whitespaces)) }

  private static func names(_ text: String?) -> [String]? {
    guard let text, !text.isEmpty else { return nil }
    return text.split(separator: ",").map(String.init)
  }

  static func decoded(_ text: Substring) -> String? {
    text.replacing("+", with: " ").removingPercentEncoding
  }

  /// The one value that an attribute must have, if the filter says no more than that: what clients ask for most.
  var equality: (name: String, value: String)? {
    guard case .compare(let path, .equal, .string(let value)) = filter, path.sub == nil else { return nil }
    return (path.name.lowercased(), value)
  }
}
