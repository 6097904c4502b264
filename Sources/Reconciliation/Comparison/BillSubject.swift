/// What of a day a figure is about.
package enum BillSubject: Hashable, Comparable, Sendable {
  /// By its canonical name, or the provider's own where there is none.
  case model(String)
  /// All models together: the report does not divide by model.
  case all
  /// Several models, which are shown together so that nobody's use can be told from it.
  case several
  /// No model: the price of a search, of storage, …
  case apart

  package var title: String {
    switch self {
    case .model(let name): name
    case .all: "all models"
    case .several: "several models"
    case .apart: "no model"
    }
  }
}
