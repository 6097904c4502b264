/// A control database that the version before the second migration made, by its own commands: as `.dump` prints it.
enum VersionOne {
  static let dump = #"""
    CREATE TABLE account (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      kind TEXT NOT NULL CHECK (kind IN ('local', 'person', 'agent'))
    ) STRICT;
    INSERT INTO "account" VALUES(1,1,'local');
    INSERT INTO "account" VALUES(2,1,'person');
    INSERT INTO "account" VALUES(3,1,'person');
    INSERT INTO "account" VALUES(4,1,'person');
    INSERT INTO "account" VALUES(5,1,'agent');
    CREATE TABLE agent (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      account_id INTEGER NOT NULL UNIQUE REFERENCES account(id),
      name TEXT NOT NULL,
      folded TEXT NOT NULL,
      created INTEGER NOT NULL,
      ended INTEGER
    ) STRICT;
    INSERT INTO "agent" VALUES(1,1,5,'triage','triage',1795264695929,NULL);
    CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
    INSERT INTO "grdb_migrations" VALUES('1: directory, keys, limits, notices');
    CREATE TABLE membership (
      member_id INTEGER NOT NULL REFERENCES person(id),
      of_id INTEGER NOT NULL REFERENCES team(id),
      since INTEGER NOT NULL,
      until INTEGER
    ) STRICT;
    INSERT INTO "membership" VALUES(1,1,1795264695176,NULL);
    INSERT INTO "membership" VALUES(3,1,1795264695655,1795264697021);
    CREATE TABLE notice (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      at INTEGER NOT NULL,
      kind TEXT NOT NULL,
      key_id INTEGER,
      person_id INTEGER,
      limit_id INTEGER,
      text TEXT NOT NULL
    ) STRICT;
    CREATE TABLE ownership (
      member_id INTEGER NOT NULL REFERENCES agent(id),
      of_id INTEGER NOT NULL REFERENCES person(id),
      since INTEGER NOT NULL,
      until INTEGER
    ) STRICT;
    INSERT INTO "ownership" VALUES(1,1,1795264695929,NULL);
    CREATE TABLE person (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      account_id INTEGER NOT NULL UNIQUE REFERENCES account(id),
      name TEXT NOT NULL,
      mail TEXT NOT NULL,
      folded TEXT NOT NULL,
      created INTEGER NOT NULL,
      ended INTEGER
    ) STRICT;
    INSERT INTO "person" VALUES(1,1,2,'Ana Gómez','ana@example.com','ana@example.com',1795264695176,NULL);
    INSERT INTO "person" VALUES(2,1,3,'bo','bo@example.com','bo@example.com',1795264695312,NULL);
    INSERT INTO "person" VALUES(3,1,4,'leaver','leaver@example.com','leaver@example.com',1795264695655,1795264697021);
    CREATE TABLE project (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      name TEXT NOT NULL,
      folded TEXT NOT NULL,
      created INTEGER NOT NULL,
      ended INTEGER
    ) STRICT;
    INSERT INTO "project" VALUES(1,1,'checkout','checkout',1795264695080,NULL);
    CREATE TABLE setting (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    INSERT INTO "setting" VALUES('version',17);
    CREATE TABLE spend_limit (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      scope TEXT NOT NULL,
      scope_id INTEGER NOT NULL,
      measure TEXT NOT NULL,
      amount INTEGER NOT NULL CHECK (amount > 0),
      window TEXT NOT NULL,
      created INTEGER NOT NULL,
      ended INTEGER
    ) STRICT;
    INSERT INTO "spend_limit" VALUES(1,1,'person',1,'tokens',2000000,'week',1795264696791,NULL);
    CREATE TABLE team (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      name TEXT NOT NULL,
      folded TEXT NOT NULL,
      created INTEGER NOT NULL,
      ended INTEGER
    ) STRICT;
    INSERT INTO "team" VALUES(1,1,'Payments','payments',1795264694900,NULL);
    CREATE TABLE virtual_key (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      name TEXT NOT NULL,
      folded TEXT NOT NULL,
      person_id INTEGER REFERENCES person(id),
      agent_id INTEGER REFERENCES agent(id),
      team_id INTEGER REFERENCES team(id),
      project_id INTEGER REFERENCES project(id),
      hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
      prefix TEXT NOT NULL,
      created INTEGER NOT NULL,
      expires INTEGER,
      revoked INTEGER,
      models TEXT NOT NULL,
      upstreams TEXT NOT NULL,
      allows_subscription INTEGER NOT NULL,
      CHECK ((person_id IS NULL) <> (agent_id IS NULL))
    ) STRICT;
    INSERT INTO "virtual_key" VALUES(1,1,'laptop','laptop',1,NULL,NULL,NULL,X'F55B455FAD9F60B554CA230E85CF9CE019EC13016ED419B6F2400ED874621512','asy_IXn1RT',1795264696044,NULL,NULL,'[]','[]',0);
    INSERT INTO "virtual_key" VALUES(2,1,'ci','ci',NULL,1,NULL,1,X'A6EC9BAD6CBF452F4DD44B6E79146B39404CAD5450B9B2F61A49387D621660A4','asy_XG0exR',1795264696179,NULL,NULL,'[]','[]',0);
    INSERT INTO "virtual_key" VALUES(3,1,'old','old',3,NULL,NULL,NULL,X'410A248E03805CAC70FF6176068EBF98E2CC5BBAEABDB3F1D15AA86CEA87B801','asy_0nY2rq',1795264696355,NULL,1795264697021,'[]','[]',0);
    CREATE UNIQUE INDEX team_living ON team(org_id, folded) WHERE ended IS NULL;
    CREATE UNIQUE INDEX project_living ON project(org_id, folded) WHERE ended IS NULL;
    CREATE UNIQUE INDEX person_living ON person(org_id, folded) WHERE ended IS NULL;
    CREATE UNIQUE INDEX agent_living ON agent(org_id, folded) WHERE ended IS NULL;
    CREATE UNIQUE INDEX membership_now ON membership(member_id) WHERE until IS NULL;
    CREATE INDEX membership_of ON membership(of_id);
    CREATE UNIQUE INDEX ownership_now ON ownership(member_id) WHERE until IS NULL;
    CREATE INDEX ownership_of ON ownership(of_id);
    CREATE UNIQUE INDEX virtual_key_living ON virtual_key(org_id, folded) WHERE revoked IS NULL;
    CREATE INDEX virtual_key_person ON virtual_key(person_id);
    CREATE INDEX virtual_key_agent ON virtual_key(agent_id);
    CREATE UNIQUE INDEX spend_limit_living
      ON spend_limit(org_id, scope, scope_id, measure, window) WHERE ended IS NULL;
    CREATE TRIGGER team_insert AFTER INSERT ON team BEGIN
      UPDATE setting SET value = value + 1 WHERE name = 'version';
    END;
    CREATE TRIGGER team_update AFTER UPDATE ON team BEGIN
      UPDATE setting SET value = value + 1 WHERE name = 'version';
    END;
    CREATE TRIGGER team_delete AFTER DELETE ON team BEGIN
      UPDATE setting SET value = value + 1 WHERE name = 'version';
    END;
    CREATE TRIGGER project_insert AFTER INSERT ON project BEGIN
      UPDATE setting SET value = value + 1 WHERE name = 'version';
    END;
    CREATE TRIGGER project_update AFTER UPDATE ON project BEGIN
      UPDATE setting SET value = value + 1 WHERE name = 'version';
    END;
    CREATE TRIGGER project_delete AFTER DELETE ON project BEGIN
      UPDATE setting SET value = value + 1 WHERE name = 'version';
    END;
    CREATE TRIGGER person_insert AFTER INSERT ON person BEGIN
      UPDATE setting SET value = value + 1 WHERE name = 'version';
    END;
    CREATE TRIGGER person_update AFTER UPDATE ON person BEGIN
      UPDATE setting SET value = value + 1 WHERE name = 'version';
    END;
    CREATE TRIGGER person_delete AFTER DELETE ON person BEGIN
      UPDATE setting SET value = value + 1 WHERE name = 'version';
    END;
    CREATE TRIGGER agent_insert AFTER INSERT ON agent BEGIN
      UPDATE setting SET value = value + 1 WHERE name = 'version';
    END;
    CREATE TRIGGER agent_update AFTER UPDATE ON agent BEGIN
      UPDATE setting SET value = value + 1 WHERE name = 'version';
    END;
    CREATE TRIGGER agent_delete AFTER DELETE ON agent BEGIN
      UPDATE setting SET value = value + 1 WHERE name = 'version';
    END;
    CREATE TRIGGER membership_insert AFTER INSERT ON membership BEGIN
      UPDATE setting SET value = value + 1 WHERE name = 'version';
    END;
    CREATE TRIGGER membership_update AFTER UPDATE ON membership BEGIN
      UPDATE setting SET value = value + 1 WHERE name = 'version';
    END;
    CREATE TRIGGER membership_delete AFTER DELETE ON membership BEGIN
      UPDATE setting SET value = value + 1 WHERE name = 'version';
    END;
    CREATE TRIGGER ownership_insert AFTER INSERT ON ownership BEGIN
      UPDATE setting SET value = value + 1 WHERE name = 'version';
    END;
    CREATE TRIGGER ownership_update AFTER UPDATE ON ownership BEGIN
      UPDATE setting SET value = value + 1 WHERE name = 'version';
    END;
    CREATE TRIGGER ownership_delete AFTER DELETE ON ownership BEGIN
      UPDATE setting SET value = value + 1 WHERE name = 'version';
    END;
    CREATE TRIGGER virtual_key_insert AFTER INSERT ON virtual_key BEGIN
      UPDATE setting SET value = value + 1 WHERE name = 'version';
    END;
    CREATE TRIGGER virtual_key_update AFTER UPDATE ON virtual_key BEGIN
      UPDATE setting SET value = value + 1 WHERE name = 'version';
    END;
    CREATE TRIGGER virtual_key_delete AFTER DELETE ON virtual_key BEGIN
      UPDATE setting SET value = value + 1 WHERE name = 'version';
    END;
    CREATE TRIGGER spend_limit_insert AFTER INSERT ON spend_limit BEGIN
      UPDATE setting SET value = value + 1 WHERE name = 'version';
    END;
    CREATE TRIGGER spend_limit_update AFTER UPDATE ON spend_limit BEGIN
      UPDATE setting SET value = value + 1 WHERE name = 'version';
    END;
    CREATE TRIGGER spend_limit_delete AFTER DELETE ON spend_limit BEGIN
      UPDATE setting SET value = value + 1 WHERE name = 'version';
    END;
    DELETE FROM "sqlite_sequence";
    INSERT INTO "sqlite_sequence" VALUES('account',5);
    INSERT INTO "sqlite_sequence" VALUES('team',1);
    INSERT INTO "sqlite_sequence" VALUES('project',1);
    INSERT INTO "sqlite_sequence" VALUES('person',3);
    INSERT INTO "sqlite_sequence" VALUES('agent',1);
    INSERT INTO "sqlite_sequence" VALUES('virtual_key',3);
    INSERT INTO "sqlite_sequence" VALUES('spend_limit',1);
    """#
}
