import NNIMethods
import NNITestSupport
import Testing

/// Class activation maps against their formulas in loops, on a layer of seven feature maps of 9 × 7.
@Suite struct ActivationMapTests {
  static let layers = ["concat", "norm", "max"]

  private func record(_ layer: String) throws -> (Model, Tensor, [Int], FeatureMaps) {
    let (model, input) = (try SampleNets.mixed(), try SampleNets.mixedInput())
    let classes = [1, 4, 2]
    return (
      model, input, classes,
      try FeatureMaps(model, layer: NodeID(layer), input: input, classes: classes)
    )
  }

  /// The method's map without and with its ReLU.
  private func expectMap(
    _ layer: String, _ method: (Bool) -> any AttributionMethod,
    _ value: (FeatureMaps, Int, Int) -> Double
  ) throws {
    let (model, input, classes, maps) = try record(layer)
    let wanted = try maps.map { value(maps, $0, $1) }
    let signed = try method(false).attribute(model, input: input, target: .classes(classes))
    try expectClose(signed.map, wanted)
    let cut = try method(true).attribute(model, input: input, target: .classes(classes))
    try expectClose(cut.map, Tensor(wanted.doubles().map { max($0, 0) }, shape: wanted.shape))
    #expect(cut.layer == NodeID(layer))
  }

  @Test(arguments: layers) func gradCAM(layer: String) throws {
    try expectMap(layer, { GradCAM(layer: NodeID(layer), relu: $0) }) { maps, n, place in
      maps.sumOverChannels { k in
        maps.sumOverPlaces { maps.g(n, k, $0) } / Double(maps.area) * maps.a(n, k, place)
      }
    }
  }

  @Test(arguments: layers) func hiResCAM(layer: String) throws {
    try expectMap(layer, { WeightedCAM(.hiRes, layer: NodeID(layer), relu: $0) }) {
      maps, n, place in
      maps.sumOverChannels { maps.g(n, $0, place) * maps.a(n, $0, place) }
    }
  }

  @Test(arguments: layers) func layerCAM(layer: String) throws {
    try expectMap(layer, { WeightedCAM(.layer, layer: NodeID(layer), relu: $0) }) {
      maps, n, place in
      maps.sumOverChannels { max(maps.g(n, $0, place), 0) * maps.a(n, $0, place) }
    }
  }

  @Test(arguments: layers) func xGradCAM(layer: String) throws {
    try expectMap(layer, { WeightedCAM(.xGrad, layer: NodeID(layer), relu: $0) }) {
      maps, n, place in
      maps.sumOverChannels { k in
        let total = maps.sumOverPlaces { maps.a(n, k, $0) } + 1e-7
        return maps.sumOverPlaces { maps.g(n, k, $0) * maps.a(n, k, $0) } / total
          * maps.a(n, k, place)
      }
    }
  }

  /// Equation 19: the cube of a position's derivative times the sum of all activations.
  @Test(arguments: layers) func gradCAMPlusPlus(layer: String) throws {
    try expectMap(layer, { WeightedCAM(.plusPlus, layer: NodeID(layer), relu: $0) }) {
      maps, n, place in
      func cube(_ g: Double) -> Double { g * g * g }
      return maps.sumOverChannels { k in
        let total = maps.sumOverPlaces { maps.a(n, k, $0) }
        let weight = maps.sumOverPlaces { q in
          let g = maps.g(n, k, q)
          return g == 0 ? 0 : g * g / (2 * g * g + cube(g) * total) * max(g, 0)
        }
        return weight * maps.a(n, k, place)
      }
    }
  }

  /// The first principal direction by power iteration; columns are not centred.
  @Test(arguments: layers) func eigenCAM(layer: String) throws {
    let (_, _, _, maps) = try record(layer)
    let channels = maps.shape[1]
    let directions = (0..<3).map { n in
      var v = (0..<channels).map { 1 + 0.1 * Double($0) }
      for _ in 0..<2000 {
        // v ← AᵀA v, of length 1.
        let projected = (0..<maps.area).map { place in
          (0..<channels).reduce(0) { $0 + v[$1] * maps.a(n, $1, place) }
        }
        v = (0..<channels).map { k in maps.sumOverPlaces { projected[$0] * maps.a(n, k, $0) } }
        let length = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
        v = v.map { $0 / length }
      }
      let sum = (0..<channels).reduce(0) { total, k in
        total + v[k] * maps.sumOverPlaces { maps.a(n, k, $0) }
      }
      return sum < 0 ? v.map { -$0 } : v
    }
    try expectMap(layer, { EigenCAM(layer: NodeID(layer), relu: $0) }) { maps, n, place in
      maps.sumOverChannels { directions[n][$0] * maps.a(n, $0, place) }
    }
  }

  /// Grad-CAM enlarged with half-pixel centres, times guided backpropagation.
  @Test(arguments: layers) func guidedGradCAM(layer: String) throws {
    let (model, input, classes, maps) = try record(layer)
    let target = Target.classes(classes)
    let coarse = try GradCAM(layer: NodeID(layer)).attribute(model, input: input, target: target)
      .map.doubles()
    let fine = try GuidedBackpropagation().attribute(model, input: input, target: target).map
    let (rows, columns) = (maps.shape[2], maps.shape[3])

    func value(_ n: Int, _ row: Int, _ column: Int) -> Double {
      // A pixel's centre in the coarse grid; the border is continued.
      func place(_ pixel: Int, _ size: Int, _ extent: Int) -> (Int, Int, Double) {
        let at = max((Double(pixel) + 0.5) * Double(extent) / Double(size) - 0.5, 0)
        let low = min(Int(at), extent - 1)
        return (low, min(low + 1, extent - 1), at - Double(low))
      }
      let (top, bottom, down) = place(row, 9, rows)
      let (left, right, along) = place(column, 7, columns)
      func at(_ i: Int, _ j: Int) -> Double { coarse[(n * rows + i) * columns + j] }
      return (1 - down) * ((1 - along) * at(top, left) + along * at(top, right))
        + down * ((1 - along) * at(bottom, left) + along * at(bottom, right))
    }
    let guides = try fine.doubles()
    let wanted = guides.indices.map { place in
      guides[place] * value(place / 189, place % 63 / 7, place % 7)
    }
    let found = try GuidedGradCAM(layer: NodeID(layer)).attribute(
      model, input: input, target: target)
    try expectClose(found.map, Tensor(wanted, shape: input.shape))
  }
}
