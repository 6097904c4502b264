import AsyncHTTPClient
import Foundation
import Ledger
import NIOHTTP1
import Reconciliation
import ServiceSettings

extension ReportFetch {
  /// GitHub names, for each day, where the report can be downloaded for a while. A day for which there is none yet is
  /// left out, and not taken for one without use.
  func copilot() async throws -> [BillImport.File] {
    struct Links: Decodable { var download_links: [String] }
    let parts = organisation.split(separator: "/").map { Self.escaped(String($0)) }
    let isEnterprise = parts.first == "enterprises" && parts.count == 2
    let place = isEnterprise ? "/enterprises/\(parts[1])" : "/orgs/\(parts.last ?? "")"
    let kind = isEnterprise ? "enterprise-1-day" : "organization-1-day"
    var files: [BillImport.File] = []
    for day in days.lowerBound.days(through: days.upperBound) {
      var request = request("\(place)/copilot/metrics/reports/\(kind)", [("day", day.description)])
      request.headers.replaceOrAdd(name: "accept", value: "application/vnd.github+json")
      request.headers.add(name: "authorization", value: "Bearer \(key.secret)")
      request.headers.add(name: "x-github-api-version", value: "2022-11-28")
      // An organisation that does not exist has no first day either, and is told so.
      guard let body = try await client.answer(to: request, isOptional: !files.isEmpty) else { continue }
      guard let links = try? JSONDecoder().decode(Links.self, from: Data(body)) else {
        throw ProviderReportError.notJSON(host: base.host() ?? base.absoluteString)
      }
      for link in links.download_links {
        if let report = try await download(link) {
          files.append(file(report, .copilot, asked: day...day, number: files.count + 1))
        }
      }
    }
    return files
  }

  /// The address is signed; the key stays here.
  private func download(_ link: String) async throws -> [UInt8]? {
    guard let url = URL(string: link), let host = url.host(),
      url.scheme == "https" || url.scheme == base.scheme && host == base.host()
    else { throw ProviderReportError.strangeLink(host: String(link.prefix(100))) }
    return try await client.answer(to: HTTPClientRequest(url: link))
  }
}
