import Foundation

/// The command line of bubblewrap for one command. What is not named in it is not there inside.
struct SandboxArguments: Sendable {
  /// Mounted at ``inside``, the one place that can be written to and lasts.
  var folder: String
  /// Mounted where they are outside, for reading.
  var readOnly: [String]
  /// A socket of an ``EgressProxy``, mounted at ``egressSocket``.
  var egress: String?
  var limits: SandboxLimits
  /// Whether bubblewrap reads further options from ``hiddenDescriptor``: those with a secret in them, which nobody is to
  /// see in a list of processes.
  var hasHidden = false

  /// Where the run's folder stands. No folder of a machine's is below it: those that are read stand where they are outside.
  static let inside = "/assay/work"
  static let egressSocket = "/run/egress.sock"
  /// The port of the loopback inside at which the way out is offered to programs that know no Unix sockets.
  static let egressPort = 3128
  /// Descriptors that ``Sandbox`` opens for bubblewrap: the filter to read, the status to write.
  static let filterDescriptor = "9"
  static let statusDescriptor = "8"
  static let hiddenDescriptor = "7"

  /// - Parameter command: As it is run inside; the first element is looked for on the path there.
  func all(running command: [String]) -> [String] {
    var all = [
      "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session",
      "--cap-drop", "ALL", "--uid", "1000", "--gid", "1000", "--hostname", "sandbox",
      "--seccomp", Self.filterDescriptor, "--json-status-fd", Self.statusDescriptor,
    ]
    all += Self.system + Self.processes
    let room = String(limits.memory)
    all += ["--dev", "/dev", "--size", room, "--tmpfs", "/dev/shm", "--remount-ro", "/dev"]
    all += ["--size", room, "--tmpfs", "/tmp"]
    for path in readOnly { all += ["--ro-bind", path, path] }
    all += ["--bind", folder, Self.inside, "--chdir", Self.inside]
    if let egress { all += ["--bind", egress, Self.egressSocket] }
    all += ["--remount-ro", "/", "--clearenv"]
    for (name, value) in variables { all += ["--setenv", name, value] }
    if hasHidden { all += ["--args", Self.hiddenDescriptor] }
    return all + ["--"] + bridge + limited + command
  }

  /// The programs of the machine, and nothing of what it was set up with.
  private static var system: [String] {
    var all = ["--ro-bind", "/usr", "/usr"]
    for name in ["bin", "sbin", "lib", "lib32", "lib64", "libx32"] {
      let path = "/" + name
      if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) {
        all += ["--symlink", target, path]
      } else if FileManager.default.fileExists(atPath: path) {
        all += ["--ro-bind", path, path]
      }
    }
    return all + [
      "--ro-bind-try", "/etc/alternatives", "/etc/alternatives", "--ro-bind-try", "/etc/ld.so.cache",
      "/etc/ld.so.cache",
    ]
  }

  /// A `/proc` with the sandbox's processes and next to nothing of the machine's. Bubblewrap covers only what root may
  /// write by the modes of *directories*; run by root it leaves `/proc/sys/kernel/core_pattern` open, which is a program
  /// that the kernel starts outside. So everything is covered that is not known to be harmless.
  private static var processes: [String] {
    let harmless: Set<String> = [
      "self", "thread-self", "cpuinfo", "meminfo", "stat", "uptime", "loadavg", "version", "filesystems",
      "mounts", "net",
    ]
    var all = ["--proc", "/proc"]
    for name in ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).sorted()
    where !harmless.contains(name) && Int(name) == nil {
      var isDirectory: ObjCBool = false
      let path = "/proc/" + name
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { continue }
      all +=
        isDirectory.boolValue ? ["--tmpfs", path, "--remount-ro", path] : ["--ro-bind", "/dev/null", path]
    }
    return all
  }

  private var variables: [(String, String)] {
    let all = [
      ("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"), ("HOME", "/tmp"), ("TMPDIR", "/tmp"),
      ("LANG", "C.UTF-8"), ("USER", "agent"), ("LOGNAME", "agent"),
    ]
    guard egress != nil else { return all }
    let proxy = "http://127.0.0.1:\(Self.egressPort)"
    return all + ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"].map { ($0, proxy) } + [
      ("ASSAY_EGRESS", Self.egressSocket),
      // git asks the proxy in the clear, which asks on over TLS: only so can it see method and path.
      ("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "url.http://.insteadOf"),
      ("GIT_CONFIG_VALUE_0", "https://"),
    ]
  }

  /// Starts the bridge from the loopback inside to the socket and waits until it listens. Its text is fixed; the command
  /// comes after it as arguments, and no shell reads those.
  private var bridge: [String] {
    guard egress != nil else { return [] }
    let port = String(Self.egressPort, radix: 16, uppercase: true)
    let digits = String(repeating: "0", count: 4 - port.count) + port
    let script = """
      socat TCP-LISTEN:\(Self.egressPort),bind=127.0.0.1,fork,reuseaddr UNIX-CONNECT:\(Self.egressSocket) \
      </dev/null >/dev/null 2>&1 &
      until grep -q ':\(digits) ' /proc/net/tcp; do sleep 0.01; done
      exec "$@"
      """
    return ["/bin/sh", "-c", script, "sh"]
  }

  /// Resource limits, set inside: outside, those of processes and memory would bind bubblewrap itself.
  private var limited: [String] {
    let seconds = max(
      1, limits.processorTime.components.seconds + (limits.processorTime.components.attoseconds > 0 ? 1 : 0))
    return [
      "/usr/bin/prlimit", "--cpu=\(seconds):\(seconds + 1)", "--data=\(limits.memory)",
      "--fsize=\(limits.fileSize)", "--nproc=\(limits.processes)", "--nofile=512", "--core=0",
      "--memlock=65536",
      "--msgqueue=0", "--",
    ]
  }
}
