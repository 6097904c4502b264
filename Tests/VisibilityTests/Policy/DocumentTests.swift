import Foundation
import Testing

@Suite struct DocumentTests {
  @Test("every test that docs/visibility.md names is there") func namesTests() throws {
    let tests = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .deletingLastPathComponent()
    let root = tests.deletingLastPathComponent().deletingLastPathComponent()
    let document = try String(contentsOf: root.appending(path: "docs/visibility.md"), encoding: .utf8)
    var sources: [String: String] = [:]
    let files = try #require(FileManager.default.enumerator(at: tests, includingPropertiesForKeys: nil))
    for case let file as URL in files where file.pathExtension == "swift" {
      sources[file.deletingPathExtension().lastPathComponent] = try String(contentsOf: file, encoding: .utf8)
    }
    var suite = ""
    var named = 0
    for match in document.matches(of: /`([A-Z][A-Za-z]*Tests)?(?:\.([a-z][A-Za-z]*))?`/) {
      guard match.output.1 != nil || match.output.2 != nil else { continue }
      if let name = match.output.1 { suite = String(name) }
      let source = try #require(sources[suite], "there is no \(suite)")
      if let name = match.output.2 {
        #expect(source.contains("func \(name)("), "\(suite) has no test \(name)")
        named += 1
      }
    }
    #expect(named > 20)
  }
}
