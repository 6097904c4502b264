import Yams

/// A file that begins with settings in YAML between two lines of `---`, and goes on in Markdown.
struct FrontMatter {
  var settings: Node.Mapping
  var body: String

  /// - Returns: `nil` if it cannot be read, with a problem.
  init?(_ text: String, file: String, problems: Problems) {
    let text = text.replacing("\r\n", with: "\n")
    guard text.hasPrefix("---\n") else {
      problems.add(
        file, 1, "It does not begin with settings. Begin with a line ---, keys and values, and a line ---.")
      return nil
    }
    let rest = text.dropFirst(4)
    var yaml: Substring?
    var body: Substring = ""
    if rest.hasPrefix("---\n") {
      (yaml, body) = ("", rest.dropFirst(4))
    } else if let end = rest.firstRange(of: "\n---\n") {
      (yaml, body) = (rest[..<end.lowerBound], rest[end.upperBound...])
    } else if rest.hasSuffix("\n---") {
      yaml = rest.dropLast(4)
    }
    guard let yaml else {
      problems.add(file, 1, "The settings have no end. Close them with a line ---.")
      return nil
    }
    guard let mapping = SettingsText.mapping(yaml, linesBefore: 1, file: file, problems) else { return nil }
    settings = mapping
    self.body = body.drop(while: \.isNewline).description
  }
}
