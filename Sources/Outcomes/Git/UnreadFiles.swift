/// Files whose lines are not evidence of anybody's work, by the patterns of git attributes: lock files,
/// generated and vendored code, minified text, drawings and data.
///
/// A file over 1 MiB counts as binary (`core.bigFileThreshold`), and so is left out as well. Both are counted
/// in ``RepositoryIndex/skippedFiles``.
enum UnreadFiles {
  static let patterns = [
    "*.lock", "*-lock.json", "*-lock.yaml", "npm-shrinkwrap.json", "go.sum", "Package.resolved", "*.lockb",
    "**/node_modules/**", "**/vendor/**", "**/third_party/**", "**/Pods/**", "**/dist/**",
    "*.min.js", "*.min.css", "*.map", "*.bundle.js", "*.pb.go", "*.pb.swift", "*_pb2.py", "*.pb.cc", "*.pb.h",
    "*.g.dart", "*.Designer.cs", "*.svg", "*.csv", "*.tsv", "*.snap", "*.jsonl", "*.ndjson", "*.pdf",
  ]

  /// The content of a file for `core.attributesFile`.
  static var attributes: String { patterns.map { "\($0) -diff\n" }.joined() }

  /// Kept out of the diff altogether, since git would still read them: transcripts can be hundreds of megabytes.
  static let excludedPathspecs = [":(exclude,glob)**/*.jsonl", ":(exclude,glob)**/*.ndjson"]
}
