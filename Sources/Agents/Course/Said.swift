package import Effects
import Foundation
package import ModelClient

/// What an answer's step holds: what a model said, or what came of asking it. Written down before anything is done about
/// it, so that no model is asked twice for the same.
package enum Said: Hashable, Sendable, Codable {
  case answer(ModelAnswer)
  /// The conversation grew too long, and this is what stands for it from here on.
  case shortened(Conversation)
  /// No answer came. What the attempts used stands beside it all the same.
  case nothing(because: String, mayPass: Bool)

  /// As it is written down.
  package var journalled: JSON {
    get throws { try JSON(bytes: JSONEncoder().encode(self)) }
  }

  package init?(journalled: JSON) {
    guard let said = try? JSONDecoder().decode(Said.self, from: Data(journalled.canonical.utf8)) else {
      return nil
    }
    self = said
  }
}
