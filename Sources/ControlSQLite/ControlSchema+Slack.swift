extension ControlSchema {
  /// What Slack told us: in full until it is handled, and afterwards that it was here, by hashes that nothing can be read
  /// from, for as long as Slack may send it again.
  static let slackInbox = """
    CREATE TABLE slack_delivery (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      -- Hashes of the delivery's name and of the message's: each is there once.
      name TEXT NOT NULL UNIQUE,
      message TEXT UNIQUE,
      state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'handled', 'abandoned')),
      slack_user TEXT,
      body TEXT,
      attempts INTEGER NOT NULL DEFAULT 0,
      received INTEGER NOT NULL,
      -- Until when nobody is given it.
      due INTEGER NOT NULL,
      CHECK ((state = 'open') = (body IS NOT NULL)),
      CHECK ((state = 'open') = (slack_user IS NOT NULL))
    ) STRICT;
    CREATE INDEX slack_delivery_open ON slack_delivery(id) WHERE state = 'open';
    CREATE INDEX slack_delivery_received ON slack_delivery(received) WHERE state <> 'open';
    """
}
