import Charts
import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import Server

/// A long list in pages.
@Suite struct RowPagesTests {
  private func request(_ query: String) -> Request {
    Request(
      head: HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: "/groups\(query)"),
      body: RequestBody(buffer: ByteBuffer()))
  }

  @Test(arguments: [
    ("", 0, 0..<0), ("", 7, 0..<7), ("", 130, 0..<60), ("?page=2", 130, 60..<120),
    ("?page=3", 130, 120..<130),
    ("?page=4", 130, 120..<130), ("?page=0", 130, 0..<60), ("?page=-5", 130, 0..<60),
    ("?page=x", 130, 0..<60),
    ("?page=9223372036854775807", 130, 120..<130), ("?page=2", 60, 0..<60),
    ("?page=2&table=groups&as=csv", 130, 0..<130),
  ])
  func `a page has its rows, and data taken away have all`(query: String, count: Int, rows: Range<Int>) {
    #expect(RowPages(request(query), of: count).range == rows)
  }

  @Test func `links lead to every other page and keep what was asked`() {
    let pages = RowPages(request("?tool=codex&page=2"), of: 130)
    let html = pages.links("Groups", at: "/groups?tool=codex").html()
    #expect(html.contains("Groups 61 to 120 of 130."))
    #expect(html.contains("href=\"/groups?tool=codex&amp;page=1\""))
    #expect(html.contains("href=\"/groups?tool=codex&amp;page=3\""))
    #expect(!html.contains("page=2"))
    #expect(RowPages(request(""), of: 60).links("Groups", at: "/groups").html().isEmpty)
  }

  @Test func `two lists on a page are turned apart`() {
    let both = request("?teams=2")
    #expect(RowPages(both, of: 50, size: 30, parameter: "teams").range == 30..<50)
    #expect(RowPages(both, of: 50, size: 13, parameter: "weeks").range == 0..<13)
  }
}
