import Foundation
import Testing

@Suite("What the documents claim")
struct DocumentTests {
  private static let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Sources of tests by the name of their file; there are several of some names.
  private static func tests() throws -> [String: [String]] {
    let files = try #require(
      FileManager.default.enumerator(at: root.appending(path: "Tests"), includingPropertiesForKeys: nil))
    var sources: [String: [String]] = [:]
    for case let file as URL in files where file.pathExtension == "swift" {
      let name = file.deletingPathExtension().lastPathComponent
      sources[name, default: []].append(try String(contentsOf: file, encoding: .utf8))
    }
    return sources
  }

  private static func documents() throws -> [String: String] {
    let folder = root.appending(path: "docs")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix(".md")
    }
    return try Dictionary(
      uniqueKeysWithValues: names.map {
        ($0, try String(contentsOf: folder.appending(path: $0), encoding: .utf8))
      })
  }

  @Test("Every test that a document names is there")
  func claims() throws {
    let sources = try Self.tests()
    var named = 0
    for (document, text) in try Self.documents() {
      var suite = ""
      // `Suite.test`, and `.other` for another test of the suite named before.
      for match in text.matches(
        of: /`(?:[A-Z][A-Za-z]*Tests\/)?([A-Z][A-Za-z]*Tests)?(?:\.([a-z][A-Za-z]*))?`/)
      {
        guard match.output.1 != nil || match.output.2 != nil else { continue }
        if let name = match.output.1 { suite = String(name) }
        let source = try #require(sources[suite], "\(document): there is no \(suite)")
        if let name = match.output.2 {
          #expect(
            source.contains { $0.contains("func \(name)(") }, "\(document): \(suite) has no test \(name)")
          named += 1
        }
      }
    }
    #expect(named > 60)
    // `Suite`: “a test that is named by a sentence”, “another of the same suite”.
    var sentences = 0
    for (document, text) in try Self.documents() {
      for match in text.matches(of: /`([A-Z][A-Za-z]*Tests)`: ((?:“[^”]+”(?:, )?)+)/) {
        let source = try #require(sources[String(match.output.1)], "\(document): \(match.output.1)")
        for name in match.output.2.matches(of: /“([^”]+)”/).map({ String($0.output.1) }) {
          #expect(
            source.contains { $0.contains("func `\(name)`(") },
            "\(document): \(match.output.1) has no “\(name)”")
          sentences += 1
        }
      }
    }
    #expect(sentences > 15)
  }

  @Test("Every file that a document links to or names is there")
  func links() throws {
    for (document, text) in try Self.documents() {
      let links = text.matches(of: /\]\(([^)#:]+)(?:#[^)]*)?\)/).map { "docs/\($0.output.1)" }
      let paths = text.matches(of: /`((?:Benchmarks|Tests|Sources|Scripts)\/[A-Za-z0-9_\/.]+)`/).map {
        String($0.output.1)
      }
      for path in links + paths where !path.hasSuffix("Tests") && path.contains(".") {
        let file = Self.root.appending(path: path)
        let isTest = path.contains(/Tests\.[a-z][A-Za-z]*$/)
        #expect(
          isTest || FileManager.default.fileExists(atPath: file.standardizedFileURL.path),
          "\(document): \(path)")
      }
    }
  }
}
