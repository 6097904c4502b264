import ArgumentParser
import Charts
import ControlSQLite
import Journal
import Surroundings

/// `assay agent show`: one run, step by step.
struct AgentShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a run step by step: what was said, asked and done, and what it cost.",
    discussion: """
      EXAMPLES
        assay agent show 3f9c2a71b0de
        assay agent show 3f9c2a71b0de --json
      """)

  @Argument(help: "The run, or the end of its name.") var run: String
  @Flag(help: "Print JSON.") var json = false
  @OptionGroup var options: AgentOptions

  func run() throws {
    let journal = try options.journal()
    let document = try RunDocument(RunArgument(text: run).find(in: journal), in: journal)
    try StandardOutput.write(json ? document.whole.document : document.text)
  }
}
