import Foundation
import Glibc
import Synchronization
import Testing

@testable import Sandbox

@Suite struct LimitTests {
  @Test func `a command's output, errors and status come back`() async throws {
    try await RunFolder.with { folder in
      let ending = try await folder.sh("echo out; echo err >&2; pwd; exit 7")
      #expect(ending.text == "out\n/assay/work\n" && ending.complaint == "err\n" && ending.status == 7)
      #expect(!ending.isTruncated && ending.stopped == nil)
      #expect(try await folder.run(["/bin/sh", "-c", "kill -9 $$"]).status == 137)
      #expect(try await folder.run(["no-such-program"]).status == 127)
    }
  }

  @Test func `R6: arguments reach the command as they are, past every shell`() async throws {
    try await RunFolder.with { folder in
      let arguments = ["$(id)", "`id`", "; id", "a b", "*", "", "--", "-c", "\"'\\\n", "é"]
      let ending = try await folder.run(["/usr/bin/printf", "%s|"] + arguments)
      #expect(ending.text == arguments.map { $0 + "|" }.joined())
    }
  }

  @Test func `what is written stays in the folder, and only there`() async throws {
    try await RunFolder.with { folder in
      let ending = try await folder.sh("echo kept > file; echo lost > /tmp/file; cat /tmp/file")
      #expect(ending.text == "lost\n")
      #expect(FileManager.default.contents(atPath: folder.path + "/file") == Data("kept\n".utf8))
      #expect(try await folder.sh("cat /tmp/file").status != 0)
    }
  }

  @Test func `output beyond the limit is dropped and said to be`() async throws {
    try await RunFolder.with { folder in
      var folder = folder
      folder.limits.output = 1000
      let ending = try await folder.sh("head -c 5000000 /dev/zero | tr '\\0' x; echo done >&2; exit 3")
      #expect(ending.output == [UInt8](repeating: UInt8(ascii: "x"), count: 1000))
      #expect(ending.isTruncated && ending.status == 3 && ending.complaint == "done\n")
    }
  }

  @Test func `a command that takes too long is ended`() async throws {
    try await RunFolder.with { folder in
      var folder = folder
      folder.limits.wallTime = .milliseconds(300)
      let ending = try await folder.sh("sleep 1000 & sleep 1000")
      #expect(ending.stopped == .wallTime && ending.status != 0)
    }
  }

  @Test func `a command that closes its output is still watched`() async throws {
    try await RunFolder.with { folder in
      var folder = folder
      folder.limits.wallTime = .milliseconds(300)
      let ending = try await folder.sh("exec >&- 2>&-; sleep 1000")
      #expect(ending.stopped == .wallTime)
    }
  }

  @Test func `a command that computes too long is ended`() async throws {
    try await RunFolder.with { folder in
      var folder = folder
      folder.limits.processorTime = .seconds(1)
      let ending = try await folder.run(["/usr/bin/python3", "-c", "while True: pass"])
      #expect(ending.stopped == .processorTime)
    }
  }

  /// As many processes as the limit forbids, and no more than the machine can bear if nothing ended them.
  private static func swarm(_ mark: String) -> String {
    "for i in $(seq 600); do sh -c 'sleep 60; : \(mark)' & done; sleep 60"
  }

  @Test func `whoever starts more and more processes is ended, with all of them`() async throws {
    try await RunFolder.with { folder in
      var folder = folder
      folder.limits.processes = 40
      let mark = "fork-bomb-\(UUID().uuidString.prefix(8))"
      let ending = try await folder.sh(Self.swarm(mark))
      #expect(ending.stopped == .processes || ending.complaint.contains("fork"))
      #expect(Leftovers.count(naming: mark) == 0)
    }
  }

  @Test(arguments: [
    "x = bytearray(400 << 20); print('had it')",
    "import mmap; x = mmap.mmap(-1, 400 << 20); [x.__setitem__(i, 1) for i in range(0, 400 << 20, 4096)]; import time; time.sleep(30); print('had it')",
    "open('/tmp/big', 'wb').write(b'x' * 10 * (1 << 20) * 20); print('had it')",
    "f = open('/dev/shm/big', 'wb'); [f.write(b'x' * (1 << 20)) for i in range(400)]; print('had it')",
    "import os\nfor i in range(6):\n  if os.fork() == 0:\n    x = bytearray(60 << 20)\n    import time; time.sleep(40); break\nelse:\n  import time; time.sleep(30); print('had it')",
  ])
  func `memory beyond the limit is not had, in one process or in many`(script: String) async throws {
    try await RunFolder.with { folder in
      var folder = folder
      folder.limits.memory = 150 << 20
      let ending = try await folder.python(script)
      #expect(!ending.text.contains("had it") && ending.status != 0)
    }
  }

  @Test func `a file beyond the limit is not written`() async throws {
    try await RunFolder.with { folder in
      var folder = folder
      folder.limits.fileSize = 1 << 20
      _ = try await folder.sh("head -c 5000000 /dev/zero > big")
      let size = try FileManager.default.attributesOfItem(atPath: folder.path + "/big")[.size] as? Int
      #expect(size == 1 << 20)
    }
  }

  @Test func `nothing is left over when a command ends`() async throws {
    try await RunFolder.with { folder in
      let mark = "left-over-\(UUID().uuidString.prefix(8))"
      _ = try await folder.sh(
        "setsid nohup sh -c 'sleep 1000; : \(mark)' >/dev/null 2>&1 & sleep 0.1; exit 0")
      #expect(Leftovers.count(naming: mark) == 0)
    }
  }

  @Test func `nothing is left over when the task is cancelled, and nothing is written any more`() async throws
  {
    try await RunFolder.with { folder in
      let mark = "cancelled-\(UUID().uuidString.prefix(8))"
      let task = Task {
        try await folder.sh(
          "setsid sh -c 'while :; do echo x >> ticks; sleep 0.01; done; : \(mark)' & trap '' TERM INT HUP; while :; do sleep 0.01; done; : \(mark)"
        )
      }
      while !FileManager.default.fileExists(atPath: folder.path + "/ticks") {
        try await Task.sleep(for: .milliseconds(5))
      }
      #expect(Leftovers.count(naming: mark) > 0)
      task.cancel()
      await #expect(throws: SandboxError.cancelled) { try await task.value }
      #expect(Leftovers.count(naming: mark) == 0)
      let ticks = FileManager.default.contents(atPath: folder.path + "/ticks")?.count
      try await Task.sleep(for: .milliseconds(100))
      #expect(FileManager.default.contents(atPath: folder.path + "/ticks")?.count == ticks)
    }
  }

  @Test func `what cannot be run is said to be wrong, not run`() async throws {
    try await RunFolder.with { folder in
      await #expect(throws: SandboxError.self) { try await folder.run([]) }
      await #expect(throws: SandboxError.self) { try await folder.run(["--help"]) }
      await #expect(throws: SandboxError.self) { try await folder.run(["/bin/echo", "a\0b"]) }
      await #expect(throws: SandboxError.self) { try await folder.run(["/bin/true"], egress: "/nowhere") }
      await #expect(throws: SandboxError.self) {
        try await Sandbox().run(["/bin/true"], in: folder.path + "/none")
      }
    }
  }

  @Test func `a command cannot pass its words off as ours`() async throws {
    try await RunFolder.with { folder in
      let ending = try await folder.sh("echo 'bwrap: Creating new namespace failed' >&2; exit 1")
      #expect(ending.status == 1)
    }
  }

  @Test func `R13: without a sandbox it is said how to install one`() {
    let missing = SandboxError.missing(program: "/usr/bin/bwrap", package: "bubblewrap")
    #expect("\(missing)".contains("apt-get install bubblewrap"))
  }

  @Test func `the probe says what it saw`() {
    let tight = [
      "variable HOME=/tmp", "descriptor 0", "descriptor 3", "interface lo", "capabilities 0000000000000000",
      "locked 1", "filter 2", "process 1", "end yes",
    ]
    func leak(_ lines: [String]) -> String? { SandboxProbe(lines.joined(separator: "\n")).leak }
    #expect(leak(tight) == nil)
    for foreign in [
      "first SECRET=x", "variable SECRET=x", "descriptor 7", "interface eth0", "file /root",
      "writable /proc/sys",
    ] {
      #expect(leak(tight + [foreign]) != nil, "\(foreign)")
    }
    for missing in tight where ["capab", "locke", "filte", "end y", "proce"].contains(missing.prefix(5)) {
      #expect(leak(tight.filter { $0 != missing }) != nil, "\(missing)")
    }
    #expect(leak([]) != nil)
  }
}

/// Processes on this machine whose command line has a word in it.
enum Leftovers {
  static func count(naming mark: some StringProtocol) -> Int {
    let own = "\(ProcessInfo.processInfo.processIdentifier)"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.count { name in
      guard Int(name) != nil, name != own,
        let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline")
      else { return false }
      return String(decoding: line, as: UTF8.self).contains(mark)
    }
  }
}
