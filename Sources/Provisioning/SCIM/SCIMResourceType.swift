/// The resource types of SCIM 2.0 that a directory service may provision here (RFC 7643, section 4).
package enum SCIMResourceType: String, CaseIterable, Sendable, Hashable {
  case user = "User"
  case group = "Group"

  /// Below the service's base address (RFC 7644, section 3.2).
  package var endpoint: String {
    switch self {
    case .user: "/Users"
    case .group: "/Groups"
    }
  }
}
