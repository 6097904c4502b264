@testable import AgentFolder
import Testing

@Suite("Secrets in an agent's folder")
struct SecretTests {
  /// Put together here, so that no scanner takes this file for one that has secrets.
  private static let tail = "Zx9" + "q8R7t6Y5u4I3o2P1a0S9d8F7g6H5j4K3l2M1nb"

  @Test(arguments: [
    "the key is sk-ant-" + tail, "ghp" + "_" + tail, "use xoxb" + "-1234-" + tail,
    "AKI" + "AIOSFODNN7EXAMPLE",
    "password: " + tail, "\"api_key\": \"" + tail + "\"", "export TOKEN=" + tail,
    "-----BEGIN RSA " + "PRIVATE KEY-----", "https://ana:" + tail + "@example.org/x", "eyJ" + tail + tail,
  ])
  func `A credential is told by its line, never by its value`(text: String) throws {
    let folder = try TestFolder(["AGENT.md": agent + "\nFirst.\n" + text + "\n"])
    let problems = AgentFolder.check(at: folder.path)
    #expect(problems.map(\.line) == [39], "\(problems)")
    #expect(!problems.description.contains(Self.tail) && !problems.description.contains("EXAMPLE"))
  }

  @Test(arguments: [
    "Never print a password or a token.", "token: see the vault", "credential: forge", "sk-",
    "password = ${PASSWORD}",
    "https://example.org/a@b", "git@example.org:shop.git", "commit 0123456789abcdef0123456789abcdef01234567",
    "tokens: 200000", "the-risk-management-of-long-hyphenated-words",
  ])
  func `What only speaks of credentials passes`(text: String) throws {
    let folder = try TestFolder(["AGENT.md": agent + "\nFirst.\n" + text + "\n"])
    #expect(folder.sentences().isEmpty)
  }
}
