import ArgumentParser
import ControlSQLite
import Directory
import Foundation
import Ledger
import Surroundings

extension PersonCommand {
  struct Manager: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say whom a person reports to, from now on.",
      discussion: """
        Without --to or --nobody, prints the line of managers above the person, the nearest first.

        EXAMPLES
          assay person manager ana@example.com --to bo@example.com
          assay person manager ana@example.com
          assay person manager ana@example.com --nobody
        """)

    @Argument(help: "The person’s mail address.") var mail: String
    @Option(help: ArgumentHelp("The manager.", valueName: "mail")) var to: String?
    @Flag(help: "The person reports to nobody.") var nobody = false
    @OptionGroup var control: ControlOptions

    func validate() throws {
      if to != nil && nobody { throw ValidationError("Give --to or --nobody, not both.") }
    }

    func run() throws {
      let store = try control.open()
      let now = Instant(Date())
      let snapshot = try store.snapshot()
      let person = try snapshot.person(mail: mail)
      guard to != nil || nobody else {
        let directory = NamedDirectory(snapshot)
        let above = try store.peopleReading().managers(above: person.id, at: now)
        let names = above.compactMap { directory.mail($0) }
        return try StandardOutput.write(
          names.isEmpty ? "\(person.mail) reports to nobody.\n" : names.joined(separator: "\n") + "\n")
      }
      let manager = try to.map { try snapshot.person(mail: $0) }
      try store.setManager(of: person.id, to: manager?.id, at: now)
      try StandardOutput.write("\(person.mail) reports to \(manager?.mail ?? "nobody") from now on.\n")
    }
  }

  struct CostCentre: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "cost-centre",
      abstract: "Say what a person’s costs are charged to, from now on.",
      discussion: """
        EXAMPLES
          assay person cost-centre ana@example.com CC-4711
          assay person cost-centre ana@example.com --none
        """)

    @Argument(help: "The person’s mail address.") var mail: String
    @Argument(help: "The cost centre; made if it is new.") var centre: String?
    @Flag(help: "Charge no cost centre.") var none = false
    @OptionGroup var control: ControlOptions

    func validate() throws {
      guard (centre == nil) == none else { throw ValidationError("Give either a cost centre or --none.") }
    }

    func run() throws {
      let store = try control.open()
      let person = try store.snapshot().person(mail: mail)
      let centre = try centre.map { text throws(DirectoryError) in try DirectoryText.name(text) }
      try store.setCostCentre(of: person.id, to: centre, at: Instant(Date()))
      try StandardOutput.write("\(person.mail) is charged to \(centre ?? "no cost centre") from now on.\n")
    }
  }

  struct Merge: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say that two entries are one person.",
      discussion: """
        What was spent under the first is the second’s, since ever or since a day; no record is changed. Keys, \
        agents and identities go along, and the first entry ends.

        EXAMPLES
          assay person merge ana.old@example.com --into ana@example.com
        """)

    @Argument(help: "The entry that ends.") var mail: String
    @Option(help: ArgumentHelp("The entry that stays.", valueName: "mail")) var into: String
    @Option(help: ArgumentHelp("The day from which on (UTC). Default: since ever.", valueName: "day"))
    var since: String?
    @OptionGroup var control: ControlOptions

    func run() throws {
      let since = try since.map { try GivenTime.past($0, option: "--since") }
      let store = try control.open()
      let snapshot = try store.snapshot()
      let (second, first) = (try snapshot.person(mail: mail), try snapshot.person(mail: into))
      try store.merge(person: second.id, into: first.id, since: since, at: Instant(Date()))
      try StandardOutput.write("What was spent as \(second.mail) is \(first.mail)’s.\n")
    }
  }
}

extension GivenTime {
  /// The beginning of a day, UTC, that is not in the future.
  ///
  /// - Throws: a `ValidationError` that says how to write one.
  static func past(_ text: String, option: String) throws -> Instant {
    guard let date = try? Date(text, strategy: Date.ISO8601FormatStyle().year().month().day()),
      date <= Date()
    else { throw ValidationError("\(option) \(text): give a day that has begun, such as 2026-01-31.") }
    return Instant(date)
  }
}
