import Ledger

/// What a shell command is for, and which commits its output names. Commands are looked at where they are
/// read and then forgotten.
enum CommandLine {
  /// The class of a whole command line: that of the most telling of its parts, so that
  /// `cd x && git add -A && git commit -m …` is a commit.
  static func classify(_ command: some StringProtocol) -> CommandClass { classify(parts(of: command)) }

  /// Both judgements of a command, for the price of one.
  static func judge(_ command: some StringProtocol) -> (kind: CommandClass, makesCommit: Bool) {
    let parts = parts(of: command)
    return (classify(parts), makesCommit(parts))
  }

  private static func classify(_ parts: [[Substring]]) -> CommandClass {
    var best = CommandClass.other
    for part in parts {
      let found = classifyPart(part)
      if rank(found) > rank(best) { best = found }
    }
    return best
  }

  /// Whether the command makes commits: `git commit`, `merge`, `cherry-pick`, `revert`, `rebase` or `am`.
  static func makesCommit(_ command: some StringProtocol) -> Bool { makesCommit(parts(of: command)) }

  private static func makesCommit(_ parts: [[Substring]]) -> Bool {
    parts.contains { part in
      gitSubcommand(part).map { ["commit", "merge", "cherry-pick", "revert", "rebase", "am"].contains($0) }
        ?? false
    }
  }

  /// The commits that the output of a commit-making command names as made: `[branch 1a2b3c4] subject`, and
  /// full hashes alone on a line, as `git rev-parse HEAD` prints them after a commit.
  static func commitsMade(inOutput output: String) -> [String] {
    var found: [String] = []
    func add(_ candidate: Substring) {
      let sha = candidate.lowercased()
      if !found.contains(sha), found.count < 16 { found.append(sha) }
    }
    for line in output.split(separator: "\n", omittingEmptySubsequences: true).prefix(2000) {
      var text = line.drop { $0 == " " || $0 == "\r" }
      // Gemini CLI puts the name of the field before the first line.
      if text.hasPrefix("Output: ") { text = text.dropFirst(8) }
      if text.first == "[", let close = text.firstIndex(of: "]") {
        let inside = text[text.index(after: text.startIndex)..<close]
        if let last = inside.split(separator: " ").last, inside.contains(" "), isHash(last, atLeast: 7) {
          add(last)
        }
      } else {
        let word = text.prefix { $0 != "\r" && $0 != " " }
        if word.count == text.count || word.count + 1 == text.count, isHash(word, atLeast: 40) { add(word) }
      }
    }
    return found
  }

  /// The addresses of pull or merge requests in `output`, as `gh pr create` and `glab mr create` print them.
  static func pullRequests(inOutput output: String) -> [String] {
    var found: [String] = []
    for word in output.split(whereSeparator: { $0 == " " || $0 == "\n" || $0 == "\t" || $0 == "\r" })
    where word.hasPrefix("https://") && word.utf8.count < 300 {
      let parts = word.split(separator: "/")
      guard parts.count >= 4, let number = parts.last, !number.isEmpty, number.allSatisfy(\.isNumber)
      else { continue }
      let kind = parts[parts.count - 2]
      if kind == "pull" || kind == "merge_requests", !found.contains(String(word)) {
        found.append(String(word))
      }
    }
    return found
  }

  static func isHash(_ text: some StringProtocol, atLeast minimum: Int) -> Bool {
    let count = text.utf8.count
    return count >= minimum && (count <= 40 || count == 64)
      && text.utf8.allSatisfy { ($0 &- 0x30 < 10) || (($0 | 0x20) &- 0x61 < 6) }
  }

  // MARK: Inside

  /// The simple commands of a command line: cut at `&&`, `||`, `;`, `|` and line breaks outside quotes.
  ///
  /// It goes by bytes: every sign that matters is ASCII, and comparing characters costs more than all else.
  private static func parts(of command: some StringProtocol) -> [[Substring]] {
    var parts: [[Substring]] = []
    var words: [Substring] = []
    let whole = Substring(command)
    let text = whole.utf8.prefix(4000)
    var wordStart: Substring.Index?
    var quote: UInt8?
    func endWord(at end: Substring.Index) {
      if let start = wordStart {
        words.append(whole[start..<end])
        wordStart = nil
      }
    }
    func endPart(at end: Substring.Index) {
      endWord(at: end)
      if !words.isEmpty, parts.count < 64 { parts.append(words) }
      words = []
    }
    var index = text.startIndex
    while index < text.endIndex {
      let byte = text[index]
      if let open = quote {
        if byte == open { quote = nil }
      } else {
        switch byte {
        case 0x27, 0x22:
          quote = byte
          if wordStart == nil { wordStart = index }
        case 0x20, 0x09, 0x0D:
          endWord(at: index)
        case 0x3B, 0x7C, 0x26, 0x0A, 0x28, 0x29:
          endPart(at: index)
        default:
          if wordStart == nil { wordStart = index }
        }
      }
      text.formIndex(after: &index)
    }
    endPart(at: text.endIndex)
    return parts
  }

  private static func gitSubcommand(_ words: [Substring]) -> Substring? {
    let words = meaningful(words)
    guard words.first.map(lastComponent) == "git" else { return nil }
    var rest = words.dropFirst()
    while let option = rest.first, option.hasPrefix("-") {
      rest = rest.dropFirst(option == "-C" || option == "-c" ? 2 : 1)
    }
    return rest.first
  }

  /// Without leading assignments and wrappers such as `sudo`, `env`, `time` and `npx`.
  private static func meaningful(_ words: [Substring]) -> ArraySlice<Substring> {
    var rest = words[...]
    while let word = rest.first {
      let first = word.utf8.first ?? 0
      let isAssignment = first != 0x2D && word.utf8.contains(0x3D)
      guard isAssignment || first &- 0x30 < 10 || isWrapper(word) else { break }
      rest = rest.dropFirst()
    }
    return rest
  }

  private static func isWrapper(_ word: Substring) -> Bool {
    switch word {
    case "sudo", "env", "time", "nohup", "exec", "command", "npx", "bunx", "uvx", "xargs", "timeout": true
    default: false
    }
  }

  private static func lastComponent(_ word: Substring) -> Substring {
    guard word.utf8.contains(0x2F) else { return word }
    return word.utf8.split(separator: 0x2F).last.map(Substring.init) ?? word
  }

  private static func classifyPart(_ words: [Substring]) -> CommandClass {
    let words = meaningful(words)
    guard let program = words.first.map(lastComponent) else { return .other }
    let arguments = words.dropFirst()
    let first = arguments.first { !$0.hasPrefix("-") } ?? ""
    let second = arguments.drop { $0 != first }.dropFirst().first { !$0.hasPrefix("-") } ?? ""
    switch program {
    case "git":
      return gitSubcommand(Array(words)) == "commit" ? .commit : .versionControl
    case "gh", "glab", "hg", "jj", "svn":
      return .versionControl
    case "pytest", "jest", "vitest", "mocha", "rspec", "phpunit", "ctest", "tox", "nextest":
      return .test
    case "eslint", "prettier", "ruff", "flake8", "mypy", "black", "biome", "swiftlint", "shellcheck",
      "golangci-lint", "gofmt", "rustfmt", "tsc", "clippy":
      return .lint
    case "go", "cargo", "swift", "dotnet", "mix", "gradle", "gradlew", "mvn", "bazel", "make", "just",
      "npm", "pnpm", "yarn", "bun", "deno", "rake", "bundle", "poetry", "uv", "composer":
      let goal = first == "run" || first == "exec" ? second : first
      if goal.contains("test") || goal == "t" || goal == "check" && program == "make" { return .test }
      if goal.contains("lint") || goal.contains("fmt") || goal.contains("format") || goal == "vet"
        || goal == "clippy" || goal == "typecheck" || goal == "check"
      {
        return .lint
      }
      if goal.contains("build") || goal == "compile" || goal == "package" || program == "make" {
        return .build
      }
      if ["install", "add", "i", "ci", "get", "mod", "sync", "update", "remove"].contains(goal) {
        return .package
      }
      return .run
    case "pip", "pip3", "apt", "apt-get", "brew", "gem", "apk", "dnf":
      return .package
    case "gcc", "clang", "cc", "g++", "clang++", "javac", "rustc", "swiftc", "cmake", "ninja", "docker":
      return .build
    case "python", "python3", "node", "ruby", "perl", "php", "java", "bash", "sh", "zsh", "tsx", "ts-node":
      return arguments.contains { $0.contains("test") } ? .test : .run
    case "ls", "cat", "head", "tail", "grep", "rg", "find", "fd", "wc", "sed", "awk", "tree", "stat", "du",
      "df", "ps", "pwd", "which", "echo", "jq", "sort", "uniq", "diff", "less", "file", "env", "printenv":
      return .inspect
    case "curl", "wget", "ssh", "scp", "ping", "nc", "dig", "kubectl", "aws", "gcloud", "az", "terraform":
      return .network
    default:
      return program.hasPrefix("./") ? .run : .other
    }
  }

  private static func rank(_ kind: CommandClass) -> Int {
    switch kind {
    case .commit: 9
    case .test: 8
    case .build: 7
    case .lint: 6
    case .package: 5
    case .versionControl: 4
    case .network: 3
    case .run: 2
    case .inspect: 1
    case .other: 0
    }
  }
}
