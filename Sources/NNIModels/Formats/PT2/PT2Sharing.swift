/// Which values of a program share elements, and what has taken the place of what was written to.
struct PT2Sharing {
  /// A value that has elements of another one.
  struct View {
    /// That other one.
    var source: String
    /// The call that takes the elements; its first argument is the source.
    var call: PT2Call
    /// Whether the elements are shared for certain: some operators copy where the elements lie otherwise.
    var isCertain: Bool
  }

  private(set) var views: [String: View] = [:]
  /// Names whose elements were overwritten through another name, by the operator that did.
  private(set) var stale: [String: String] = [:]
  private var written: [String: String] = [:]
  private var roots: [String: String] = [:]
  private var members: [String: [String]] = [:]

  /// The value that reads of a name mean by now.
  func latest(_ name: String) -> String {
    var name = name
    // Each step leads to a later node.
    for _ in 0...written.count {
      guard let next = written[name] else { break }
      name = next
    }
    return name
  }

  /// Notes a value as one with elements of another.
  mutating func add(_ name: String, _ view: View) {
    views[name] = view
    join(name, root: root(of: view.source))
  }

  /// Notes that all that shares elements with a value is no longer what it was.
  mutating func overwrite(_ name: String, by writer: String) {
    let root = root(of: name)
    stale[root] = writer
    for member in members[root] ?? [] { stale[member] = writer }
  }

  /// Notes that reads of a name mean another value from now on.
  mutating func replace(_ name: String, by value: String, _ view: View?) {
    written[name] = value
    stale[name] = nil
    stale[value] = nil
    views[value] = view
    join(value, root: root(of: name))
  }

  private func root(of name: String) -> String { roots[name] ?? name }

  private mutating func join(_ name: String, root: String) {
    guard name != root, roots[name] == nil else { return }
    roots[name] = root
    members[root, default: []].append(name)
  }
}
