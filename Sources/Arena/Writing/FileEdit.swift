/// One change of one file: what a tool wrote into it and what it replaced.
struct FileEdit: Sendable {
  /// Relative to the project.
  var path: String
  /// `nil` where the file did not exist.
  var before: [String]?
  var after: [String]
  /// The one stretch in which `before` and `after` differ.
  private(set) var prefix = 0
  private(set) var removed: [String] = []
  private(set) var added: [String] = []

  init(path: String, before: [String]?, after: [String]) {
    self.path = path
    self.before = before
    self.after = after
    let old = before ?? []
    while prefix < old.count, prefix < after.count, old[prefix] == after[prefix] { prefix += 1 }
    var suffix = 0
    while suffix < old.count - prefix, suffix < after.count - prefix,
      old[old.count - 1 - suffix] == after[after.count - 1 - suffix]
    { suffix += 1 }
    removed = Array(old[prefix..<(old.count - suffix)])
    added = Array(after[prefix..<(after.count - suffix)])
  }

  /// The hunk with up to `context` unchanged lines around it.
  func hunk(context: Int = 3) -> Hunk {
    let old = before ?? []
    let start = max(0, prefix - context)
    let oldEnd = min(old.count, prefix + removed.count + context)
    var lines = old[start..<prefix].map { " " + $0 }
    lines += removed.map { "-" + $0 }
    lines += added.map { "+" + $0 }
    lines += old[(prefix + removed.count)..<oldEnd].map { " " + $0 }
    let oldCount = oldEnd - start
    return Hunk(
      oldStart: start + 1, oldLines: oldCount, newStart: start + 1,
      newLines: oldCount - removed.count + added.count, lines: lines)
  }

  /// The replaced stretch and its replacement with one line of context, as `Edit` and `replace` take them.
  var replacement: (old: String, new: String) {
    let old = before ?? []
    let from = max(0, prefix - 1)
    let to = min(old.count, prefix + removed.count + (prefix == 0 || removed.isEmpty ? 1 : 0))
    let newTo = after.count - (old.count - to)
    return (
      old[from..<to].joined(separator: "\n"), after[from..<newTo].joined(separator: "\n")
    )
  }

  struct Hunk: Sendable {
    var oldStart: Int
    var oldLines: Int
    var newStart: Int
    var newLines: Int
    /// Each with its mark: space, minus or plus.
    var lines: [String]

    /// `@@ -a,b +c,d @@` and the lines.
    var unified: String {
      (["@@ -\(oldStart),\(oldLines) +\(newStart),\(newLines) @@"] + lines).joined(separator: "\n") + "\n"
    }
  }
}

extension [String] {
  /// As a file has it: every line ends.
  var fileText: String { joined(separator: "\n") + "\n" }
}
