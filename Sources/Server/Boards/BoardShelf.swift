import Boards
import ControlSQLite
import Synchronization

/// The boards of what is published, each made once: with hundreds of groups that takes longer than a page may.
final class BoardShelf: Sendable {
  private struct Kept: Sendable {
    var versions: ControlVersions
    var boards: [Board.Dimension: Board]

    /// A board says what was published, and names it as the directory does.
    func isOf(_ versions: ControlVersions) -> Bool {
      self.versions.published == versions.published && self.versions.directory == versions.directory
    }
  }

  private let control: ControlStore
  private let kept = Mutex<Kept?>(nil)

  init(_ control: ControlStore) { self.control = control }

  func board(_ dimension: Board.Dimension) throws -> Board {
    // Asked before anything is read, so that what is kept is never older than what it is kept as. Made without the
    // lock: two may make the same.
    let versions = try control.versions()
    if let board = kept.withLock({ $0?.isOf(versions) == true ? $0?.boards[dimension] : nil }) {
      return board
    }
    let board = try BoardReading(control).board(dimension)
    kept.withLock { kept in
      if kept?.isOf(versions) != true { kept = Kept(versions: versions, boards: [:]) }
      kept?.boards[dimension] = board
    }
    return board
  }
}
