import Ledger
import Testing

@testable import Readers

@Suite("Text that commands carry")
struct HereDocumentTests {
  @Test(
    "A file written from a command's own text is found with its lines",
    arguments: [
      ("cat > a/b.txt <<'EOF'\nfirst line\n  second line\nEOF\ngit add .", "a/b.txt", 2),
      ("mkdir x && cat <<EOF > b.txt\nfirst line\nsecond line\nEOF", "b.txt", 2),
      ("cat <<-\"END\" | tee -a c.txt\nfirst line\n\tEND\nnot of it, surely", "c.txt", 1),
      ("echo $((1 << 2)) > n.txt\ncat > d.txt <<EOF\nfirst line\nEOF", "d.txt", 1),
    ])
  func written(command: String, path: String, count: Int) {
    let found = HereDocument.written(by: command, key: testKey)
    #expect(found?.path == path)
    #expect(found?.lines.count == count)
    #expect(found?.lines.first == LineHash("first line", key: testKey))
  }

  @Test(
    "A command that writes no file from its text has none",
    arguments: [
      "cat <<EOF\nfirst line\nEOF", "cat > a <<EOF\nnever ended", "cat > /dev/null <<E\nx\nE", "", "<<>",
      "> <<",
    ])
  func none(command: String) {
    #expect(HereDocument.written(by: command, key: testKey) == nil)
  }

  @Test(
    "A command is what its most telling part is for",
    arguments: [
      ("cd x && git add -A && git commit -m 'a; b | c'", CommandClass.commit, true),
      ("FOO=1 sudo /usr/bin/git -C dir commit --amend", .commit, true),
      ("git rebase main", .versionControl, true), ("git log -- commit", .versionControl, false),
      ("echo 'git commit'", .inspect, false), ("npm run build && npm test", .test, false),
      ("rg \"git commit\" .", .inspect, false), ("", .other, false), ("'\"'unclosed", .other, false),
    ])
  func commands(command: String, kind: CommandClass, makesCommit: Bool) {
    let judged = CommandLine.judge(command)
    #expect(judged.kind == kind)
    #expect(judged.makesCommit == makesCommit)
  }
}
