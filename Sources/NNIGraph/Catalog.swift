/// A type that the command line, the explorer and the shared tests find by name.
///
/// Write the conformance as `extension Name: Cataloged {` at the beginning of a line: a build plugin
/// collects those, and nothing else has to be edited. A type of another package joins by
/// ``Catalog/register(_:)``.
public protocol Cataloged: Sendable {
  /// What the type offers: one entry for each name.
  static var entries: [any CatalogEntry] { get }
}

/// One named thing: a method, a layer, a format, an architecture.
public protocol CatalogEntry: Sendable {
  /// The name by which it is found, such as `integrated-gradients`.
  var name: String { get }
  /// The types of this package that offer such entries; none for a kind of one's own.
  static var builtIn: [any Cataloged.Type] { get }
}

extension CatalogEntry {
  public static var builtIn: [any Cataloged.Type] { [] }
}

/// Everything that is found by name: what this package has, and what was registered.
public enum Catalog {
  /// The entries of one kind, sorted by name.
  public static func entries<Entry: CatalogEntry>(of kind: Entry.Type) -> [Entry] {
    entries(of: kind, with: CatalogRegistrations.types)
  }

  /// The entry of a kind with a name.
  ///
  /// - Throws: ``InterpretabilityError`` that lists the nearest names.
  public static func entry<Entry: CatalogEntry>(
    named name: String, of kind: Entry.Type, called noun: String
  ) throws -> Entry {
    let all = entries(of: kind)
    if let found = all.first(where: { $0.name == name }) { return found }
    throw InterpretabilityError(
      .invalidOption,
      "there is no \(noun) named “\(name)”"
        + Wording.suggestion(for: name, among: all.map(\.name)))
  }
}
