/// A seccomp program for `bwrap --seccomp`: what namespaces do not hold. Classic BPF as in linux/filter.h, over
/// `struct seccomp_data` of linux/seccomp.h.
///
/// It says no to:
/// - sockets of other families than Unix and the Internet's. Above all `AF_VSOCK`, which no network namespace confines and
///   which leads from a virtual machine to its host; netlink, packet and crypto sockets are only ways into the kernel.
/// - new namespaces, mounts, keyrings (which no namespace confines), tracing, BPF, io_uring (whose requests no filter
///   sees), loading of code into the kernel, and typing into a terminal.
/// - memory that no limit counts: `memfd_create` and System V segments and queues.
///
/// Unix sockets are let through, because the way out is one. What stops others is that none is to be seen: by path only
/// what is mounted is there, and abstract names belong to the network namespace.
enum SyscallFilter {
  /// The program's bytes in the machine's order; `nil` on a processor whose call numbers are not written down here.
  static var program: [UInt8]? {
    guard let calls = SyscallNumbers.here else { return nil }
    var code = [
      Instruction(.load, 4),  // seccomp_data.arch
      Instruction(.ifEqual, calls.architecture, otherwise: 0, then: 1),
      Instruction(.answer, Answer.kill),
      Instruction(.load, 0),  // seccomp_data.nr
    ]
    if let foreign = calls.foreignFrom {
      code += [Instruction(.ifAtLeast, foreign, otherwise: 1, then: 0), Instruction(.answer, Answer.kill)]
    }
    for call in calls.forbidden { code += refusing(call, Answer.notPermitted) }
    for call in calls.absent { code += refusing(call, Answer.notThere) }
    for call in calls.sockets {
      // Unix, Internet 4 and 6.
      code += [
        Instruction(.ifEqual, call, otherwise: 6, then: 0), Instruction(.load, 16),
        Instruction(.ifEqual, 1, otherwise: 0, then: 3), Instruction(.ifEqual, 2, otherwise: 0, then: 2),
        Instruction(.ifEqual, 10, otherwise: 0, then: 1), Instruction(.answer, Answer.noSuchFamily),
        Instruction(.answer, Answer.allow),
      ]
    }
    code += [
      // clone(2) with any flag of a new namespace.
      Instruction(.ifEqual, calls.clone, otherwise: 4, then: 0), Instruction(.load, 16),
      Instruction(.ifAnyBit, 0x7E02_0000, otherwise: 1, then: 0),
      Instruction(.answer, Answer.notPermitted), Instruction(.answer, Answer.allow),
      // ioctl(2): TIOCSTI and TIOCLINUX.
      Instruction(.ifEqual, calls.ioctl, otherwise: 4, then: 0), Instruction(.load, 24),
      Instruction(.ifEqual, 0x5412, otherwise: 0, then: 1),
      Instruction(.ifEqual, 0x541C, otherwise: 1, then: 0),
      Instruction(.answer, Answer.notPermitted),
      Instruction(.answer, Answer.allow),
    ]
    return code.flatMap(\.bytes)
  }

  private static func refusing(_ call: UInt32, _ answer: UInt32) -> [Instruction] {
    [Instruction(.ifEqual, call, otherwise: 1, then: 0), Instruction(.answer, answer)]
  }

  /// `SECCOMP_RET_…`, with an error number where the call is to fail.
  private enum Answer {
    static let allow: UInt32 = 0x7FFF_0000
    static let kill: UInt32 = 0x8000_0000
    static let notPermitted: UInt32 = 0x0005_0001
    static let notThere: UInt32 = 0x0005_0026
    static let noSuchFamily: UInt32 = 0x0005_0061
  }

  private struct Instruction {
    enum Operation: UInt16 {
      case load = 0x20
      case ifEqual = 0x15
      case ifAtLeast = 0x35
      case ifAnyBit = 0x45
      case answer = 0x06
    }

    var operation: Operation
    var value: UInt32
    /// Instructions passed over where the test holds, and where it does not.
    var then: UInt8
    var otherwise: UInt8

    init(_ operation: Operation, _ value: UInt32, otherwise: UInt8 = 0, then: UInt8 = 0) {
      self.operation = operation
      self.value = value
      self.then = then
      self.otherwise = otherwise
    }

    var bytes: [UInt8] {
      withUnsafeBytes(of: operation.rawValue) { Array($0) } + [then, otherwise]
        + withUnsafeBytes(of: value) { Array($0) }
    }
  }
}
