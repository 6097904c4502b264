package import Ledger

/// Which of many schedules is due next: a binary heap that knows where each name stands, so that putting one in, moving it
/// and taking it out are O(log n), and asking for the first is O(1).
package struct DueQueue<Name: Hashable & Sendable>: Sendable {
  private var heap: [(at: Instant, name: Name)] = []
  private var places: [Name: Int] = [:]

  package init() {}

  package var count: Int { heap.count }
  package var isEmpty: Bool { heap.isEmpty }

  /// What is due first, and when.
  package var first: (at: Instant, name: Name)? { heap.first }

  /// When `name` is due.
  package subscript(name: Name) -> Instant? { places[name].map { heap[$0].at } }

  /// Puts `name` in, or moves it; takes it out where it never comes again.
  package mutating func set(_ name: Name, to instant: Instant?) {
    guard let instant else {
      remove(name)
      return
    }
    if let place = places[name] {
      heap[place].at = instant
      settle(place)
    } else {
      places[name] = heap.count
      heap.append((instant, name))
      rise(heap.count - 1)
    }
  }

  package mutating func remove(_ name: Name) {
    guard let place = places.removeValue(forKey: name) else { return }
    let last = heap.removeLast()
    guard place < heap.count else { return }
    heap[place] = last
    places[last.name] = place
    settle(place)
  }

  /// Takes out the first that is due by `now`.
  package mutating func popDue(by now: Instant) -> (at: Instant, name: Name)? {
    guard let first, first.at <= now else { return nil }
    remove(first.name)
    return first
  }

  private mutating func settle(_ place: Int) {
    rise(place)
    sink(place)
  }

  private mutating func rise(_ start: Int) {
    var place = start
    while place > 0, heap[place].at < heap[(place - 1) / 2].at {
      exchange(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  private mutating func sink(_ start: Int) {
    var place = start
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2] where child < heap.count && heap[child].at < heap[least].at
      {
        least = child
      }
      guard least != place else { return }
      exchange(place, least)
      place = least
    }
  }

  private mutating func exchange(_ a: Int, _ b: Int) {
    heap.swapAt(a, b)
    places[heap[a].name] = a
    places[heap[b].name] = b
  }
}
