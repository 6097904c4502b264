import ControlSQLite
import Directory
import Foundation
import Inventory
import Ledger
import LedgerSQLite
import TestCorpus
import Testing

@testable import Keeping

@Suite("Exporting what is held on a person") struct ExportTests {
  @Test("Every row of theirs is there, as JSON that nobody else can read, and nothing of anybody else")
  func everything() async throws {
    let people = try await TwoPeople()
    let scope = try people.control.scope(of: people.ada.id)
    let export = PersonExport(
      of: scope, ledger: people.ledger, control: people.control, retention: .days(90))
    let directory = people.place.path("export")
    let names = try export.write(toDirectory: directory)
    let files = FileManager.default
    #expect(try files.attributesOfItem(atPath: directory)[.posixPermissions] as? Int == 0o700)
    #expect(try Set(files.contentsOfDirectory(atPath: directory)) == Set(names))
    var all = ""
    for (part, count) in try export.counts() {
      let path = "\(directory)/\(part.file).json"
      guard count > 0 else {
        #expect(!files.fileExists(atPath: path))
        continue
      }
      #expect(try files.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let rows = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
      #expect(rows.count == count, "\(part.file)")
      #expect(
        rows.allSatisfy { row in row.keys.allSatisfy { !$0.contains("hash") || $0 == "directory_hash" } })
      // That Bob looked is Ada's to know; what is Bob's is not.
      if part.file != "who-looked" { all += text }
    }
    for word in Organisation.words { #expect(all.contains(word), "\(word)") }
    for word in ["bob.babbage", "Bob Babbage", "bbabbage", "babbage-laptop"] {
      #expect(!all.contains(word), "\(word)")
    }
    let readme = try String(contentsOfFile: directory + "/README.txt", encoding: .utf8)
    for name in names where name != "README.txt" { #expect(readme.contains(name), "\(name)") }
    #expect(readme.contains("for 90 days after the session's last activity"))
    #expect(throws: KeepingError.exists(directory)) { try export.write(toDirectory: directory) }

    var document = ""
    try export.write { document += $0 }
    let whole = try #require(try JSONSerialization.jsonObject(with: Data(document.utf8)) as? [String: Any])
    #expect(whole.count == PersonExport.parts.count + 1)
    #expect((whole["usage"] as? [Any])?.count ?? 0 > 50)
  }
}
