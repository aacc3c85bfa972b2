internal import Synchronization

extension Catalog {
  /// Adds types of another package to what is found by name, from here on and for the whole process.
  ///
  /// ```swift
  /// struct Doubled: PropagationRule, Cataloged {
  ///   static var entries: [any CatalogEntry] { [RuleEntry("doubled") { _ in Doubled() }] }
  ///
  ///   func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
  ///     Propagated(try step.pullback(signal.value * 2))
  ///   }
  /// }
  /// try Catalog.register([Doubled.self])
  /// ```
  ///
  /// Call it at the start, before names are looked up. It may be called from any thread, and a type that is
  /// registered again changes nothing. Nothing can be taken away or replaced, and a run only reads.
  ///
  /// - Throws: ``InterpretabilityError`` when an entry of the same kind has the same name already; then none
  ///   of the types is added.
  public static func register(_ types: [any Cataloged.Type]) throws {
    try CatalogRegistrations.add(types)
  }

  /// The entries of one kind with some types that were registered.
  package static func entries<Entry: CatalogEntry>(
    of kind: Entry.Type, with registered: [any Cataloged.Type]
  ) -> [Entry] {
    (Entry.builtIn + registered).flatMap { $0.entries }.compactMap { $0 as? Entry }
      .sorted { $0.name < $1.name }
  }
}

/// The types that other packages have added.
///
/// NB: the one state of the process that this package keeps; why is in the decision “What stands outside
/// joins by registering”.
package enum CatalogRegistrations {
  private static let list = Mutex<[any Cataloged.Type]>([])

  /// All of them, in the order in which they came.
  package static var types: [any Cataloged.Type] { list.withLock { $0 } }

  fileprivate static func add(_ types: [any Cataloged.Type]) throws {
    try list.withLock { list in
      var all = list
      for type in types where !all.contains(where: { $0 == type }) {
        let entries = type.entries
        for (position, entry) in entries.enumerated() {
          try check(entry, against: all, and: Array(entries[..<position]))
        }
        all.append(type)
      }
      list = all
    }
  }

  private static func check<Entry: CatalogEntry>(
    _ entry: Entry, against types: [any Cataloged.Type], and earlier: [any CatalogEntry]
  ) throws {
    let known =
      Catalog.entries(of: Entry.self, with: types) + earlier.compactMap { $0 as? Entry }
    guard known.contains(where: { $0.name == entry.name }) else { return }
    throw InterpretabilityError(
      .invalidOption,
      "the catalogue has a \(Entry.self) named “\(entry.name)” already; give yours another name")
  }
}
