import Ledger
import Testing

@testable import Readers

@Suite("What commands read, and what they call their commits")
struct CommandTests {
  @Test(
    "The first line of a commit's message is found, however it is given",
    arguments: [
      "git commit -m \"Add the thing\"", "git add -A && git commit -am 'Add the thing' && git push",
      "git commit -m \"$(cat <<'EOF'\nAdd the thing\n\nBecause \"it\" was missing.\nEOF\n)\"",
      "git -C dir commit --no-verify --message=\"Add the thing\n\nmore\"",
      "git commit -F - <<EOF\nAdd the thing\nEOF", "git commit -q --author 'A <a@b>' -m  \"Add the  thing\"",
      "rtk git commit -m \"Add the thing\" -m \"another paragraph\"",
    ])
  func subject(command: String) {
    #expect(CommandLine.judge(command).makesCommit)
    let wanted = LineHash("Add the thing", key: testKey)
    #expect(CommitMessage.subjects(in: command, key: testKey).map(Optional.some) == [wanted])
  }

  @Test("Signs that the shell takes out of a message are not in it, and quotes count as one")
  func escapes() {
    let command = #"git commit -m "Say \"yes\" to \`it\` for \$5""#
    #expect(
      CommitMessage.subjects(in: command, key: testKey).first
        == LineHash(#"Say "yes" to `it` for $5"#, key: testKey))
  }

  @Test("Two commits in one command have two messages")
  func two() {
    let command = "git commit -m 'First change' a && git commit -m 'Second change' b"
    #expect(
      CommitMessage.subjects(in: command, key: testKey)
        == ["First change", "Second change"].compactMap { LineHash($0, key: testKey) })
  }

  @Test(
    "No message, or one too short to tell anything, has none",
    arguments: [
      "git commit", "git commit --amend --no-edit", "git commit -m fix", "git commit -m", "git commit -m \"",
      "git commit -m \"$(cat <<", "git commit -F message.txt", "echo uncommit -m 'a long enough text'",
    ])
  func none(command: String) {
    #expect(CommitMessage.subjects(in: command, key: testKey) == [])
  }

  @Test(
    "A reading command's file is its target",
    arguments: [
      ("cat src/a.c", "src/a.c"), ("sed -n '1,80p' src/a.c", "src/a.c"),
      ("head -n 40 src/a.c | grep x", "src/a.c"),
      ("tail -20 'src/a b.c'", "src/a b.c"), ("nl -ba src/a.c | sed -n '1,9p'", "src/a.c"),
      ("rg -n \"func main\" src", "src"), ("rg -g '*.c' -e main src", "src"),
      ("grep -rn main src/a.c", "src/a.c"),
      ("cd lib && cat a.c", "lib/a.c"), ("git status; cat src/a.c 2>/dev/null", "src/a.c"),
      ("cat > out.txt in.txt", "in.txt"), ("env LANG=C cat src/a.c", "src/a.c"), ("wc -l src/a.c", "src/a.c"),
    ])
  func target(command: String, path: String) {
    #expect(CommandLine.judge(command).target == path)
  }

  @Test(
    "Where the file is not named, or nothing is read, there is no target",
    arguments: [
      "cat", "cat $FILE", "cat *.c", "rg main", "ls src", "sed -i 's/a/b/' src/a.c", "git commit -m x",
      "cat <<EOF",
      "cat > out.txt", "head -n", "make test",
    ])
  func noTarget(command: String) {
    #expect(CommandLine.judge(command).target == nil)
  }
}
