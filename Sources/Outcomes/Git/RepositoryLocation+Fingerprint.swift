extension RepositoryLocation {
  /// Changes whenever a ref of the repository moves, and costs no git process.
  package var refFingerprint: UInt64 { RefFingerprint(gitDirectory: gitDirectory).value }
}
