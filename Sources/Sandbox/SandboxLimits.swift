/// What a command in the sandbox may use at most.
///
/// The kernel holds each process to ``processorTime``, ``memory``, ``fileSize`` and ``processes`` by its resource limits
/// (setrlimit(2)); what all of them together use is counted from outside every 20 milliseconds (``ProcessTree``), because
/// control groups are not to be had everywhere. The kernel's limit of processes does not bind root; the count does.
/// Not limited is the room on the disk that many small files take.
package struct SandboxLimits: Hashable, Sendable {
  /// From start to end, by the clock.
  package var wallTime: Duration
  /// Of each process; whole seconds, rounded up.
  package var processorTime: Duration
  /// Bytes: of data of each process, resident of all together, and each of `/tmp` and `/dev/shm`.
  package var memory: Int
  /// Processes and threads at the same time, those of the sandbox itself (about five) included.
  package var processes: Int
  /// Bytes that one file written may have.
  package var fileSize: Int
  /// Bytes kept of standard output, and as many of standard error. What comes after is read and dropped.
  package var output: Int

  package init(
    wallTime: Duration = .seconds(60), processorTime: Duration = .seconds(60), memory: Int = 1 << 30,
    processes: Int = 128, fileSize: Int = 256 << 20, output: Int = 1 << 20
  ) {
    self.wallTime = wallTime
    self.processorTime = processorTime
    self.memory = memory
    self.processes = processes
    self.fileSize = fileSize
    self.output = output
  }
}

/// What came of a command in the sandbox.
package struct SandboxedEnding: Hashable, Sendable {
  /// As a shell has it: 0 to 127 is the command's own; 128 + n where signal n ended it.
  package var status: Int32
  package var output: [UInt8]
  package var errors: [UInt8]
  /// Whether output or errors went on after what is kept.
  package var isTruncated: Bool
  /// The limit that ended it; `nil` where it ended of itself.
  package var stopped: Limit?

  package enum Limit: String, Hashable, Sendable, Codable, CaseIterable {
    case wallTime, processorTime, memory, processes
  }

  package init(
    status: Int32, output: [UInt8], errors: [UInt8], isTruncated: Bool = false, stopped: Limit? = nil
  ) {
    self.status = status
    self.output = output
    self.errors = errors
    self.isTruncated = isTruncated
    self.stopped = stopped
  }
}
