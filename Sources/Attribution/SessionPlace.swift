package import Outcomes

/// Where a session ran, as far as this machine can tell.
package enum SessionPlace: Hashable, Sendable {
  /// In a repository that is indexed, by ``RepositoryIndex/gitDirectory``.
  case repository(String)
  /// In a repository that cannot be read, or nowhere that is known.
  case problem(RepositoryProblem)
  /// The records do not say.
  case unstated
}
