import Keeping
import ServiceSettings

/// `retention: {person_facts: 90d}`.
enum RetentionSettings {
  /// Weeks are settled from the facts four weeks after their end, and budgets of a month are made of calls.
  private static let fewestDays: Int64 = 37

  /// - Throws: ``ConfigurationError`` for what is no number of days, and not `never`.
  static func read(_ node: SettingsNode) throws(ConfigurationError) -> Retention {
    let fields = try SettingsFields(node, known: ["person_facts"])
    let text = try fields.required("person_facts")
    if text == "never" { return .never }
    guard text.hasSuffix("d"), let days = Int64(text.dropLast()), (fewestDays...3650).contains(days) else {
      throw ConfigurationError(
        .wrongValue(
          key: "person_facts",
          expected: "a number of days from \(fewestDays)d to 3650d, such as 90d, or never"))
    }
    return .days(days)
  }
}
