/// Why something could not be exported, erased or restored.
package enum KeepingError: Error, Hashable, Sendable, CustomStringConvertible {
  case exists(String)
  case cannotWrite(String)
  case nobody(String)
  case several(String, [Int64])
  case inUse(String)
  case notACopy(String)
  case damaged(String, [String])
  case stillRead(Int64)
  case newerDatabase(String, version: Int, known: Int)
  case newer(String, version: Int, known: Int)

  package var description: String {
    switch self {
    case .exists(let path): "\(path) exists already. Choose another place; nothing was replaced."
    case .cannotWrite(let path): "\(path) cannot be written. Check that its directory exists and has room."
    case .nobody(let name): "Nobody is or was known as \(name). See assay person list --all."
    case .several(let name, let people):
      "Several people were known as \(name): give the number of one of them: \(people.map { String($0) }.joined(separator: ", "))."
    case .inUse(let path):
      "\(path) is in use. Stop assay serve and whatever else has it open, and try again; nothing has changed."
    case .notACopy(let path):
      "\(path) is not there, or no copy of Assay's. Name a directory that assay backup made, with ledger.sqlite and control.sqlite in it; nothing has changed."
    case .damaged(let path, let problems):
      "\(path) is damaged: \(problems.prefix(3).joined(separator: "; ")). Take another copy; nothing has changed."
    case .stillRead(let person):
      "Person \(person) is erased, but somebody reads the databases without a pause, so that their bytes are still in the files. Run assay erase --unfinished when that is over."
    case .newerDatabase(let path, let version, let known):
      "\(path) has tables of version \(version), and this program knows them up to version \(known). Take the newer Assay that made them, or restore a backup from before."
    case .newer(let path, let version, let known):
      "\(path) has tables of version \(version), and this program knows them up to version \(known). Take a newer Assay, or an older copy; nothing has changed."
    }
  }
}
