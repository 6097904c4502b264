import GRDB

/// How often each kind of what pages read again and again was changed, by whatever process, counted by triggers: what is
/// read once need not be read again until its number has grown.
package struct ControlVersions: Hashable, Sendable {
  /// Of what a directory's snapshot is made of.
  package var directory: Int64 = 0
  /// Of what pages on people need beside it.
  package var people: Int64 = 0
  /// Of what was published of closed weeks.
  package var published: Int64 = 0
}

extension ControlSchema {
  /// Read by pages on people; what of it a snapshot has too is counted there.
  private static let ofPeople = [
    "scim_user", "scim_group", "group_member", "reporting", "charging", "cost_centre", "repository",
    "identity",
  ]
  private static let ofWeeks = ["frozen_week", "frozen_adoption", "delivery_week"]

  static var versions: String {
    """
    INSERT INTO setting (name, value) VALUES ('people_version', 1), ('published_version', 1);
    CREATE TRIGGER team_rule_update AFTER UPDATE ON setting WHEN NEW.name = 'team_rule' BEGIN
      UPDATE setting SET value = value + 1 WHERE name = 'people_version';
    END;
    """ + ofPeople.map { triggers($0, "people_version") }.joined()
      + ofWeeks.map { triggers($0, "published_version") }.joined()
  }

  /// Each change of a table counts, even one that is made by hand.
  static func triggers(_ table: String, _ setting: String) -> String {
    ["INSERT", "UPDATE", "DELETE"].map { change in
      """
      CREATE TRIGGER \(table)_\(change.lowercased()) AFTER \(change) ON \(table) BEGIN
        UPDATE setting SET value = value + 1 WHERE name = '\(setting)';
      END;
      """
    }.joined(separator: "\n")
  }
}

extension ControlVersions {
  static func read(_ db: Database) throws -> ControlVersions {
    let sql =
      "SELECT name, value FROM setting WHERE name IN ('version', 'people_version', 'published_version')"
    var versions = ControlVersions()
    for row in try Row.fetchAll(db.cachedStatement(sql: sql)) {
      let (name, value): (String, Int64) = (row[0], row[1])
      switch name {
      case "version": versions.directory = value
      case "people_version": versions.people = value
      default: versions.published = value
      }
    }
    return versions
  }
}
