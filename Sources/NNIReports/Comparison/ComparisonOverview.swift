/// The table of all photographs and methods, drawn small by the script.
struct ComparisonOverview {
  let comparison: Comparison

  init(_ comparison: Comparison) { self.comparison = comparison }

  func html() -> String {
    guard let names = comparison.photos.first?.targets.first?.entries.map(\.name), !names.isEmpty
    else { return "" }
    let head = names.map { "<th scope=\"col\">\(Markup.escaped($0))</th>" }.joined()
    var first = 0
    let rows = comparison.photos.map { photo in
      let cells = names.indices.map { method in
        let members = photo.targets.indices.map { "\(first + $0 * names.count + method)" }
        let label = Markup.escaped("\(names[method]), \(photo.name)")
        return "<td><a href=\"#cell\(members.first ?? "0")\" "
          + "data-cells=\"\(members.joined(separator: " "))\" aria-label=\"\(label)\"></a></td>"
      }
      first += photo.targets.count * names.count
      return "<tr><th scope=\"row\">\(Markup.escaped(photo.name))</th>\(cells.joined())</tr>\n"
    }
    return """
      <section class="overview" aria-labelledby="overview" hidden>
      <h2 id="overview">At a glance</h2>
      <div class="wide"><table>
      <thead><tr><th scope="col">Photograph</th>\(head)</tr></thead>
      <tbody>
      \(rows.joined())</tbody>
      </table></div>
      </section>

      """
  }
}
