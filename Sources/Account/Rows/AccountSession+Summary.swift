package import Ledger

extension AccountSession {
  /// What the ledger keeps of a session once its outcomes are derived.
  package init(_ summary: DerivedSession.Summary) {
    let session = summary.session
    self.init(
      id: session.id, tool: session.tool, name: session.name.isEmpty ? session.id.hexadecimal : session.name,
      project: summary.project.isEmpty ? nil : summary.project,
      projectPath: summary.repository ?? session.directory, started: session.started, ended: session.ended,
      turns: Int(summary.turns), commits: summary.commits, reason: summary.reason, flags: session.flags,
      parent: session.parent)
  }
}
