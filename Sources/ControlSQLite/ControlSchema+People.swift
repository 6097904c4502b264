// The second migration: what an organisation's directory service says of people, and who is who elsewhere.

extension ControlSchema {
  static let people = """
    ALTER TABLE project ADD COLUMN use_case TEXT;
    ALTER TABLE agent ADD COLUMN use_case TEXT;
    -- Made for a group or a department, or taken over by one; NULL if made by hand.
    ALTER TABLE team ADD COLUMN origin TEXT CHECK (origin IN ('group', 'department'));
    -- Groups are teams (see TeamRule).
    INSERT INTO setting (name, value) VALUES ('team_rule', 0);

    CREATE TABLE reporting (
      member_id INTEGER NOT NULL REFERENCES person(id),
      of_id INTEGER NOT NULL REFERENCES person(id),
      since INTEGER NOT NULL,
      until INTEGER,
      CHECK (member_id <> of_id)
    ) STRICT;
    CREATE UNIQUE INDEX reporting_now ON reporting(member_id) WHERE until IS NULL;
    CREATE INDEX reporting_of ON reporting(of_id);

    CREATE TABLE cost_centre (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      name TEXT NOT NULL,
      folded TEXT NOT NULL,
      created INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX cost_centre_name ON cost_centre(org_id, folded);

    CREATE TABLE charging (
      member_id INTEGER NOT NULL REFERENCES person(id),
      of_id INTEGER NOT NULL REFERENCES cost_centre(id),
      since INTEGER NOT NULL,
      until INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX charging_now ON charging(member_id) WHERE until IS NULL;

    CREATE TABLE repository (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      project_id INTEGER NOT NULL REFERENCES project(id),
      remote TEXT NOT NULL,
      created INTEGER NOT NULL,
      ended INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX repository_living ON repository(org_id, remote) WHERE ended IS NULL;

    -- Accounts that are another person's than the one they were made for.
    CREATE TABLE holding (
      member_id INTEGER NOT NULL REFERENCES account(id),
      of_id INTEGER NOT NULL REFERENCES person(id),
      since INTEGER NOT NULL,
      until INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX holding_now ON holding(member_id) WHERE until IS NULL;
    """

  static let provisioned = """
    -- A person whom a directory service or a list named. Whether one is active, `person.ended` says.
    CREATE TABLE scim_user (
      person_id INTEGER PRIMARY KEY REFERENCES person(id),
      org_id INTEGER NOT NULL DEFAULT 1,
      scim_id TEXT NOT NULL UNIQUE,
      external_id TEXT,
      user_name TEXT NOT NULL,
      folded TEXT NOT NULL,
      profile TEXT NOT NULL,
      manager TEXT,
      says_active INTEGER NOT NULL DEFAULT 1,
      created INTEGER NOT NULL,
      modified INTEGER NOT NULL,
      deleted INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX scim_user_living ON scim_user(org_id, folded) WHERE deleted IS NULL;
    CREATE INDEX scim_user_external ON scim_user(external_id) WHERE external_id IS NOT NULL;
    CREATE INDEX scim_user_manager ON scim_user(manager COLLATE NOCASE) WHERE manager IS NOT NULL;

    CREATE TABLE scim_group (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      scim_id TEXT NOT NULL UNIQUE,
      external_id TEXT,
      name TEXT NOT NULL,
      folded TEXT NOT NULL,
      team_id INTEGER REFERENCES team(id),
      created INTEGER NOT NULL,
      modified INTEGER NOT NULL,
      deleted INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX scim_group_living ON scim_group(org_id, folded) WHERE deleted IS NULL;

    CREATE TABLE group_member (
      group_id INTEGER NOT NULL REFERENCES scim_group(id),
      person_id INTEGER REFERENCES scim_user(person_id),
      child_id INTEGER REFERENCES scim_group(id),
      since INTEGER NOT NULL,
      until INTEGER,
      CHECK ((person_id IS NULL) <> (child_id IS NULL))
    ) STRICT;
    CREATE UNIQUE INDEX group_member_person ON group_member(person_id, group_id) WHERE until IS NULL;
    CREATE UNIQUE INDEX group_member_child ON group_member(child_id, group_id) WHERE until IS NULL;
    CREATE INDEX group_member_of ON group_member(group_id) WHERE until IS NULL;
    """

  static let identities = """
    CREATE TABLE identity (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      kind TEXT NOT NULL,
      value TEXT NOT NULL,
      folded TEXT NOT NULL,
      account_id INTEGER NOT NULL REFERENCES account(id),
      rule TEXT NOT NULL,
      since INTEGER NOT NULL,
      until INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX identity_living ON identity(org_id, kind, folded) WHERE until IS NULL;
    CREATE INDEX identity_value ON identity(kind, folded);
    CREATE INDEX identity_account ON identity(account_id);
    INSERT INTO identity (kind, value, folded, account_id, rule, since, until)
      SELECT 'work-mail', mail, folded, account_id, 'hand', created, ended FROM person ORDER BY id;

    -- Nobody's yet. These rows go: see UnmatchedIdentity.
    CREATE TABLE unmatched (
      kind TEXT NOT NULL,
      folded TEXT NOT NULL,
      source TEXT NOT NULL,
      org_id INTEGER NOT NULL DEFAULT 1,
      value TEXT NOT NULL,
      count INTEGER NOT NULL,
      first INTEGER NOT NULL,
      last INTEGER NOT NULL,
      PRIMARY KEY (kind, folded, source)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX unmatched_last ON unmatched(last);
    """
}
