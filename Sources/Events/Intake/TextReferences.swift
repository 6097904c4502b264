import Ledger

/// What a title, a text, a commit message or the name of a branch refers to. The texts themselves are dropped.
struct TextReferences {
  private(set) var links: Set<EventLink> = []
  /// Of the repository that the text belongs to, for numbers without an address.
  private let repository: String?

  static let textBytes = 64 << 10
  static let most = 200

  init(repository: String?) { self.repository = repository }

  var ordered: [EventLink] { links.sorted() }

  /// - Parameter closes: Whether words such as “fixes #12” make the text's owner the remedy of what they name.
  mutating func read(_ text: String?, closes: Bool) {
    guard let text else { return }
    for line in text.utf8.prefix(Self.textBytes).split(separator: 0x0A) {
      let line = String(Substring(line))
      let role = closes ? .mention : Self.role(line.lowercased())
      var previous = ""
      for piece in line.split(whereSeparator: { " \t\r()[]<>{}\"'`,;*".contains($0) }) {
        let word = Self.trimmed(piece)
        read(word, after: previous, role: role, closes: closes)
        previous = word.lowercased()
      }
    }
  }

  /// What the line of an incident or ticket says of what it names.
  private static func role(_ line: String) -> EventLink.Role {
    if ["caused", "introduced", "broke", "regression", "since"].contains(where: line.contains) {
      return .cause
    }
    if ["fixed", "fixes", "resolved", "remed", "rollback", "rolled back", "hotfix"].contains(
      where: line.contains)
    {
      return .remedy
    }
    return .mention
  }

  private static let closing: Set<String> = [
    "close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves", "resolved",
  ]

  private mutating func read(_ word: String, after previous: String, role: EventLink.Role, closes: Bool) {
    if word.hasPrefix("https://") || word.hasPrefix("http://") {
      readAddress(word, role)
    } else if let hash = Cleaned.hash(word) {
      add(EventLink(role, .commit(hash)))
    } else if word.hasPrefix("#"), closes, Self.closing.contains(previous), let repository,
      let number = Self.number(word.dropFirst())
    {
      add(EventLink(.remedy, .event(.issue(number, of: repository))))
    } else {
      for piece in word.split(whereSeparator: { "/:_.#!".contains($0) }) {
        guard let key = Self.ticketKey(piece) else { continue }
        add(EventLink(closes && Self.closing.contains(previous) ? .remedy : role, .ticket(key)))
      }
    }
  }

  private mutating func readAddress(_ address: String, _ role: EventLink.Role) {
    guard address.utf8.count <= 1_000 else { return }
    if let change = RemoteName.pullRequest(address) {
      add(EventLink(role, .event(.change(Int64(change.number), of: change.repository))))
    } else if let mark = address.firstRange(of: "/commit/"),
      let hash = Cleaned.hash(String(address[mark.upperBound...].prefix { $0.isHexDigit }))
    {
      add(EventLink(role, .commit(hash)))
    } else if let mark = address.firstRange(of: "/browse/"),
      let key = Self.ticketKey(address[mark.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "-" })
    {
      add(EventLink(role, .ticket(key)))
    }
  }

  private mutating func add(_ link: EventLink) {
    if links.count < Self.most { links.insert(link) }
  }

  private static func trimmed(_ word: Substring) -> String {
    var word = word
    while let last = word.last, ".:!?".contains(last) { word.removeLast() }
    return String(word)
  }

  static func number(_ text: Substring) -> Int64? {
    guard !text.isEmpty, text.utf8.count <= 9, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    return Int64(text)
  }

  /// Names of standards that look like keys.
  private static let standards: Set<Substring> = [
    "AES", "CVE", "CWE", "GPT", "HTTP", "IEC", "IEEE", "ISO", "RFC", "RSA", "SHA", "SSL", "TLS", "UTF", "UTC",
    "GMT",
  ]

  /// The key of a ticket at the start of `text`, as in `SHOP-12` and the branch `SHOP-12-faster`.
  static func ticketKey(_ text: Substring) -> String? {
    let project = text.prefix { $0.isASCII && ($0.isUppercase || $0.isNumber) }
    guard (2...10).contains(project.count), project.first?.isLetter == true, !standards.contains(project)
    else {
      return nil
    }
    let rest = text[project.endIndex...]
    guard rest.first == "-" else { return nil }
    let digits = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
    guard let number = number(digits), number > 0, digits.first != "0" else { return nil }
    if let next = text[digits.endIndex...].first, next != "-" { return nil }
    return "\(project)-\(digits)"
  }
}
