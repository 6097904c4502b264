import AsyncHTTPClient
import Foundation
import JSONScan
import Ledger
import NIOCore
import NIOHTTP1
import Reconciliation
import ServiceSettings

extension ReportFetch {
  /// At most thirty days a question, in numbered pages.
  func cursor() async throws -> [BillImport.File] {
    struct Page: Decodable {
      struct Pagination: Decodable { var hasNextPage: Bool }
      var pagination: Pagination
    }
    let host = base.host() ?? base.absoluteString
    var files: [BillImport.File] = []
    var start = days.lowerBound
    while start <= days.upperBound {
      let end = min(days.upperBound, CalendarDay(containing: start.start + .days(29)))
      for page in 1... {
        guard page <= client.bounds.pages else { throw ProviderReportError.endless(host: host) }
        var request = request("/teams/filtered-usage-events")
        request.method = .POST
        request.headers.add(
          name: "authorization", value: "Basic \(Data("\(key.secret):".utf8).base64EncodedString())")
        request.headers.add(name: "content-type", value: "application/json")
        let body =
          "{\"startDate\":\(start.start.milliseconds),\"endDate\":\(end.end.milliseconds - 1),\"page\":\(page),\"pageSize\":100}"
        request.body = .bytes(ByteBuffer(string: body))
        guard let answer = try await client.answer(to: request) else { break }
        guard let read = try? JSONDecoder().decode(Page.self, fromOthers: Data(answer)) else {
          throw ProviderReportError.notJSON(host: host)
        }
        files.append(file(answer, .cursor, asked: start...end, number: files.count + 1))
        if !read.pagination.hasNextPage { break }
      }
      start = end.next
    }
    return files
  }
}
