package import Effects
package import Foundation

/// What a person is shown who is to decide on a call: everything the decision hangs on, and nothing that could pass for
/// our own words.
package struct ApprovalCard: Hashable, Sendable, Codable {
  package var tool: String
  package var summary: String
  /// The agent and the person whose run it is.
  package var agent: String
  package var person: String
  package var arguments: [ArgumentSource]
  package var questions: [Question]
  package var effect: ToolDeclaration.Effect?
  package var fingerprint: Fingerprint
  /// Until when an answer counts; none is no.
  package var expires: Date

  package init(
    _ declaration: ToolDeclaration, arguments: [ArgumentSource], questions: [Question], agent: String,
    person: String, fingerprint: Fingerprint, expires: Date
  ) {
    tool = declaration.name
    summary = declaration.summary
    self.agent = agent
    self.person = person
    self.arguments = arguments
    self.questions = questions
    effect = declaration.effect
    self.fingerprint = fingerprint
    self.expires = expires
  }

  /// The card as plain text, for a terminal, a mail or a page.
  package var text: String { "" }
}
