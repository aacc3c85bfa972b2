extension Catalog {
  /// All entries, module by module from the ground up, in the order of their types' names; what was
  /// registered comes last.
  public static var entries: [any CatalogEntry] {
    (NNIGraphCatalog.members + NNIModelsCatalog.members + NNIMethodsCatalog.members
      + NNITrainingCatalog.members + CatalogRegistrations.types)
      .flatMap { $0.entries }
  }
}
