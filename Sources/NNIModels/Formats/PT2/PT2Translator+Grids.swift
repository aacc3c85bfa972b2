/// Values read at positions between elements.
extension PT2Translator {
  static let grids: [String: Translation] = {
    var table: [String: Translation] = [
      "affine_grid_generator": { translator, call in
        let size = try translator.list(call.ints("size") ?? [])
        translator.emit(
          "AffineGrid", [try call.tensor("theta"), size],
          ["align_corners": .int(try call.bool("align_corners", false) ? 1 : 0)], to: [call.result])
      }
    ]
    for name in ["grid_sampler", "grid_sampler_2d", "grid_sampler_3d"] {
      table[name] = { translator, call in
        let (mode, padding) = (
          try call.int("interpolation_mode", 0), try call.int("padding_mode", 0)
        )
        guard (0...2).contains(mode), (0...2).contains(padding) else {
          throw call.unsupported("the mode \(mode) with the padding \(padding)")
        }
        translator.emit(
          "GridSample", [try call.tensor("input"), try call.tensor("grid")],
          [
            "mode": .string(["linear", "nearest", "cubic"][mode]),
            "padding_mode": .string(["zeros", "border", "reflection"][padding]),
            "align_corners": .int(try call.bool("align_corners", false) ? 1 : 0),
          ], to: [call.result])
      }
    }
    return table
  }()
}
