import Ledger
import Testing

@testable import Visibility

@Suite struct PersonViewTests {
  private let purpose = Result { try Purpose("to answer a request of the person") }

  @Test("what a person is told that others see is what the policy lets them see, and it follows the settings")
  func followsThePolicy() throws {
    let purpose = try purpose.get()
    let off = VisibilityPolicy(VisibilitySettings())
    let on = VisibilityPolicy(
      VisibilitySettings(reports: .init(purpose: purpose, since: Week(year: 2026, number: 30))))
    for policy in [off, on] {
      let view = PersonView(under: policy, administratorsPurpose: purpose)
      for entry in view.entries {
        let asked = policy.decide(entry.onlooker.roles, on: entry.subject, entry.page, purpose: purpose)
        #expect(entry.decision == asked)
      }
      #expect(Set(view.entries.map(\.onlooker)) == Set(PersonView.Onlooker.allCases))
    }
    let before = PersonView(under: off, administratorsPurpose: nil)
    let after = PersonView(under: on, administratorsPurpose: nil)
    #expect(before.decision(as: .directManager, .personUsage) == .refused(.reportsNotVisible))
    #expect(after.decision(as: .directManager, .personUsage).grant?.purpose == purpose)
    #expect(after.decision(as: .managerFurtherUp, .personUsage) == .refused(.furtherDown))
    #expect(after.decision(as: .administrator, .personUsage) == .refused(.purposeMissing))
    #expect(after.decision(as: .directManager, .findings) == .refused(.findingsArePrivate))
  }

  @Test("what is logged says who looked, as what, at which page, what for; what is not shown is not logged")
  func accessRecord() throws {
    let purpose = try purpose.get()
    let policy = VisibilityPolicy(VisibilitySettings())
    let now = Instant(milliseconds: 1_770_000_000_000)
    func record(_ roles: Set<Role>, _ relation: Relation, _ purpose: Purpose?) -> AccessRecord? {
      AccessRecord(
        of: policy.decide(roles, on: .person(relation), .personUsage, purpose: purpose), by: .person(7),
        on: 12, .personUsage, at: now)
    }
    let read = try #require(record([.member, .administrator], .other, purpose))
    #expect(read.basis == .role(.administrator) && read.purpose == purpose && read.subject == 12)
    #expect(read.at == now && read.page == .personUsage && read.onlooker == .person(7))
    #expect(read.form.name == "usage and linked outcomes")
    #expect(record([.member, .administrator], .other, nil) == nil)
    #expect(record([.member], .myself, nil) == nil)
  }

  @Test(
    "a manager's view of a report has closed weeks since it was switched on, and one class for what is not linked"
  )
  func sharedUsage() throws {
    let weeks = (1...3).map { Week(year: 2026, number: $0) }
    let figures = Figures(
      cost: NanoDollars(70),
      outcomes: Dictionary(uniqueKeysWithValues: OutcomeState.allCases.map { ($0, NanoDollars(10)) }))
    let closed = Dictionary(uniqueKeysWithValues: weeks.map { ($0, figures) })
    let shared = try #require(SharedUsage(.usageAndLinkedOutcomes(since: weeks[1]), of: closed))
    #expect(shared.weeks.map(\.week) == Array(weeks[1...]))
    #expect(
      shared.weeks[0].outcomes == [
        .held: NanoDollars(10), .otherLinked: NanoDollars(30), .notLinked: NanoDollars(30),
      ])
    #expect(SharedUsage(.everything, of: closed) == nil)
    #expect(SharedUsage(.cells(floor: 5), of: closed) == nil)
  }

  @Test(
    "a purpose that says nothing is refused", arguments: ["", "   ", "?????????????", "ok", "\u{7}\u{7}\n"])
  func emptyPurpose(text: String) {
    #expect(throws: Purpose.PurposeError.tooShort) { try Purpose(text) }
  }

  @Test("a purpose too long to be read is refused, and control characters are left out") func longPurpose()
    throws
  {
    #expect(throws: Purpose.PurposeError.tooLong) { try Purpose(String(repeating: "a", count: 501)) }
    #expect(try Purpose("for\u{1B} the  works\ncouncil").text == "for the works council")
  }
}
