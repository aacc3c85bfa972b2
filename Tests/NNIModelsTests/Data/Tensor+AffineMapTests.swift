import NNIModels
import Foundation
import NNITestSupport
import Testing

/// Turning and moving images, against SciPy and against the formula done slowly.
@Suite struct TensorAffineMapTests {
  private static let fixture = Fixture.url("data/rotations.safetensors")

  @Test(arguments: ["wide", "line", "thin"], SpatialInterpolation.allCases)
  func turnsAsSciPyDoes(_ name: String, _ interpolation: SpatialInterpolation) throws {
    let file = try SafetensorsFile(contentsOf: Self.fixture)
    let images = try file[name]
    for degrees in ["0", "17.5", "-30", "45", "90", "180", "-90", "263", "720"] {
      let turned = try images.rotated(
        degrees: #require(Double(degrees)), interpolation: interpolation)
      let wanted = try file["\(name)/\(interpolation.rawValue)/\(degrees)"]
      try expectClose(turned, wanted, relative: 1e-12, "\(degrees)°")
    }
  }

  @Test(arguments: SpatialInterpolation.allCases)
  func mapsAsSciPyDoes(_ interpolation: SpatialInterpolation) throws {
    let file = try SafetensorsFile(contentsOf: Self.fixture)
    let map = try AffineMap(degrees: 25, scale: 1.3, down: 1.5, right: -0.75)
    let mapped = try file["wide"].mapped(by: [map], interpolation: interpolation)
    try expectClose(mapped, file["affine/\(interpolation.rawValue)"], relative: 1e-12)
  }

  @Test func equalsTheFormulaDoneSlowly() throws {
    var numbers = SeededNumbers(3)
    let images = try numbers.tensor([2, 2, 6, 9])
    let settings = [(33.0, 0.8, 1.25, -2.0), (-110.0, 1.7, 0.0, 0.5)]
    let maps = try settings.map {
      try AffineMap(degrees: $0.0, scale: $0.1, down: $0.2, right: $0.3)
    }
    let found = try images.mapped(by: maps)
    let values = try images.doubles()
    var wanted: [Double] = []
    for (n, setting) in settings.enumerated() {
      for c in 0..<2 {
        for y in 0..<6 {
          for x in 0..<9 {
            wanted.append(
              Self.value(Double(y), Double(x), setting) { row, column in
                values[((n * 2 + c) * 6 + row) * 9 + column]
              })
          }
        }
      }
    }
    expectClose(try found.doubles(), wanted)
  }

  /// One pixel of an image of 6 × 9: undo the shift, the enlargement and the turn, then weigh four
  /// neighbours.
  private static func value(
    _ y: Double, _ x: Double, _ setting: (Double, Double, Double, Double),
    _ pixel: (Int, Int) -> Double
  ) -> Double {
    let (degrees, scale, down, right) = setting
    // Counter-clockwise on a plane whose y axis points up.
    let (px, py) = ((x - 4 - right) / scale, -(y - 2.5 - down) / scale)
    let angle = -degrees * .pi / 180
    let column = cos(angle) * px - sin(angle) * py + 4
    let row = 2.5 - (sin(angle) * px + cos(angle) * py)
    guard (0...5).contains(row), (0...8).contains(column) else { return 0 }
    let (top, left) = (min(Int(row), 4), min(Int(column), 7))
    let (v, u) = (row - Double(top), column - Double(left))
    return (1 - v) * (1 - u) * pixel(top, left) + (1 - v) * u * pixel(top, left + 1)
      + v * (1 - u) * pixel(top + 1, left) + v * u * pixel(top + 1, left + 1)
  }

  @Test func quarterTurnsAndWholeShiftsOnlyMovePixels() throws {
    var numbers = SeededNumbers(4)
    let images = try numbers.tensor([1, 1, 5, 5])
    for interpolation in SpatialInterpolation.allCases {
      let turned = try images.rotated(degrees: 90, interpolation: interpolation)
      let wanted = try Tensor.call("aten::rot90", .tensor(images), .int(1), .ints([2, 3]))
      try expectClose(turned, wanted)
      let moved = try images.mapped(
        by: [AffineMap(degrees: 0, down: 2, right: -1)], interpolation: interpolation)
      let part = try images.narrowed(axis: 2, to: 0..<3).narrowed(axis: 3, to: 1..<5)
      let padded = try Tensor.call(
        "aten::constant_pad_nd", .tensor(part), .ints([0, 1, 2, 0]), .double(0))
      try expectClose(moved, padded)
    }
  }

  @Test func singlePrecisionStaysSingleAndClose() throws {
    var numbers = SeededNumbers(5)
    let images = try numbers.tensor([2, 3, 8, 7])
    for interpolation in SpatialInterpolation.allCases {
      let exact = try images.rotated(degrees: 12, interpolation: interpolation)
      let single = try images.converted(to: .float32)
        .rotated(degrees: 12, interpolation: interpolation)
      #expect(single.dtype == .float32)
      try expectClose(single.converted(to: .float64), exact, relative: 1e-6)
    }
  }

  @Test func whatCannotBeTurnedIsRefused() throws {
    let images = try Tensor.full([2, 1, 4, 4], 1)
    #expect(throws: InterpretabilityError.self) { try images.rotated(degrees: .nan) }
    #expect(throws: InterpretabilityError.self) { try AffineMap(degrees: 0, scale: 0) }
    #expect(throws: InterpretabilityError.self) {
      try images.selected(axis: 0, index: 0).rotated(degrees: 3)
    }
    #expect(throws: InterpretabilityError.self) {
      try images.converted(to: .uint8).rotated(degrees: 3)
    }
    let map = try AffineMap(degrees: 1)
    #expect(throws: InterpretabilityError.self) { try images.mapped(by: [map, map, map]) }
  }

  /// The original package turned MNIST's first 1 clockwise in steps of 6° with SciPy's cubic spline;
  /// these are the uncertainties that its evidential classifier then showed, in percent.
  @Test func theOriginalsUncertaintiesComeOut() throws {
    let image = try SafetensorsFile(contentsOf: Self.fixture)["one"].converted(to: .float32) / 255
    let model = try OriginalPackage.model("evidential_cnn", .float32)
    let shown = [24.1, 29.0, 44.8, 97.6, 100, 100, 100, 100, 60.9, 42.9]
    func uncertainty(_ step: Int, _ interpolation: SpatialInterpolation) throws -> Double {
      let turned = try image.rotated(degrees: -6 * Double(step), interpolation: interpolation)
      let evidence = try model(turned).positivePart() + 1
      return try 100 * 10 / evidence.sum().item()
    }
    let found = try shown.indices.map { try uncertainty($0, .cubicSpline) }
    // Half of the last digit that was shown.
    expectClose(found, shown, relative: 0, absolute: 0.05)
    // Not so with the other interpolation.
    #expect(try abs(uncertainty(2, .linear) - shown[2]) > 1)
  }
}
