import ControlSQLite
import Directory
import Foundation
import Ledger
import LedgerSQLite
import Surroundings
import TestCorpus
import Testing

@Suite("Backup while running") struct BackupTests {
  private static func session(_ name: String) -> FactBatch {
    var batch = FactBatch()
    batch.sessions = [SessionFact(id: .ofCodex(name), tool: .codex, name: name)]
    return batch
  }

  @Test("A copy that is made while others write is whole, and is a ledger and a directory of their own")
  func copies() async throws {
    let place = try TemporaryDirectory()
    let ledger = try SQLiteLedger(path: place.path("ledger.sqlite"))
    let control = try ControlStore(path: place.path("control.sqlite"))
    let now = Instant(Date())
    try ledger.append((0..<500).map { Self.session("before \($0)") }, surviving: .crash)
    try control.addPerson(name: "Ada", mail: "ada@example.org", at: now)
    async let writing: Void = {
      for number in 0..<200 { try ledger.append([Self.session("meanwhile \(number)")], surviving: .crash) }
    }()
    try ledger.backUp(to: place.path("copy-ledger.sqlite"))
    try control.backUp(to: place.path("copy-control.sqlite"))
    try await writing
    try control.addPerson(name: "Bob", mail: "bob@example.org", at: now)

    let copy = try SQLiteLedger(path: place.path("copy-ledger.sqlite"))
    let names = try copy.sessions().map(\.name)
    #expect(Set(names).isSuperset(of: (0..<500).map { "before \($0)" }))
    #expect(try copy.integrityProblems().isEmpty)
    // Lines hashed before and after are the same lines.
    #expect(copy.hashKey == ledger.hashKey)
    try copy.append([Self.session("after")], surviving: .crash)
    #expect(try ledger.sessions().allSatisfy { $0.name != "after" })
    let people = try ControlStore(path: place.path("copy-control.sqlite")).snapshot().contents.people
    #expect(people.map(\.mail) == ["ada@example.org"])
    for name in ["copy-ledger.sqlite", "copy-control.sqlite"] {
      let attributes = try FileManager.default.attributesOfItem(atPath: place.path(name))
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
    #expect(!FileManager.default.fileExists(atPath: place.path("copy-ledger.sqlite.part")))
  }

  @Test("Nothing is replaced, and where nothing can be made nothing is left")
  func refusals() throws {
    let place = try TemporaryDirectory()
    let ledger = try SQLiteLedger(path: place.path("ledger.sqlite"))
    let taken = try place.write(Array("mine".utf8), to: "taken.sqlite")
    #expect(throws: WholeFileError.exists(path: taken)) { try ledger.backUp(to: taken) }
    #expect(try String(contentsOfFile: taken, encoding: .utf8) == "mine")
    #expect(throws: WholeFileError.self) {
      try ledger.backUp(to: place.path("no/such/directory/copy.sqlite"))
    }
  }
}
