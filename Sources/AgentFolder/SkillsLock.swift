/// `skills.lock`: what each skill was when somebody read and accepted it. A line for each: its name, a space, the hash of
/// its files. A skill that changed since, or that is not named, is not used.
enum SkillsLock {
  static let file = "skills.lock"

  static func line(_ skill: AgentFolder.Skill) -> String { "\(skill.name) \(skill.hash)" }

  static func check(_ text: String?, _ skills: [AgentFolder.Skill], _ problems: Problems) {
    var pinned: [String: (line: Int, hash: String)] = [:]
    for (place, line) in (text ?? "").split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard !line.isEmpty, line.first != "#" else { continue }
      let words = line.split(separator: " ")
      guard words.count == 2, words[1].utf8.count == 64, words[1].allSatisfy(\.isHexDigit) else {
        problems.add(file, place + 1, "It is no skill's name and hash.")
        continue
      }
      guard pinned.updateValue((place + 1, String(words[1])), forKey: String(words[0])) == nil else {
        problems.add(file, place + 1, "\(quoted(words[0])) is pinned twice. Keep one line.")
        continue
      }
    }
    for skill in skills {
      guard let pin = pinned.removeValue(forKey: skill.name) else {
        problems.add(
          file, nil,
          "The skill \(quoted(skill.name)) is not pinned. Read it; if you accept it, add the line: \(line(skill))"
        )
        continue
      }
      if pin.hash != skill.hash {
        problems.add(
          file, pin.line,
          "The skill \(quoted(skill.name)) has changed since it was pinned. Read it; if you accept it, put here: \(line(skill))"
        )
      }
    }
    for (name, pin) in pinned {
      problems.add(
        file, pin.line,
        "There is no skill \(quoted(name)), or it cannot be read. Take the line away or mend the skill.")
    }
  }
}
