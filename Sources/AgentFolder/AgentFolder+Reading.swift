import Effects
import Foundation
import Triage

extension AgentFolder {
  /// Reads and checks all of it.
  ///
  /// - Throws: ``AgentFolderError`` with every problem that was found.
  package static func read(at path: String) throws(AgentFolderError) -> AgentFolder {
    let problems = Problems()
    let folder = read(at: path, problems)
    guard problems.isEmpty, let folder else {
      throw AgentFolderError(folder: path, problems: problems.sorted)
    }
    return folder
  }

  /// Everything that is wrong with the folder at `path`; empty if an agent can be run from it.
  package static func check(at path: String) -> [AgentFolderError.Problem] {
    let problems = Problems()
    _ = read(at: path, problems)
    return problems.sorted
  }

  private static func read(at path: String, _ problems: Problems) -> AgentFolder? {
    let name = URL(filePath: path, directoryHint: .isDirectory).standardizedFileURL.lastPathComponent
    if !AgentSettings.isName(name) {
      problems.add(
        ".", nil, "An agent's folder is named in lower case, digits and single hyphens within. Rename it.")
    }
    let files = FolderFiles(at: path, problems).texts
    for (file, text) in files {
      for finding in SecretScan.findings(in: text) {
        problems.add(
          file, finding.line,
          "This looks like \(finding.kind). Take it out and replace it where it came from: whoever can read the folder has it. Name it under “credential” instead."
        )
      }
    }
    for file in files.keys where !isKnown(file) {
      let meant =
        nearest(to: file, of: ["AGENT.md", "skills.lock", "tools.lock", "README.md", TriagePolicy.file]).map {
          " Did you mean \($0)?"
        } ?? ""
      problems.add(
        file, nil,
        "It is no part of an agent.\(meant) A folder has AGENT.md, README.md, triage.yaml, skills.lock, tools.lock and skills/NAME/SKILL.md."
      )
    }
    guard let text = files["AGENT.md"] else {
      if problems.isEmpty {
        problems.add("AGENT.md", nil, "It is missing: the agent's settings and instructions.")
      }
      return nil
    }
    guard let front = FrontMatter(text, file: "AGENT.md", problems: problems) else { return nil }
    if front.body.allSatisfy(\.isWhitespace) {
      problems.add(
        "AGENT.md", nil, "There are no instructions below the settings. Say what the agent is to do.")
    }
    let settings = AgentSettings.read(front.settings, of: name, file: "AGENT.md", problems)
    let skills = skills(files, tools: settings?.tools ?? [], problems)
    SkillsLock.check(files[SkillsLock.file], skills, problems)
    let triage = TriagePolicy.read(files[TriagePolicy.file], problems)
    guard let settings else { return nil }
    if files[TriagePolicy.file] != nil, settings.mailbox == nil {
      problems.add(TriagePolicy.file, nil, "AGENT.md names no “mailbox” whose messages these rules are for.")
    }
    return AgentFolder(
      name: name, settings: settings, instructions: front.body, skills: skills, triage: triage,
      toolsLock: files[toolsLockFile] ?? "", hash: ContentHash.of(files))
  }

  private static func isKnown(_ file: String) -> Bool {
    let parts = file.split(separator: "/")
    return ["AGENT.md", "README.md", SkillsLock.file, TriagePolicy.file, toolsLockFile].contains(file)
      || parts[0] == "skills" && parts.count > 2
  }

  private static func skills(_ files: [String: String], tools: [String], _ problems: Problems) -> [Skill] {
    var bySkill: [String: [String: String]] = [:]
    for (file, text) in files {
      let parts = file.split(separator: "/", maxSplits: 2)
      guard parts.count == 3, parts[0] == "skills" else { continue }
      bySkill[String(parts[1]), default: [:]][String(parts[2])] = text
    }
    return bySkill.sorted { $0.key < $1.key }.compactMap { name, files in
      Skill.read(name, files, tools: tools, problems)
    }
  }
}
