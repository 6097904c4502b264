/// The numbers of the calls that ``SyscallFilter`` names, for the processor this is compiled for. From the kernel's
/// `asm/unistd_64.h` (x86-64) and `asm-generic/unistd.h` (64-bit ARM), Linux 6.1.
struct SyscallNumbers: Sendable {
  /// `AUDIT_ARCH_…`; a call made in any other way ends the process.
  var architecture: UInt32
  /// Numbers from here on are another architecture's calls by the same door (x32).
  var foreignFrom: UInt32?
  /// Refused as not permitted.
  var forbidden: [UInt32]
  /// Refused as not there, so that callers fall back to what can be checked.
  var absent: [UInt32]
  /// `socket` and `socketpair`.
  var sockets: [UInt32]
  var clone: UInt32
  var ioctl: UInt32

  static var here: SyscallNumbers? {
    #if arch(x86_64)
      SyscallNumbers(
        architecture: 0xC000_003E, foreignFrom: 0x4000_0000, forbidden: forbidden.map(\.x86),
        absent: absent.map(\.x86), sockets: [41, 53], clone: 56, ioctl: 16)
    #elseif arch(arm64)
      SyscallNumbers(
        architecture: 0xC000_00B7, foreignFrom: nil, forbidden: forbidden.compactMap(\.arm),
        absent: absent.compactMap(\.arm), sockets: [198, 199], clone: 220, ioctl: 29)
    #else
      nil
    #endif
  }

  private static let forbidden: [(name: String, x86: UInt32, arm: UInt32?)] = [
    ("ptrace", 101, 117),
    ("process_vm_readv", 310, 270),
    ("process_vm_writev", 311, 271),
    ("kcmp", 312, 272),
    ("pidfd_getfd", 438, 438),
    ("mount", 165, 40),
    ("umount2", 166, 39),
    ("pivot_root", 155, 41),
    ("chroot", 161, 51),
    ("unshare", 272, 97),
    ("setns", 308, 268),
    ("open_tree", 428, 428),
    ("move_mount", 429, 429),
    ("fsopen", 430, 430),
    ("fsconfig", 431, 431),
    ("fsmount", 432, 432),
    ("fspick", 433, 433),
    ("mount_setattr", 442, 442),
    ("open_by_handle_at", 304, 265),
    ("name_to_handle_at", 303, 264),
    ("add_key", 248, 217),
    ("request_key", 249, 218),
    ("keyctl", 250, 219),
    ("bpf", 321, 280),
    ("perf_event_open", 298, 241),
    ("userfaultfd", 323, 282),
    ("kexec_load", 246, 104),
    ("kexec_file_load", 320, 294),
    ("init_module", 175, 105),
    ("finit_module", 313, 273),
    ("delete_module", 176, 106),
    ("syslog", 103, 116),
    ("acct", 163, 89),
    ("quotactl", 179, 60),
    ("quotactl_fd", 443, 443),
    ("swapon", 167, 224),
    ("swapoff", 168, 225),
    ("reboot", 169, 142),
    ("sethostname", 170, 161),
    ("setdomainname", 171, 162),
    ("settimeofday", 164, 170),
    ("clock_settime", 227, 112),
    ("clock_adjtime", 305, 266),
    ("adjtimex", 159, 171),
    ("fanotify_init", 300, 262),
    ("personality", 135, 92),
    ("iopl", 172, nil),
    ("ioperm", 173, nil),
    ("vhangup", 153, 58),
    ("move_pages", 279, 239),
    ("migrate_pages", 256, 238),
    ("lookup_dcookie", 212, 18),
    ("nfsservctl", 180, 42),
    ("uselib", 134, nil),
    ("ustat", 136, nil),
    ("sysfs", 139, nil),
    ("_sysctl", 156, nil),
    ("shmget", 29, 194),
    ("msgget", 68, 186),
  ]

  private static let absent: [(name: String, x86: UInt32, arm: UInt32?)] = [
    ("clone3", 435, 435),
    ("memfd_create", 319, 279),
    ("io_uring_setup", 425, 425),
    ("io_uring_enter", 426, 426),
    ("io_uring_register", 427, 427),
  ]
}
