/// Something in an export that could not be read, or has to be known about it: where, and why. Without content.
package struct BillProblem: Hashable, Sendable, CustomStringConvertible {
  /// As it was given.
  package var file: String
  /// `line 3: data[0].results[2].output_tokens`; empty for the file as a whole.
  package var place: String
  package var reason: String

  package var description: String { "\(file): " + (place.isEmpty ? reason : "\(place): \(reason)") }
}

/// The problems of one file. Only so many are kept, and the rest counted: a file of the wrong kind has one on each line.
struct BillProblems {
  let file: String
  private var list: [BillProblem] = []
  /// All that were noted, kept or not.
  private(set) var total = 0

  init(file: String) { self.file = file }

  static let most = 20

  mutating func note(_ place: String, _ reason: String) {
    total += 1
    guard list.count < Self.most else { return }
    list.append(BillProblem(file: file, place: place, reason: reason))
  }

  var all: [BillProblem] {
    total == list.count
      ? list
      : list + [BillProblem(file: file, place: "", reason: "and \(total - list.count) more problems.")]
  }
}
