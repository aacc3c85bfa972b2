/// A border around each sample, filled with a constant, the edge, a reflection or the other end; negative widths crop.
public struct PadLayer: Layer {
  /// What fills the border.
  public enum Mode: String, Sendable {
    case constant, reflect, replicate
    case wrap
  }

  /// Widths before each axis but the batch.
  public var before: [Int]
  /// Widths after each axis but the batch.
  public var after: [Int]
  public var mode: Mode
  /// What a constant border is filled with.
  public var value: Double

  /// Creates the layer.
  public init(before: [Int], after: [Int], mode: Mode = .constant, value: Double = 0) {
    self.before = before
    self.after = after
    self.mode = mode
    self.value = value
  }

  public var kind: LayerKind { .structural }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].requireRank(before.count + 1)
    guard mode == .constant || isOfLastAxes else { return try chosen(inputs[0]) }
    // libtorch lists the last axis first; reflections must leave out the channels.
    let axes = mode == .constant ? before.indices : 1..<before.count
    let list = axes.reversed().flatMap { [before[$0], after[$0]] }
    if mode == .constant {
      return try .call(
        "aten::constant_pad_nd", .tensor(inputs[0]), .ints(list), .double(value))
    }
    let name = mode == .reflect ? "reflection" : "replication"
    return try .call("aten::\(name)_pad\(list.count / 2)d", .tensor(inputs[0]), .ints(list))
  }

  /// Whether libtorch has an operator for it.
  private var isOfLastAxes: Bool {
    mode != .wrap && before.first == 0 && after.first == 0 && (2...4).contains(before.count)
  }

  /// The border as elements chosen axis by axis.
  private func chosen(_ input: Tensor) throws -> Tensor {
    var result = input
    for (index, (before, after)) in zip(before, after).enumerated() where before != 0 || after != 0
    {
      let extent = result.shape[index + 1]
      guard before >= -extent, after >= -extent, extent + before + after > 0 else {
        throw InterpretabilityError(
          .invalidInput, "widths of \(before) and \(after) at an axis of extent \(extent)")
      }
      let places = (-before..<(extent + after)).map { place -> Int64 in
        switch mode {
        case .wrap: return Int64((place % extent + extent) % extent)
        case .reflect where extent > 1:
          let period = 2 * (extent - 1)
          let within = (place % period + period) % period
          return Int64(min(within, period - within))
        default: return Int64(min(max(place, 0), extent - 1))
        }
      }
      let list = try Tensor(places, shape: [places.count]).moved(to: input.device)
      result = try .call("aten::index_select", .tensor(result), .int(index + 1), .tensor(list))
    }
    return result
  }

  public var settings: String { "\(mode.rawValue) \(before) \(after)" }
}

extension PadLayer: LocalLayer {
  public func view(of shapes: [[Int]]) -> LocalView? {
    guard mode == .constant, before.count == 3, before[0] == 0, after[0] == 0 else { return nil }
    var window = Window([1, 1])
    window.paddingBefore = Array(before.dropFirst())
    window.paddingAfter = Array(after.dropFirst())
    return LocalView(window: window, border: value, unpadded: IdentityLayer())
  }
}

extension PadLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("Pad") { node in
        // Widths are an attribute up to operator set 10, an input from 11 on.
        let pads = try node.integers(1) ?? node.ints("pads")
        guard let pads, pads.count >= 4, pads.count % 2 == 0, try node.constant(3) == nil else {
          throw node.unsupported("widths that are not stated for every axis")
        }
        let rank = pads.count / 2
        guard pads[0] == 0, pads[rank] == 0 else {
          throw node.unsupported("widths \(pads), which pad the batch")
        }
        let name = try node.string("mode", default: "constant")
        guard let mode = PadLayer.Mode(rawValue: name == "edge" ? "replicate" : name) else {
          throw node.unsupported("mode \(name); constant, reflect, edge and wrap are supported")
        }
        let value = try node.number(2) ?? node.float("value", default: 0)
        return PadLayer(
          before: Array(pads[1..<rank]), after: Array(pads[(rank + 1)...]), mode: mode, value: value
        )
      }
    ]
  }
}
