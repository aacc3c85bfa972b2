import NNIImages

/// Writes the document of an ``HTMLReport``.
struct HTMLPage {
  let report: HTMLReport

  init(_ report: HTMLReport) { self.report = report }

  func document() throws -> String {
    try HTMLShell.document(
      title: report.title, header: "<p class=\"muted\">\(Markup.escaped(summary))</p>\n",
      main: report.photos.enumerated().map { try section($1, number: $0) }.joined()
        + HTMLShell.reproduction(command: report.command, environment: report.environment)
        + legend)
  }

  private var summary: String {
    // A method with other options is another one.
    let methods = Set(
      report.photos.flatMap { $0.tiles.map { [ReportFact("", $0.title)] + $0.options } }
    ).count
    return "\(count(report.photos.count, "photograph")), \(count(methods, "method"))"
  }

  private func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  private func section(_ photo: ReportPhoto, number: Int) throws -> String {
    let picture = try ReportPicture(
      photo, fittingWidth: report.pictureSize, height: report.pictureSize)
    let name = Markup.escaped(photo.name)
    let percent = photo.explained.map {
      " <span class=\"muted\">\(Markup.escaped($0.text))</span>"
    }
    let heading = Markup.escaped(photo.heading) + (percent ?? "")
    let caption =
      photo.target.isEmpty
      ? "What the network says; the maps explain the class in bold."
      : "What the network says; the maps explain \(photo.target)."
    let tiles = try photo.tiles.enumerated().map { index, tile in
      try HTMLTile(tile, of: photo, picture: picture, identifier: "scale\(number)-\(index)").html()
    }
    return try """
    <section aria-labelledby="photo\(number)">
    <h2 id="photo\(number)">\(heading)</h2>
    <p class="muted">\(name) · \(photo.image.width) × \(photo.image.height) pixels</p>
    <div class="answer">
    <figure><img src="\(picture.image.jpegAddress())" width="\(picture.image.width)" \
    height="\(picture.image.height)" alt="The photograph \(name)"></figure>
    \(HTMLPredictions.table(
      photo.predictions, explained: photo.explained.map { [$0] } ?? [],
      caption: caption))</div>
    <div class="tiles">
    \(tiles.joined())</div>
    \(graphs(photo))</section>

    """
  }

  private func graphs(_ photo: ReportPhoto) throws -> String {
    try photo.graphs.map { graph in
      try """
      <details>
      <summary>Relevance through the network: \(Markup.escaped(graph.method))</summary>
      <figure>
      \(graph.diagram.svg(for: .page))</figure>
      </details>

      """
    }.joined()
  }

  private var legend: String {
    """
    <section aria-labelledby="legend">
    <h2 id="legend">How to read this page</h2>
    <p>A map lies over the part of the photograph that the network saw; the rest is paled. The \
    stronger a colour covers the photograph, the larger the value. In signed maps the two colours \
    speak for and against what is explained.</p>
    <p>A scale that ends in a point has values beyond its end, which take the colour of the end. \
    \(report.photos.contains { $0.hasCommonScale }
      ? "Maps of a photograph with the same unit have one scale." : "Every map has its own scale.")</p>
    <p>Where a method distributes the score, its map should sum to score minus reference; the \
    residual is what is missing.</p>
    </section>

    """
  }
}
