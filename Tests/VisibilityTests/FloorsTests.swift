import Testing

@testable import Visibility

@Suite struct FloorsTests {
  @Test("a manager sees less of a group than others, for the manager knows who is in it") func order() {
    #expect(Floors().manager > Floors().others)
  }
}
