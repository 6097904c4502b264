package import Ledger

/// What a directory service says a person is to be.
package struct UserDraft: Hashable, Sendable {
  /// Unique among those who are here, without regard to case.
  package var userName: String
  package var externalID: String?
  /// One who is not active has ended: no key opens, no team counts the person.
  package var isActive: Bool
  /// Whether the directory service wants it said; one that had it removed has changed nothing but that.
  package var saysActive = true
  package var profile: PersonProfile
  /// Who the person reports to, as given: an identifier of ours, else a user name, external identifier or address.
  package var manager: String?

  package init(
    userName: String, externalID: String? = nil, isActive: Bool = true,
    profile: PersonProfile = PersonProfile(),
    manager: String? = nil
  ) {
    self.userName = userName
    self.externalID = externalID
    self.isActive = isActive
    self.profile = profile
    self.manager = manager
  }
}

/// A person as a directory service knows them.
package struct ProvisionedUser: Hashable, Sendable, Identifiable {
  /// A UUID in lower case, given once and never again to another.
  package var id: String
  package var person: Int64
  package var draft: UserDraft
  /// The ``id`` of whom ``UserDraft/manager`` names, if that is somebody here.
  package var managerID: String?
  /// The groups that name the person directly.
  package var groups: [GroupReference]
  package var created: Instant
  package var modified: Instant

  package init(
    id: String, person: Int64, draft: UserDraft, managerID: String? = nil, groups: [GroupReference] = [],
    created: Instant, modified: Instant
  ) {
    self.id = id
    self.person = person
    self.draft = draft
    self.managerID = managerID
    self.groups = groups
    self.created = created
    self.modified = modified
  }
}

package struct GroupReference: Hashable, Sendable {
  package var id: String
  package var name: String
  package init(id: String, name: String) {
    self.id = id
    self.name = name
  }
}

package struct GroupMember: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable { case user = "User", group = "Group" }
  package var kind: Kind
  package var id: String
  package init(_ kind: Kind, _ id: String) {
    self.kind = kind
    self.id = id
  }
}

/// What a directory service says a group is to be.
package struct GroupDraft: Hashable, Sendable {
  /// Unique among those that are here, without regard to case.
  package var name: String
  package var externalID: String?
  /// In the order in which they joined; of a draft that is given only the identifiers count.
  package var members: [GroupMember]
  package init(name: String, externalID: String? = nil, members: [GroupMember] = []) {
    self.name = name
    self.externalID = externalID
    self.members = members
  }
}

package struct ProvisionedGroup: Hashable, Sendable, Identifiable {
  package var id: String
  package var draft: GroupDraft
  /// The team that it is, once somebody is in it.
  package var team: Int64?
  package var created: Instant
  package var modified: Instant

  package init(id: String, draft: GroupDraft, team: Int64? = nil, created: Instant, modified: Instant) {
    self.id = id
    self.draft = draft
    self.team = team
    self.created = created
    self.modified = modified
  }
}

/// Where the teams of provisioned people come from. People who are in no group and have no department stay where
/// they were put by hand.
package enum TeamRule: Int64, Hashable, Sendable, CaseIterable {
  /// The group that names a person directly; of several the one that was joined first, and the person is listed as
  /// ambiguous. A group whose team was removed by hand is none.
  case groups = 0
  /// The department that the directory service states.
  case department = 1
}

/// Why what a directory service asks for is refused.
package enum ProvisioningError: Error, Hashable, Sendable, CustomStringConvertible {
  case userNotFound(String)
  case groupNotFound(String)
  case userNameTaken(String)
  case groupNameTaken(String)
  case notAUserName(String)
  case unknownMember(String)
  case memberOfItself(String)

  package var description: String {
    switch self {
    case .userNotFound(let id): "There is no user \(DirectoryText.shown(id))."
    case .groupNotFound(let id): "There is no group \(DirectoryText.shown(id))."
    case .userNameTaken(let name):
      "There is already a user with the user name or address \(DirectoryText.shown(name))."
    case .groupNameTaken(let name): "There is already a group or team named “\(DirectoryText.shown(name))”."
    case .notAUserName(let name):
      "“\(DirectoryText.shown(name))” cannot be a user name: give 1 to \(DirectoryText.longestMail) bytes without control characters."
    case .unknownMember(let id): "The member \(DirectoryText.shown(id)) is neither a user nor a group here."
    case .memberOfItself(let id): "The group \(DirectoryText.shown(id)) cannot contain itself."
    }
  }
}
