import Yams

/// A file that begins with settings in YAML between two lines of `---`, and goes on in Markdown.
struct FrontMatter {
  var settings: Node.Mapping
  var body: String

  /// In bytes.
  static let mostBytes = 64 << 10

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
    guard yaml.utf8.count <= Self.mostBytes else {
      problems.add(
        file, 1, "The settings are longer than \(Self.mostBytes >> 10) KiB. Put long texts below them.")
      return nil
    }
    if let line = Self.anchor(in: yaml) {
      // An alias can stand for an alias can stand for …: a few lines that fill the memory.
      problems.add(
        file, line + 1, "A name marked with & (an anchor) is not read here. Write the value out, or quote it."
      )
      return nil
    }
    // Comments take the place of the first line, so that lines have their numbers.
    guard let mapping = Self.compose("#\n" + yaml, file: file, problems: problems) else { return nil }
    settings = mapping
    self.body = body.drop(while: \.isNewline).description
  }

  /// The line of the first `&` at a place where YAML could take it for an anchor. Without one no alias stands for
  /// anything.
  private static func anchor(in yaml: Substring) -> Int? {
    for (place, line) in yaml.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      var before: Character = " "
      let characters = Array(line)
      for (index, character) in characters.enumerated() {
        let opens = before.isWhitespace || "[{,:-?\"'".contains(before)
        if character == "&", opens, index + 1 < characters.count, !characters[index + 1].isWhitespace {
          return place + 1
        }
        before = character
      }
    }
    return nil
  }

  private static func compose(_ yaml: String, file: String, problems: Problems) -> Node.Mapping? {
    do {
      guard let node = try Yams.compose(yaml: yaml) else {
        problems.add(file, 1, "The settings are empty.")
        return nil
      }
      guard let mapping = node.mapping else {
        problems.add(file, 2, "The settings are no keys and values.")
        return nil
      }
      return mapping
    } catch let error as YamlError {
      let (line, reason) = Self.place(of: error, in: yaml)
      problems.add(file, line, "It is not YAML: \(reason).")
    } catch {
      problems.add(file, 1, "It is not YAML.")
    }
    return nil
  }

  private static func place(of error: YamlError, in yaml: String) -> (line: Int, reason: String) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      (mark.line, problem)
    case .duplicatedKeysInMapping(let duplicates, let context):
      (
        second(duplicates.first ?? "", in: yaml) ?? context.mark.line,
        "\(quoted(duplicates.first ?? "")) is given twice"
      )
    case .reader(let problem, _, _, _): (1, problem)
    default: (1, "it cannot be read")
    }
  }

  /// The parser says where a mapping begins, which of a long one says little: the second line that has the key.
  private static func second(_ key: String, in yaml: String) -> Int? {
    let lines = yaml.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    return lines.filter { $0.element.drop { " -{\"'".contains($0) }.hasPrefix(key) }.dropFirst().first.map {
      $0.offset + 1
    }
  }
}
