/// The use of one scope by day, week or month: of the window that calls are admitted into now and of the one before.
///
/// Two are kept, and the one that was admitted into longest ago makes room. So a call that is settled after
/// midnight is charged to the day before; a clock that is set back, or that was wrong for a while in either
/// direction, finds the true window's use again; and event loops that see midnight a moment apart do not mind.
/// Settlements for windows longer gone change nothing that can still be asked for.
struct CalendarCounter: Sendable {
  private struct Window {
    /// `Int32.min`: none yet.
    var index = Int32.min
    var use = Use()
  }

  private var current = Window()
  private var other = Window()

  func use(in index: Int32) -> Use {
    if current.index == index { return current.use }
    return other.index == index ? other.use : Use()
  }

  /// Whether the counter has anything to say about this window or a later one.
  func reaches(_ index: Int32) -> Bool { current.index >= index || other.index >= index }

  /// Makes `index` the window that is admitted into.
  mutating func open(_ index: Int32) {
    guard current.index != index else { return }
    swap(&current, &other)
    if current.index != index { current = Window(index: index) }
  }

  /// Does nothing if the window is held no more.
  mutating func change(in index: Int32, by change: UseChange) {
    if current.index == index {
      change.apply(to: &current.use)
    } else if other.index == index {
      change.apply(to: &other.use)
    }
  }
}
