import NNIImages

/// Writes one photograph of a ``Comparison``.
struct ComparisonSection {
  let photo: ComparisonPhoto
  let picture: ReportPicture
  let number: Int
  /// The number of its first map in the page.
  let firstCell: Int

  func html() throws -> String {
    let name = Markup.escaped(photo.name)
    let explained = photo.predictions.filter(\.isExplained)
    var cell = firstCell
    let panels = try photo.targets.enumerated().map { place, target in
      let first = cell
      cell += target.entries.count
      return try panel(target, place: place, firstCell: first)
    }
    return try """
    <section class="photo" aria-labelledby="photo\(number)" data-photo="\(number)">
    <h2 id="photo\(number)">\(name)</h2>
    <p class="muted">\(photo.image.width) × \(photo.image.height) pixels</p>
    <div class="answer">
    <figure><img class="original" src="\(picture.image.jpegAddress())" \
    width="\(picture.image.width)" height="\(picture.image.height)" \
    alt="The photograph \(name)"></figure>
    \(HTMLPredictions.table(
      photo.predictions, explained: explained,
      caption: "What the network says; the maps explain the classes in bold."))</div>
    \(choice)\(panels.joined())</section>

    """
  }

  /// Which target is shown.
  private var choice: String {
    guard photo.targets.count > 1 else { return "" }
    let options = photo.targets.enumerated().map { place, target in
      """
      <label><input type="radio" name="target\(number)" value="\(place)"\(place == 0 ? " checked" : "")>\
      \(Markup.escaped(target.name))\(share(of: target))</label>

      """
    }
    return """
      <form class="targets" hidden><fieldset><legend>Why this class?</legend>
      \(options.joined())</fieldset></form>

      """
  }

  private func share(of target: ComparisonTarget) -> String {
    target.probability.map {
      " <span class=\"muted\">\(Markup.escaped(NumberText.percent($0)))</span>"
    } ?? ""
  }

  private func panel(_ target: ComparisonTarget, place: Int, firstCell: Int) throws -> String {
    let common = try photo.commonLimit()
    let cells = try target.entries.enumerated().map { index, entry in
      try ComparisonCell(
        entry: entry, target: target, photo: photo, picture: picture, common: common, order: index,
        number: firstCell + index
      ).html()
    }
    let heading = "panel\(number)-\(place)"
    return try """
    <div class="panel" role="group" aria-labelledby="\(heading)" data-target="\(place)">
    <h3 id="\(heading)">\(Markup.escaped(target.name))\(share(of: target)) \
    <span class="muted of-trained">score \(NumberText.short(target.score)) logits</span></h3>
    <div class="tiles">
    \(cells.joined())</div>
    \(ComparisonFigures.curves(of: target))\(ComparisonFigures.table(of: target))</div>

    """
  }
}
