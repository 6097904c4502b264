import Foundation
import Testing

@testable import Visibility

@Suite struct FloorsTests {
  @Test("floors are raised and never lowered below five and ten, not even in a stored setting") func least()
    throws
  {
    #expect(Floors() == Floors(others: 5, manager: 10))
    #expect(Floors(others: 1, manager: 2) == .least)
    #expect(Floors(others: -3, manager: .min) == .least)
    #expect(Floors(others: 12, manager: 3) == Floors(others: 12, manager: 12))
    let stored = try JSONDecoder().decode(Floors.self, from: Data(#"{"others":2,"manager":3}"#.utf8))
    #expect(stored == .least)
  }
}
