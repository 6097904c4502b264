import ServiceSettings
import Slack

/// Addresses of our own pages, which stay links in Slack.
struct SlackPageLinks: Sendable {
  /// Without a slash at the end.
  private let base: String
  let own: SlackLinks

  init(base: String) {
    self.base = base
    own = SlackLinks(sites: [try? ServiceAddress(base)].compactMap(\.self))
  }

  /// - Parameter path: With a slash before it.
  func link(_ path: String) -> SlackText { SlackText(base + path, links: own) }
}
