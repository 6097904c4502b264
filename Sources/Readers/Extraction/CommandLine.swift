import Ledger

/// What a shell command is for, and which commits its output names. Commands are looked at where they are
/// read and then forgotten.
enum CommandLine {
  /// The class of a whole command line: that of the most telling of its parts, so that
  /// `cd x && git add -A && git commit -m …` is a commit.
  static func classify(_ command: some StringProtocol) -> CommandClass { judge(command).kind }

  /// What one look at a command says of it.
  struct Judgement {
    var kind = CommandClass.other
    /// Whether it makes commits: `git commit`, `merge`, `cherry-pick`, `revert`, `rebase` or `am`.
    var makesCommit = false
    /// The file or directory that the first well-known reading command in it reads, as it is named there.
    var target: String?
  }

  static func judge(_ command: some StringProtocol) -> Judgement {
    var best = Judgement()
    var directory: Substring?
    for part in parts(of: command) {
      let found = judgePart(part)
      if rank(found.kind) > rank(best.kind) { best.kind = found.kind }
      if found.makesCommit { best.makesCommit = true }
      guard best.target == nil else { continue }
      if part.count == 2, part[0] == "cd" {
        directory = plain(part[1])
      } else if found.kind == .inspect, let target = readTarget(of: meaningful(part)) {
        best.target = String(target).absolute(in: directory.map(String.init))
      }
    }
    return best
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
    var whole = String(command)
    whole.makeContiguousUTF8()
    let bytes = whole.utf8
    let ranges = bytes.withContiguousStorageIfAvailable { words(in: $0) } ?? []
    return ranges.map { words in
      words.map { word in
        let start = bytes.index(bytes.startIndex, offsetBy: word.lowerBound)
        return whole[start..<bytes.index(start, offsetBy: word.count)]
      }
    }
  }

  /// The words of each simple command, as offsets.
  private static func words(in text: UnsafeBufferPointer<UInt8>) -> [[Range<Int>]] {
    var parts: [[Range<Int>]] = []
    var words: [Range<Int>] = []
    var wordStart: Int?
    var quote: UInt8?
    func endWord(at end: Int) {
      if let start = wordStart {
        words.append(start..<end)
        wordStart = nil
      }
    }
    func endPart(at end: Int) {
      endWord(at: end)
      guard !words.isEmpty else { return }
      if parts.count < 64 { parts.append(words) }
      words.removeAll(keepingCapacity: true)
    }
    let end = min(text.count, 4000)
    for index in 0..<end {
      let byte = text[index]
      if let open = quote {
        if byte == open { quote = nil }
        continue
      }
      switch byte {
      case 0x27, 0x22:
        quote = byte
        if wordStart == nil { wordStart = index }
      case 0x20, 0x09, 0x0D: endWord(at: index)
      case 0x3B, 0x7C, 0x26, 0x0A, 0x28, 0x29: endPart(at: index)
      default: if wordStart == nil { wordStart = index }
      }
    }
    endPart(at: end)
    return parts
  }

  /// - Parameter arguments: What stands behind `git`.
  private static func gitSubcommand(_ arguments: ArraySlice<Substring>) -> Substring? {
    var rest = arguments
    while let option = rest.first, isOption(option) {
      rest = rest.dropFirst(option == "-C" || option == "-c" ? 2 : 1)
    }
    return rest.first
  }

  /// Without leading assignments and wrappers such as `sudo`, `env`, `time` and `npx`.
  static func meaningful(_ words: [Substring]) -> ArraySlice<Substring> {
    var rest = words[...]
    while let word = rest.first {
      let first = word.utf8.first ?? 0
      let isAssignment = first != 0x2D && word.utf8.contains(0x3D)
      guard isAssignment || first &- 0x30 < 10 || isWrapper(word) else { break }
      rest = rest.dropFirst()
    }
    return rest
  }

  private static let wrappers: Set<String> = [
    "sudo", "env", "time", "nohup", "exec", "command", "npx", "bunx", "uvx", "xargs", "timeout", "rtk",
  ]

  private static func isWrapper(_ word: Substring) -> Bool {
    // None is longer; a long word is not worth a hash.
    word.utf8.count <= 7 && wrappers.contains(String(word))
  }

  static func lastComponent(_ word: Substring) -> Substring {
    guard word.utf8.contains(0x2F) else { return word }
    return word.utf8.split(separator: 0x2F).last.map(Substring.init) ?? word
  }

  private static func judgePart(_ words: [Substring]) -> (kind: CommandClass, makesCommit: Bool) {
    let words = meaningful(words)
    guard let program = words.first.map(lastComponent) else { return (.other, false) }
    let arguments = words.dropFirst()
    switch Program.known[String(program)] {
    case .always(let kind): return (kind, false)
    case .git:
      switch gitSubcommand(arguments) {
      case "commit": return (.commit, true)
      case "merge", "cherry-pick", "revert", "rebase", "am": return (.versionControl, true)
      default: return (.versionControl, false)
      }
    case .interpreter: return (arguments.contains { holds($0, "test") } ? .test : .run, false)
    case .byGoal:
      let first = arguments.first { !isOption($0) } ?? ""
      let second = arguments.drop { $0 != first }.dropFirst().first { !isOption($0) } ?? ""
      let goal = first == "run" || first == "exec" ? second : first
      return (classify(goal: goal, isMake: program == "make"), false)
    case nil: return (program.hasPrefix("./") ? .run : .other, false)
    }
  }

  private static func classify(goal: Substring, isMake: Bool) -> CommandClass {
    if holds(goal, "test") || goal == "t" || goal == "check" && isMake { return .test }
    if holds(goal, "lint") || holds(goal, "fmt") || holds(goal, "format") || goal == "vet"
      || goal == "clippy" || goal == "typecheck" || goal == "check"
    {
      return .lint
    }
    if holds(goal, "build") || goal == "compile" || goal == "package" || isMake { return .build }
    if ["install", "add", "i", "ci", "get", "mod", "sync", "update", "remove"].contains(goal) {
      return .package
    }
    return .run
  }

  static func isOption(_ word: Substring) -> Bool { word.utf8.first == 0x2D }

  /// Whether `wanted` stands in `word`, byte for byte.
  private static func holds(_ word: Substring, _ wanted: StaticString) -> Bool {
    let found = word.utf8.withContiguousStorageIfAvailable { PatchText.contains($0, wanted) }
    if let found { return found }
    var copy = String(word)
    return copy.withUTF8 { PatchText.contains($0, wanted) }
  }

  /// How a program's name tells what a command is for.
  private enum Program {
    case always(CommandClass), git, byGoal, interpreter

    /// A table, since a switch over strings compares with one after the other.
    static let known: [String: Program] = {
      let groups: [(Program, [String])] = [
        (.git, ["git"]),
        (.always(.versionControl), ["gh", "glab", "hg", "jj", "svn"]),
        (
          .always(.test),
          ["pytest", "jest", "vitest", "mocha", "rspec", "phpunit", "ctest", "tox", "nextest"]
        ),
        (
          .always(.lint),
          [
            "eslint", "prettier", "ruff", "flake8", "mypy", "black", "biome", "swiftlint", "shellcheck",
            "golangci-lint", "gofmt", "rustfmt", "tsc", "clippy",
          ]
        ),
        (
          .byGoal,
          [
            "go", "cargo", "swift", "dotnet", "mix", "gradle", "gradlew", "mvn", "bazel", "make", "just",
            "npm", "pnpm", "yarn", "bun", "deno", "rake", "bundle", "poetry", "uv", "composer",
          ]
        ),
        (.always(.package), ["pip", "pip3", "apt", "apt-get", "brew", "gem", "apk", "dnf"]),
        (
          .always(.build),
          ["gcc", "clang", "cc", "g++", "clang++", "javac", "rustc", "swiftc", "cmake", "ninja", "docker"]
        ),
        (
          .interpreter,
          [
            "python", "python3", "node", "ruby", "perl", "php", "java", "bash", "sh", "zsh", "tsx", "ts-node",
          ]
        ),
        (
          .always(.inspect),
          [
            "ls", "cat", "head", "tail", "nl", "bat", "grep", "rg", "find", "fd", "wc", "sed", "awk", "tree",
            "stat",
            "du", "df", "ps", "pwd", "which", "echo", "jq", "sort", "uniq", "diff", "less", "file", "env",
            "printenv",
          ]
        ),
        (
          .always(.network),
          [
            "curl", "wget", "ssh", "scp", "ping", "nc", "dig", "kubectl", "aws", "gcloud", "az", "terraform",
          ]
        ),
      ]
      var known: [String: Program] = [:]
      for (program, names) in groups { for name in names { known[name] = program } }
      return known
    }()
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
