import Foundation
import Glibc
import Testing

@testable import Sandbox

/// The escape list: each way out of a sandbox that is known, tried from inside.
@Suite struct EscapeTests {
  @Test func `the sandbox of this machine is tight`() async throws {
    _ = try await Sandbox.check()
  }

  /// What is in our environment and not in every one.
  private static let ours: [String] = {
    let set: Set = ["PATH", "HOME", "TMPDIR", "LANG", "USER", "LOGNAME", "PWD", "OLDPWD", "SHLVL", "_"]
    return ProcessInfo.processInfo.environment.filter { !set.contains($0.key) }.map { "\($0.key)=" }
  }()

  @Test func `no variable of ours is in the environment`() async throws {
    try await RunFolder.with { folder in
      let ending = try await folder.sh("env; tr '\\0' '\\n' < /proc/self/environ")
      #expect(ending.status == 0 && ending.text.contains("HOME=/tmp"))
      #expect(!Self.ours.isEmpty)
      for variable in Self.ours { #expect(!ending.text.contains("\n" + variable), "\(variable)") }
    }
  }

  @Test func `R12: the first process inside has no variable of ours either`() async throws {
    try await RunFolder.with { folder in
      let ending = try await folder.sh(
        "cat /proc/1/environ | wc -c; cat /proc/[0-9]*/environ | tr '\\0' '\\n'")
      #expect(ending.text.hasPrefix("0\n"))
      for variable in Self.ours { #expect(!ending.text.contains("\n" + variable), "\(variable)") }
    }
  }

  @Test func `command lines of other processes cannot be read`() async throws {
    try await RunFolder.with { folder in
      let own = ProcessInfo.processInfo.processIdentifier
      let ending = try await folder.sh(
        "ls -d /proc/[0-9]* | wc -l; cat /proc/[0-9]*/cmdline | tr '\\0' ' '; kill -0 \(own) && echo rea\"\"ched"
      )
      #expect(Int(ending.text.prefix { $0.isNumber }).map { $0 <= 8 } == true)
      #expect(!ending.text.contains(CommandLine.arguments[0]))
      #expect(!ending.text.contains("reached"))
    }
  }

  @Test func `an open descriptor of ours is not there`() async throws {
    try await RunFolder.with { folder in
      let secret = folder.path + "/../secret"
      try "hunter2-in-descriptor".write(toFile: secret, atomically: true, encoding: .utf8)
      // Without O_CLOEXEC: as any library may open one.
      let descriptor = open(secret, O_RDONLY)
      defer { close(descriptor) }
      let ending = try await folder.sh(
        "for p in self 1 $PPID; do for d in /proc/$p/fd/*; do timeout 0.2 head -c 100 $d </dev/null 2>/dev/null; done; done; echo; ls /proc/self/fd"
      )
      #expect(!ending.text.contains("hunter2"))
      #expect(Set(ending.text.split(separator: "\n").compactMap { Int($0) }).isSubset(of: [0, 1, 2, 3]))
    }
  }

  @Test func `unix sockets of the machine cannot be reached, by path or by abstract name`() async throws {
    try await RunFolder.with { folder in
      let byPath = try ListeningSocket(path: folder.path + "/../docker.sock")
      let abstract = try ListeningSocket(abstract: "assay-test-\(UUID().uuidString)")
      defer {
        byPath.close()
        abstract.close()
      }
      // From outside both answer, or the test shows nothing.
      #expect(byPath.isReachable && abstract.isReachable)
      let script = """
        import socket, sys
        for name in [\(byPath.python), \(abstract.python), "/run/docker.sock", "/var/run/docker.sock", "/run/dbus/system_bus_socket"]:
            s = socket.socket(socket.AF_UNIX)
            try:
                s.connect(name); print("reached", name)
            except OSError as e:
                print("not", e.errno)
        """
      let ending = try await folder.python(script)
      #expect(!ending.text.contains("reached"))
      #expect(ending.text.split(separator: "\n").count == 5)
    }
  }

  @Test(arguments: [
    "AF_VSOCK=40", "AF_NETLINK=16", "AF_PACKET=17", "AF_ALG=38", "AF_BLUETOOTH=31", "AF_TIPC=30",
  ])
  func `sockets of other families are not made`(family: String) async throws {
    try await RunFolder.with { folder in
      let number = family.split(separator: "=")[1]
      let ending = try await folder.python(
        "import socket\ntry:\n  socket.socket(\(number), socket.SOCK_DGRAM); print('made')\nexcept OSError as e: print(e.errno)"
      )
      #expect(ending.text == "97\n", "\(family)")
    }
  }

  @Test func `names are not resolved`() async throws {
    try await RunFolder.with { folder in
      let ending = try await folder.python(
        "import socket\ntry: print('resolved', socket.getaddrinfo('localhost.localdomain.example.com', 80))\nexcept OSError as e: print('no')"
      )
      #expect(ending.text == "no\n")
    }
  }

  @Test func `no connection leads out, not even to this machine`() async throws {
    try await RunFolder.with { folder in
      let server = try ListeningSocket(port: ())
      defer { server.close() }
      #expect(server.isReachable)
      let ending = try await folder.python(
        """
        import socket
        for host, port in [("127.0.0.1", \(server.port)), ("1.1.1.1", 443), ("169.254.169.254", 80), ("10.0.0.1", 22)]:
            try:
                socket.create_connection((host, port), 2); print("reached", host)
            except OSError as e: print("not", e.errno)
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try: s.sendto(b"x", ("8.8.8.8", 53)); print("sent")
        except OSError as e: print("not", e.errno)
        """)
      #expect(!ending.text.contains("reached") && !ending.text.contains("sent"))
      #expect(ending.text.split(separator: "\n").count == 5)
    }
  }

  @Test(arguments: [
    "/etc/passwd", "/etc/shadow", "/root", "/home", "/var/run", "/sys/kernel", "/boot", "../secret",
    "/proc/1/root/etc/passwd", "/proc/self/root/etc/passwd", "/proc/1/cwd/etc", "/dev/vda", "/dev/mem",
    "/dev/kmsg",
    "/proc/kcore", "/proc/sysrq-trigger", "/proc/kallsyms-not-there",
  ])
  func `files of the machine are not there`(path: String) async throws {
    try await RunFolder.with { folder in
      try "hunter2".write(toFile: folder.path + "/../secret", atomically: true, encoding: .utf8)
      let ending = try await folder.sh(
        "[ -s \(path) ] || [ -b \(path) ] && echo there; cat \(path); ls -A \(path)")
      #expect(!ending.text.contains("there") && !ending.text.contains("root:"), "\(ending.text)")
    }
  }

  @Test func `R12: a symbolic link in the folder leads nowhere outside`() async throws {
    try await RunFolder.with { folder in
      try "hunter2-outside".write(toFile: folder.path + "/../secret", atomically: true, encoding: .utf8)
      try FileManager.default.createSymbolicLink(
        atPath: folder.path + "/link", withDestinationPath: folder.path + "/../secret")
      try FileManager.default.createSymbolicLink(
        atPath: folder.path + "/up", withDestinationPath: "../secret")
      let ending = try await folder.sh("cat link up; cat ../secret ./../secret; ls -A ..")
      #expect(!ending.text.contains("hunter2"))
    }
  }

  /// Run by root, bubblewrap leaves `/proc/sys` open: whoever writes `core_pattern` names a program that the kernel runs
  /// outside. Looks without writing.
  @Test func `nothing of the machine's settings can be written`() async throws {
    try await RunFolder.with { folder in
      let ending = try await folder.sh(
        "find / -xdev -writable ! -type l ! -path '/proc/[0-9]*' ! -path '/proc/self*' ! -path '/proc/thread-self*' 2>/dev/null; find /proc -maxdepth 4 -writable ! -type l ! -path '/proc/[0-9]*' 2>/dev/null"
      )
      // Covered with /dev/null, which everybody may write to.
      let open = ending.text.split(separator: "\n").filter { path in
        !["/tmp", "/dev/null", "/assay/work"].contains(path) && !path.hasPrefix("/dev/")
      }
      let covered = try await folder.sh(
        "for f in \(open.joined(separator: " ")); do [ -c $f ] || echo $f; done")
      #expect(covered.text == "", "\(covered.text)")
      let direct = try await folder.sh(
        "ls /proc/sys; [ -e /proc/sys/kernel/core_pattern ] && echo open; ls /sys")
      #expect(direct.text == "")
    }
  }

  @Test func `the machine's programs cannot be changed`() async throws {
    try await RunFolder.with { folder in
      let ending = try await folder.sh(
        "touch /usr/bin/new /new /etc/new /proc/new /dev/new && echo written; mount -o remount,rw /usr && echo remounted; mkdir /x && echo made"
      )
      #expect(ending.text == "")
    }
  }

  @Test(arguments: [
    "unshare --user --map-root-user true", "unshare --mount true", "mount -t tmpfs x /tmp", "chroot / true",
    "nsenter --target 1 --mount true", "keyctl show", "setpriv --inh-caps +sys_admin true",
    "insmod /tmp/x.ko",
  ])
  func `no privileges are to be had`(command: String) async throws {
    try await RunFolder.with { folder in
      let ending = try await folder.sh("\(command) && echo done")
      #expect(ending.status != 0 && !ending.text.contains("done"))
    }
  }

  @Test(arguments: [
    ("ptrace", 101, "0, 1, 0, 0"), ("keyctl", 250, "0, -3, 0, 0"), ("bpf", 321, "0, 0, 0, 0"),
    ("io_uring_setup", 425, "1, 0, 0, 0"), ("memfd_create", 319, "0, 0, 0, 0"), ("clone3", 435, "0, 0, 0, 0"),
    ("unshare", 272, "0x10000000, 0, 0, 0"), ("clone with new user", 56, "0x10000000, 0, 0, 0"),
    ("userfaultfd", 323, "0, 0, 0, 0"), ("shmget", 29, "0, 4096, 0o1600, 0"),
    ("x32 getpid", 0x4000_0027, "0, 0, 0, 0"),
  ])
  func `calls that namespaces do not hold are filtered`(name: String, number: Int, arguments: String)
    async throws
  {
    #if arch(x86_64)
      try await RunFolder.with { folder in
        let ending = try await folder.python(
          "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\nr = libc.syscall(\(number), \(arguments))\nprint('result', r, ctypes.get_errno())"
        )
        let isRefused = ending.text == "result -1 1\n" || ending.text == "result -1 38\n"
        #expect(
          isRefused || (number >= 0x4000_0000 && ending.status == 128 + 31),
          "\(name): \(ending.text) \(ending.status)")
      }
    #endif
  }

  @Test func `what is typed into a terminal is not taken for the owner's`() async throws {
    try await RunFolder.with { folder in
      let ending = try await folder.python(
        """
        import fcntl, os
        for request in (0x5412, 0x541C, 0x5412 | 1 << 32):
            try: fcntl.ioctl(os.open("/dev/ptmx", os.O_RDWR), request & 0xffffffff, b"x"); print("typed")
            except OSError as e: print(e.errno)
        """)
      #expect(ending.text == "1\n1\n1\n")
    }
  }
}
