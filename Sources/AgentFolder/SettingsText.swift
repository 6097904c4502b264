import Yams

/// Settings in YAML, as text: a file of their own, or what a file begins with.
enum SettingsText {
  /// In bytes.
  static let mostBytes = 64 << 10

  /// - Parameter linesBefore: How many lines of the file stand before them.
  /// - Returns: `nil` if they cannot be read, with a problem.
  static func mapping(
    _ yaml: Substring, linesBefore: Int, file: String, _ problems: Problems
  ) -> Node.Mapping? {
    guard yaml.utf8.count <= mostBytes else {
      problems.add(
        file, 1, "The settings are longer than \(mostBytes >> 10) KiB. Put long texts below them.")
      return nil
    }
    if let line = anchor(in: yaml) {
      // An alias can stand for an alias can stand for …: a few lines that fill the memory.
      problems.add(
        file, line + linesBefore,
        "A name marked with & (an anchor) is not read here. Write the value out, or quote it.")
      return nil
    }
    // Comments take the place of the lines before, so that lines have their numbers.
    return compose(String(repeating: "#\n", count: linesBefore) + yaml, file: file, problems)
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

  private static func compose(_ yaml: String, file: String, _ problems: Problems) -> Node.Mapping? {
    do {
      guard let node = try Yams.compose(yaml: yaml) else {
        problems.add(file, 1, "The settings are empty.")
        return nil
      }
      guard let mapping = node.mapping else {
        problems.add(file, 1, "The settings are no keys and values.")
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
