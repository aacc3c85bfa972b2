extension Catalog {
  /// All entries, module by module from the ground up, in the order of their types' names.
  public static var entries: [any CatalogEntry] {
    (NNIGraphCatalog.members + NNIModelsCatalog.members + NNIMethodsCatalog.members
      + NNITrainingCatalog.members)
      .flatMap { $0.entries }
  }
}
