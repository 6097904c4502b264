import Outcomes

/// How well the path of an edit and a path of the repository agree; both are hashes of the last component and of
/// the last two, since nobody says where the working copy was.
enum PathAgreement: Int, Comparable {
  case other, name, tail

  static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

  var factor: Double {
    switch self {
    case .tail: 1
    case .name: 0.6
    case .other: 0.15
    }
  }
}

/// Compares paths of edits with paths of one repository.
struct PathComparison {
  /// The last two components of every path of the repository that has a directory.
  private let tails: Set<UInt64>

  init(_ index: RepositoryIndex) {
    tails = Set(index.paths.lazy.filter { $0.tail != $0.name }.map(\.tail))
  }

  func agreement(
    of edit: EvidenceCatalogue.Edit, with path: RepositoryIndex.Path, or previous: RepositoryIndex.Path?
  ) -> PathAgreement {
    if edit.tail == path.tail || edit.tail == previous?.tail { return .tail }
    guard edit.name == path.name || edit.name == previous?.name else { return .other }
    // A tool that names the file alone says no more than the name.
    if edit.tail == edit.name { return .tail }
    let named = edit.name == path.name ? path : previous
    return isAtRoot(edit, as: named) ? .tail : .name
  }

  /// A file at the repository's root has no directory in the repository's paths, but an edit names that of the
  /// working copy: a directory that holds no file of this name anywhere in the repository.
  func isAtRoot(_ edit: EvidenceCatalogue.Edit, as path: RepositoryIndex.Path?) -> Bool {
    guard let path, path.tail == path.name else { return false }
    return !tails.contains(edit.tail)
  }
}
