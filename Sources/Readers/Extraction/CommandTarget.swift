/// Which file a well-known reading command reads: what a tool without a reading tool of its own looks at.
extension CommandLine {
  /// - Parameter words: A simple command without wrappers; the program's name first.
  static func readTarget(of words: ArraySlice<Substring>) -> Substring? {
    guard let program = words.first.map(lastComponent), let reading = Reading.known[String(program)] else {
      return nil
    }
    var passed = reading.scripts
    var rest = words.dropFirst()
    while let word = rest.popFirst() {
      if word.utf8.contains(0x3E) || word.utf8.contains(0x3C) {
        // A redirection, with its target in the next word or its own.
        if word.hasSuffix(">") || word.hasSuffix("<") { rest = rest.dropFirst() }
      } else if isOption(word) {
        // An edit in place is no reading.
        if program == "sed", word.hasPrefix("-i") { return nil }
        // The script or pattern is then not where it otherwise is.
        if word == "-e" || word == "-f" || word == "--regexp" { passed = 0 }
        if reading.valued.contains(String(word)) { rest = rest.dropFirst() }
      } else if passed > 0 {
        passed -= 1
      } else {
        return plain(word)
      }
    }
    return nil
  }

  /// A word as the shell passes it on; `nil` if only the shell knows what it becomes.
  static func plain(_ word: Substring) -> Substring? {
    var word = word
    if let quote = word.first, quote == "'" || quote == "\"", word.last == quote, word.utf8.count >= 2 {
      word = word.dropFirst().dropLast()
    }
    let isPlain = word.utf8.allSatisfy { byte in
      // $ * ? ` { [ and quotes within
      byte != 0x24 && byte != 0x2A && byte != 0x3F && byte != 0x60 && byte != 0x7B && byte != 0x5B
        && byte != 0x22 && byte != 0x27
    }
    return isPlain && !word.isEmpty && word != "." && word != "-" ? word : nil
  }

  private struct Reading {
    /// How many words stand before the file: a script or a pattern.
    var scripts: Int
    /// Options whose value is the next word.
    var valued: Set<String>

    static let known: [String: Reading] = {
      let lines: Set<String> = ["-n", "-c", "--lines", "--bytes"]
      let search: Set<String> = [
        "-e", "-f", "--regexp", "-A", "-B", "-C", "-m", "-g", "--glob", "-t", "--type", "-T", "--iglob", "-M",
        "--max-count", "--context", "--include", "--exclude", "--max-depth", "-j", "-r",
      ]
      // grep takes no value with -r and -T.
      let grep = search.subtracting(["-r", "-T"])
      var known: [String: Reading] = ["sed": Reading(scripts: 1, valued: ["-e", "-f", "-l"])]
      for name in ["cat", "less", "more", "bat", "wc"] { known[name] = Reading(scripts: 0, valued: []) }
      for name in ["head", "tail"] { known[name] = Reading(scripts: 0, valued: lines) }
      known["nl"] = Reading(scripts: 0, valued: ["-b", "-v", "-w", "-s"])
      known["rg"] = Reading(scripts: 1, valued: search)
      for name in ["grep", "egrep", "fgrep"] { known[name] = Reading(scripts: 1, valued: grep) }
      known["jq"] = Reading(scripts: 1, valued: [])
      return known
    }()
  }
}
