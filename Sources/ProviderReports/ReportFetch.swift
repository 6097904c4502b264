import AsyncHTTPClient
package import Foundation
import JSONScan
package import Ledger
import NIOCore
import NIOHTTP1
package import Reconciliation
package import ServiceSettings

/// Asks a provider for its own figures of some days, as its documentation says.
package struct ReportFetch: Sendable {
  let client: ProviderClient
  let base: URL
  let key: Credential
  let days: ClosedRange<CalendarDay>
  /// GitHub's name of the organisation, or `enterprises/NAME`.
  let organisation: String
  let now: @Sendable () -> Instant

  package init(
    client: ProviderClient, base: URL, key: Credential, days: ClosedRange<CalendarDay>,
    organisation: String = "", now: @escaping @Sendable () -> Instant = { Instant(Date()) }
  ) {
    self.client = client
    self.base = base
    self.key = key
    self.days = days
    self.organisation = organisation
    self.now = now
  }

  /// All answers that make up a report.
  ///
  /// - Throws: ``ProviderReportError``.
  package func answers(of report: BillReport) async throws -> [BillImport.File] {
    switch report {
    case .anthropicUsage, .anthropicCost, .claudeCode: try await anthropic(report)
    case .openAIUsage, .openAICosts: try await openAI(report)
    case .copilot: try await copilot()
    case .cursor: try await cursor()
    }
  }

  func request(_ path: String, _ query: [(String, String)] = []) -> HTTPClientRequest {
    let pairs = query.map { "\(Self.escaped($0.0))=\(Self.escaped($0.1))" }.joined(separator: "&")
    let root =
      base.absoluteString.hasSuffix("/") ? String(base.absoluteString.dropLast()) : base.absoluteString
    var request = HTTPClientRequest(url: root + path + (pairs.isEmpty ? "" : "?\(pairs)"))
    request.headers.add(name: "accept", value: "application/json")
    request.headers.add(name: "user-agent", value: "assay")
    return request
  }

  static func escaped(_ text: String) -> String {
    var allowed = CharacterSet.alphanumerics
    allowed.insert(charactersIn: "-._~")
    return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
  }

  /// Pages that name the next with `next_page`, as Anthropic's and OpenAI's do.
  func pages(
    of report: BillReport, asked: ClosedRange<CalendarDay>, _ first: (_ page: String?) -> HTTPClientRequest
  ) async throws -> [BillImport.File] {
    struct Page: Decodable {
      var has_more: Bool?
      var next_page: String?
    }
    var files: [BillImport.File] = []
    var next: String?
    var seen: Set<String> = []
    repeat {
      let request = first(next)
      guard let body = try await client.answer(to: request) else { break }
      let host = base.host() ?? base.absoluteString
      guard let page = try? JSONDecoder().decode(Page.self, fromOthers: Data(body)), page.has_more != nil
      else {
        throw ProviderReportError.notJSON(host: host)
      }
      files.append(file(body, report, asked: asked, number: files.count + 1))
      next = page.has_more == true ? page.next_page : nil
      if let next {
        guard seen.insert(next).inserted, files.count < client.bounds.pages else {
          throw ProviderReportError.endless(host: host)
        }
      }
    } while next != nil
    return files
  }

  func file(
    _ body: [UInt8], _ report: BillReport, asked: ClosedRange<CalendarDay>, number: Int
  ) -> BillImport.File {
    BillImport.File(
      name: "\(report.rawValue), answer \(number)", bytes: body, takenAt: now(), report: report, asked: asked)
  }

  // MARK: Anthropic

  private func anthropic(_ report: BillReport) async throws -> [BillImport.File] {
    func ask(_ path: String, _ query: [(String, String)], _ page: String?) -> HTTPClientRequest {
      var request = request(path, query + (page.map { [("page", $0)] } ?? []))
      request.headers.add(name: "x-api-key", value: key.secret)
      request.headers.add(name: "anthropic-version", value: "2023-06-01")
      return request
    }
    let time = [
      ("starting_at", "\(days.lowerBound)T00:00:00Z"), ("ending_at", "\(days.upperBound.next)T00:00:00Z"),
      ("bucket_width", "1d"), ("limit", "31"),
    ]
    switch report {
    case .anthropicCost:
      let groups = ["workspace_id", "description"].map { ("group_by[]", $0) }
      return try await pages(of: report, asked: days) { page in
        ask("/v1/organizations/cost_report", time + groups, page)
      }
    case .claudeCode:
      var files: [BillImport.File] = []
      for day in days.lowerBound.days(through: days.upperBound) {
        files += try await pages(of: report, asked: day...day) { page in
          ask(
            "/v1/organizations/usage_report/claude_code",
            [("starting_at", day.description), ("limit", "1000")], page)
        }
      }
      return files
    default:
      let groups = ["model", "workspace_id", "service_tier", "context_window"].map { ("group_by[]", $0) }
      return try await pages(of: report, asked: days) { page in
        ask("/v1/organizations/usage_report/messages", time + groups, page)
      }
    }
  }

  // MARK: OpenAI

  private func openAI(_ report: BillReport) async throws -> [BillImport.File] {
    let isCosts = report == .openAICosts
    let groups = isCosts ? ["line_item", "project_id"] : ["model", "project_id", "service_tier"]
    let query =
      [
        ("start_time", "\(days.lowerBound.start.milliseconds / 1000)"),
        ("end_time", "\(days.upperBound.end.milliseconds / 1000)"), ("bucket_width", "1d"), ("limit", "31"),
      ] + groups.map { ("group_by[]", $0) }
    return try await pages(of: report, asked: days) { page in
      var request = request(
        isCosts ? "/v1/organization/costs" : "/v1/organization/usage/completions",
        query + (page.map { [("page", $0)] } ?? []))
      request.headers.add(name: "authorization", value: "Bearer \(key.secret)")
      return request
    }
  }
}
