extension AgentFolder.Skill {
  /// Further files a skill may have: texts that a model reads.
  private static let kinds = ["md", "txt", "json", "yaml", "yml", "csv"]

  /// - Parameter files: By their path below the skill's folder.
  static func read(_ name: String, _ files: [String: String], tools: [String], _ problems: Problems) -> Self?
  {
    let file = "skills/\(name)/SKILL.md"
    guard AgentSettings.isName(name) else {
      problems.add(
        "skills/\(name)", nil,
        "A skill's name is lower case, digits and single hyphens within, at most 64. Rename it.")
      return nil
    }
    for (path, text) in files {
      let kind = path.split(separator: ".").last.map(String.init) ?? ""
      if !path.contains(".") || !kinds.contains(kind) {
        problems.add(
          "skills/\(name)/\(path)", nil,
          "A skill has texts only (\(kinds.joined(separator: ", "))), nothing to install or run. Take it away."
        )
      } else if text.hasPrefix("#!") {
        problems.add(
          "skills/\(name)/\(path)", 1,
          "It begins as a program does (#!). A skill has no programs. Take it away.")
      }
    }
    guard let text = files["SKILL.md"] else {
      problems.add(file, nil, "It is missing. A skill is described there.")
      return nil
    }
    guard let front = FrontMatter(text, file: file, problems: problems) else { return nil }
    let fields = Fields(
      front.settings, known: ["name", "description", "capabilities", "license"], in: file, problems)
    if let given = fields.required("name", most: 64), given != name {
      fields.wrong("name", "the name of its folder, \(quoted(name))")
    }
    let description = fields.required("description", most: 1024)
    let capabilities = fields.texts("capabilities") ?? []
    for capability in capabilities where !tools.contains(capability) {
      fields.wrong(
        "capabilities", "tools that the agent has; \(quoted(capability)) is not in “tools” of AGENT.md")
    }
    _ = fields.text("license")
    guard let description else { return nil }
    return Self(
      name: name, description: description, capabilities: capabilities, instructions: front.body,
      files: files.filter { $0.key != "SKILL.md" }, hash: ContentHash.of(files))
  }
}
