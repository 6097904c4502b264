@main
enum GateChild {
  static func main() {}
}
