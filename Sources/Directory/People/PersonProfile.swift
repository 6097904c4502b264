/// What an organisation's directory service says of a person, kept as given. Named as SCIM names it (RFC 7643,
/// sections 4.1 and 4.3), so that what was put is what is got.
///
/// Nothing else that such a service may send is kept: no telephone numbers, addresses, photographs or passwords.
package struct PersonProfile: Hashable, Sendable, Codable {
  package struct Name: Hashable, Sendable, Codable {
    package var formatted: String?
    package var familyName: String?
    package var givenName: String?
    package var middleName: String?
    package var honorificPrefix: String?
    package var honorificSuffix: String?
    package init(formatted: String? = nil, familyName: String? = nil, givenName: String? = nil) {
      self.formatted = formatted
      self.familyName = familyName
      self.givenName = givenName
    }
  }

  package struct Mail: Hashable, Sendable, Codable {
    package var value: String?
    package var display: String?
    package var type: String?
    package var primary: Bool?
    package init(_ value: String, type: String? = nil, primary: Bool? = nil) {
      self.value = value
      self.type = type
      self.primary = primary
    }
  }

  package var name: Name?
  package var displayName: String?
  package var nickName: String?
  package var title: String?
  package var userType: String?
  package var preferredLanguage: String?
  package var locale: String?
  package var timezone: String?
  /// `nil` if there is none; never empty.
  package var emails: [Mail]?
  package var employeeNumber: String?
  package var costCenter: String?
  package var organization: String?
  package var division: String?
  package var department: String?
  package init() {}

  /// The addresses, the one to be known by first: the primary, else one for work, else the first.
  package var mails: [String] {
    let given = (emails ?? []).filter { !($0.value ?? "").isEmpty }
    func rank(_ mail: Mail) -> Int {
      mail.primary == true ? 0 : DirectoryText.folded(mail.type ?? "") == "work" ? 1 : 2
    }
    let ranked = given.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }
    return ranked.compactMap(\.element.value)
  }

  /// What pages call the person.
  package func shownName(userName: String) -> String {
    let parts = [name?.givenName, name?.familyName].compactMap { $0 }.joined(separator: " ")
    let candidates = [displayName, name?.formatted, parts, userName].compactMap { $0 }
    for candidate in candidates {
      let shown = DirectoryText.shown(candidate, atMost: DirectoryText.longestName - 1)
      if let name = try? DirectoryText.name(shown) { return name }
    }
    return "?"
  }
}
