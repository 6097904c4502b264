import Charts
import Directory

/// As whom one may look at a sample organisation: people in it, each by one way in. What they see is decided for them as
/// for anybody.
package struct DemoLooks: Sendable, Equatable, Codable {
  package struct Look: Sendable, Equatable, Codable {
    /// As it stands in forms.
    package var id: String
    /// “an employee”
    package var title: String
    /// What is worth looking at.
    package var hint: String
    package var name: String
    package var mail: String
    /// The page to begin with.
    package var start: String

    package init(id: String, title: String, hint: String, name: String, mail: String, start: String) {
      self.id = id
      self.title = title
      self.hint = hint
      self.name = name
      self.mail = mail
      self.start = start
    }
  }

  package var looks: [Look]

  package init(_ looks: [Look]) { self.looks = looks }

  static let sentence = "A sample organisation; nothing here is real."

  /// What stands at the head of every page.
  func banner(for caller: Caller?) -> String {
    guard case .person(let person, let proof) = caller else {
      return "<aside aria-label=\"Sample\"><p><strong>\(Self.sentence)</strong></p></aside>\n"
    }
    let current = looks.first { $0.mail.lowercased() == person.mail.lowercased() }
    let who = current.map { "\(person.name), \($0.title)" } ?? person.name
    return """
      <aside aria-label="Sample">
      <p><strong>\(Self.sentence)</strong> You look as \(Markup.escape(who)).</p>
      \(form(proof: proof))</aside>

      """
  }

  /// One button a look.
  func form(proof: String) -> String {
    let buttons = looks.map {
      "<button name=\"as\" value=\"\(Markup.escape($0.id))\">\(Markup.escape($0.title))</button>"
    }
    return """
      <form method="post" action="/look-as">
      <input type="hidden" name="proof" value="\(Markup.escape(proof))">
      <p>Look as \(buttons.joined(separator: "\n"))</p>
      </form>

      """
  }
}
