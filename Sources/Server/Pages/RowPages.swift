import Charts
import Hummingbird

/// A long list in pages: which of its rows one shows, and the way to the others. Whoever takes a table away gets all.
struct RowPages {
  private let count: Int
  private let size: Int
  /// From 1; a page beyond the last is the last.
  private let number: Int
  private let isWhole: Bool
  private let parameter: String

  /// - Parameter parameter: where a page has more than one such list, what this one's page is called in its address.
  init(_ request: Request, of count: Int, size: Int = 60, parameter: String = "page") {
    self.parameter = parameter
    let query = request.uri.queryParameters
    self.count = count
    self.size = size
    isWhole = query["table"] != nil
    let asked = query[Substring(parameter)].flatMap { Int($0) } ?? 1
    number = Swift.min(Swift.max(1, asked), Swift.max(1, (count + size - 1) / size))
  }

  var range: Range<Int> {
    isWhole ? 0..<count : (number - 1) * size..<Swift.min(number * size, count)
  }

  /// - Parameters:
  ///   - noun: what the rows are, as a sentence begins: `Groups`.
  ///   - path: with the rest of the query.
  func links(_ noun: String, at path: String) -> PageContent {
    guard count > size, !isWhole else { return .nothing }
    let joint = path.contains("?") ? "&" : "?"
    let others = (1...(count + size - 1) / size).filter { $0 != number }.map { other in
      Markup.anchor("\(path)\(joint)\(parameter)=\(other)", "page \(other)")
    }
    return .markup(
      "<p>\(noun) \(range.lowerBound + 1) to \(range.upperBound) of \(count). \(others.joined(separator: " "))</p>\n"
    )
  }
}
