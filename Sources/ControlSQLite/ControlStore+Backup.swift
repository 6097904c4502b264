import GRDB
import Surroundings

extension ControlStore {
  /// Copies the control database as it is at one moment to a new file, while others go on writing to it.
  package func backUp(to path: String) throws {
    try WholeFile.make(at: path) { partial in
      let copy = try DatabaseQueue(path: partial)
      try pool.backup(to: copy)
      try copy.close()
    }
  }
}
