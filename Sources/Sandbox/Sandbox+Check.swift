import Foundation
import Glibc

extension Sandbox {
  /// The sandbox of this machine, after a look at it from inside: no variable of ours, no descriptor, no network, no file
  /// but what is mounted, no capability, the filter on. Takes some hundredths of a second; done at start-up.
  ///
  /// - Throws: What is missing and how to install it, or what could be seen. Whatever needs the sandbox is then refused.
  package static func check() async throws(SandboxError) -> Sandbox {
    for (program, package) in [
      (bubblewrap, "bubblewrap"), ("/usr/bin/prlimit", "util-linux"), ("/bin/sh", "dash"),
    ] where !FileManager.default.isExecutableFile(atPath: program) {
      throw .missing(program: program, package: package)
    }
    guard ProcessTree.canBeRead else {
      throw .forbidden(
        reason: "/proc does not say which processes descend from which, so they cannot be counted")
    }
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "assay-check-\(UUID().uuidString)", directoryHint: .isDirectory)
    do {
      try FileManager.default.createDirectory(
        at: folder.appending(path: "run"), withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
      try Data("outside".utf8).write(to: folder.appending(path: "outside"))
    } catch {
      throw .notSetUp(reason: error.localizedDescription)
    }
    defer { try? FileManager.default.removeItem(at: folder) }
    let outside = folder.appending(path: "outside").path(percentEncoded: false)
    let sandbox = Sandbox()
    let ending: SandboxedEnding
    do {
      ending = try await sandbox.run(
        ["/bin/sh", "-c", SandboxProbe.script, "sh", outside],
        in: folder.appending(path: "run").path(percentEncoded: false),
        limits: SandboxLimits(wallTime: .seconds(20)))
    } catch .notSetUp(let reason) {
      throw .forbidden(
        reason: """
          bubblewrap 0.8 or newer and user namespaces are needed, and it says: \(reason); \
          see whether sysctl kernel.unprivileged_userns_clone and user.max_user_namespaces, or AppArmor, forbid them
          """)
    }
    let seen = String(decoding: ending.output, as: UTF8.self)
    if let leak = SandboxProbe(seen).leak { throw .leaky(what: leak) }
    return sandbox
  }
}

/// What a look around from inside the sandbox brought back.
struct SandboxProbe: Sendable {
  private var lines: [String: [String]] = [:]

  /// Prints `what value` lines. Reads and looks only; `-w` asks whether it could write.
  static let script = """
    tr '\\0' '\\n' < /proc/1/environ | sed 's/^/first /'
    env | sed 's/^/variable /'
    for d in /proc/self/fd/*; do echo "descriptor ${d##*/}"; done
    sed -n 's/^ *\\([^ :]*\\):.*/interface \\1/p' /proc/net/dev
    sed -n 's/^CapEff:[[:space:]]*/capabilities /p;s/^NoNewPrivs:[[:space:]]*/locked /p;s/^Seccomp:[[:space:]]*/filter /p' \
    /proc/self/status
    for f in "$1" /root /home /etc/passwd /var /sys /run/dbus /proc/sys/kernel; do [ -e "$f" ] && echo "file $f"; done
    for f in /usr /proc/sys /etc /; do [ -w "$f" ] && echo "writable $f"; done
    for p in /proc/[0-9]*; do echo "process ${p##*/}"; done
    echo "end yes"
    """

  init(_ text: String) {
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
      lines[String(parts[0]), default: []].append(parts.count > 1 ? String(parts[1]) : "")
    }
  }

  /// The first thing that should not have been seen; `nil` where all is tight.
  var leak: String? {
    guard lines["end"] == ["yes"] else { return "the look around inside did not come to its end" }
    let variables: Set = ["PWD", "OLDPWD", "SHLVL", "_"]
    if let foreign = names("first").subtracting(variables).sorted().first {
      return "the variable \(foreign) of this process can be read in /proc/1/environ"
    }
    let ours: Set = ["PATH", "HOME", "TMPDIR", "LANG", "USER", "LOGNAME"]
    if let foreign = names("variable").subtracting(variables).subtracting(ours).sorted().first {
      return "the variable \(foreign) of this process is there"
    }
    // The shell's own for reading the directory comes after the three.
    if let foreign = (lines["descriptor"] ?? []).compactMap({ Int($0) }).first(where: {
      $0 > 2 && $0 < 10 && $0 != 3
    }) {
      return "descriptor \(foreign) is open"
    }
    if let foreign = lines["interface"]?.first(where: { $0 != "lo" }) {
      return "the network interface \(foreign) is there"
    }
    if let file = lines["file"]?.first { return "\(file) is there" }
    if let file = lines["writable"]?.first { return "\(file) can be written to" }
    guard lines["capabilities"] == ["0000000000000000"] else { return "capabilities are left" }
    guard lines["locked"] == ["1"] else { return "programs can gain privileges" }
    guard lines["filter"] == ["2"] else { return "calls to the kernel are not filtered" }
    guard let processes = lines["process"], processes.count <= 8 else {
      return "processes of others can be seen"
    }
    return nil
  }

  private func names(_ what: String) -> Set<String> {
    Set((lines[what] ?? []).map { String($0.prefix { $0 != "=" }) }.filter { !$0.isEmpty })
  }
}
