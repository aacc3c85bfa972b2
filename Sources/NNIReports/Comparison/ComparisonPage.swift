import NNIImages

/// Writes the document of a ``Comparison``.
struct ComparisonPage {
  let comparison: Comparison

  init(_ comparison: Comparison) { self.comparison = comparison }

  func document() throws -> String {
    try check()
    let pictures = try comparison.photos.map { photo in
      try ReportPicture(
        photo.asReport, fittingWidth: comparison.pictureSize, height: comparison.pictureSize)
    }
    var cell = 0
    let sections = try zip(comparison.photos, pictures).enumerated().map { number, pair in
      let section = ComparisonSection(
        photo: pair.0, picture: pair.1, number: number, firstCell: cell)
      cell += pair.0.targets.reduce(0) { $0 + $1.entries.count }
      return try section.html()
    }
    // What the pictures, curves and tables leave is for the maps.
    let rest = comparison.byteBudget - sections.reduce(60_000) { $0 + $1.utf8.count }
    let store = try ComparisonStore(comparison, pictures: pictures, byteBudget: rest)
    return HTMLShell.document(
      title: comparison.title, style: "comparison",
      sheet: String(decoding: PackageResources.comparison_css, as: UTF8.self),
      header: "<p class=\"muted\">\(Markup.escaped(summary))</p>\n" + ComparisonControls.html,
      main: ComparisonOverview(comparison).html() + sections.joined()
        + HTMLShell.reproduction(
          command: comparison.command, environment: comparison.environment) + Self.legend,
      script: PageScript(
        source: String(decoding: PackageResources.comparison_js, as: UTF8.self),
        data: try store.json()))
  }

  /// All targets must have the same methods, for they stand in the columns of one table.
  private func check() throws {
    let targets = comparison.photos.flatMap(\.targets)
    guard let first = targets.first else { return }
    let names = first.entries.map(\.name)
    if let other = targets.first(where: { $0.entries.map(\.name) != names }) {
      throw ReportError(
        .shape,
        "The target '\(other.name)' has the methods \(other.entries.map(\.name)), another one "
          + "\(names); explain every target by the same methods.")
    }
  }

  private var summary: String {
    let methods = comparison.photos.first?.targets.first?.entries.count ?? 0
    return "\(count(comparison.photos.count, "photograph")), \(count(methods, "method"))"
  }

  private func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  private static let legend = """
    <section aria-labelledby="legend">
    <h2 id="legend">How to read this page</h2>
    <p>A map lies over the part of the photograph that the network saw; the rest is paled. In signed \
    maps the two colours speak for and against the class. A scale that ends in a point has values \
    beyond its end, which take the colour of the end.</p>
    <p>On the common scale all maps of a photograph that are in logits share one scale: the same colour \
    is the same value. Its end is the geometric mean of the ends that the maps have alone. Maps in other \
    units and those of the random network always keep a scale of their own.</p>
    <p>The random network has the same layers with weights drawn anew from the same distribution. A map \
    that stays alike (a rank correlation of the magnitudes near 1) shows the photograph rather than what \
    the network has learnt.</p>
    <p>Deletion takes the pixels away by falling value, insertion puts them back onto a blurred \
    photograph. A good map lets the probability fall soon (a low area) and rise soon (a high area). Steps \
    are small at first and widen, and areas are those of trapezoids between them; \
    <code>nni evaluate --metric deletion:steps=N</code> with as many steps gives the same numbers.</p>
    <p>Where a method distributes the score, its map should sum to score minus reference; the residual \
    is what is missing, and the lines below it say where it went.</p>
    <p>The page stores a map's values in one byte each; a reading says how far the stored value may be from \
    the map's. That is rounding, no uncertainty of the method. The exact values are in maps.safetensors \
    beside the page.</p>
    </section>

    """
}

extension ComparisonPhoto {
  /// The photograph without maps.
  var asReport: ReportPhoto {
    ReportPhoto(name: name, image: image, region: region, predictions: predictions, tiles: [])
  }
}
