@testable import NNIVisualization
import Foundation
import NNITestSupport
import Testing

/// Small changes of images, against plain loops.
struct ImageTransformTests {
  private let canvas: ImageCanvas
  private let images: Tensor

  init() throws {
    canvas = ImageCanvas(
      shape: [2, 6, 6], low: [-1, 0], high: [1, 4], dtype: .float64)
    var numbers = SeededNumbers(3)
    images = try numbers.tensor([3, 2, 6, 6])
  }

  private func applied(_ transforms: [any ImageTransform], step: Int = 0) throws -> Tensor {
    try ImageTransforms(transforms).applied(to: images, step: step, seed: 5, on: canvas)
  }

  /// A transform that does the same to every view.
  private struct Fixed: GeometricTransform {
    let text = "fixed"
    let body: @Sendable (inout ImageView) -> Void
    func change(_ view: inout ImageView, by draw: TransformDraw) { body(&view) }
  }

  @Test func `Nothing changes nothing`() throws {
    try expectClose(applied([]), images)
    try expectClose(applied([Fixed { _ in }]), images)
    try expectClose(
      applied([RotationTransform(0), ScaleTransform(1...1), JitterTransform(0)]), images)
  }

  @Test func `A shift shows what lies beside, and grey beyond`() throws {
    let shifted = try applied([Fixed { $0.shift(x: 2, y: -1) }]).doubles()
    let before = try images.doubles()
    let grey = [0.0, 2]
    for n in 0..<3 {
      for channel in 0..<2 {
        for row in 0..<6 {
          for column in 0..<6 {
            let (y, x) = (row - 1, column + 2)
            let inside = (0..<6).contains(y) && (0..<6).contains(x)
            let start = (n * 2 + channel) * 36
            let expected = inside ? before[start + y * 6 + x] : grey[channel]
            #expect((shifted[start + row * 6 + column] - expected).magnitude < 1e-12)
          }
        }
      }
    }
  }

  @Test func `A quarter turn moves rows to columns`() throws {
    let turned = try applied([Fixed { $0.turn(cosine: 0, sine: 1) }])
    let forward = try Tensor.call("aten::rot90", .tensor(images), .int(1), .ints([2, 3]))
    let back = try Tensor.call("aten::rot90", .tensor(images), .int(-1), .ints([2, 3]))
    // Counterclockwise as it is seen.
    try expectClose(turned, forward)
    #expect(try (turned - back).norm() > 1)
  }

  @Test func `A window of half the side is seen twice as large`() throws {
    // Bilinear between pixel centres: place c of the picture shows (c + ½) / 2 + 1½ − ½ of the image.
    let seen = try applied([
      Fixed {
        $0.width /= 2
        $0.height /= 2
      }
    ]).doubles()
    let before = try images.doubles()
    for row in 0..<6 {
      for column in 0..<6 {
        let (y, x) = ((Double(row) + 0.5) / 2 + 1, (Double(column) + 0.5) / 2 + 1)
        let (j, i) = (Int(y.rounded(.down)), Int(x.rounded(.down)))
        let (v, u) = (y - Double(j), x - Double(i))
        func at(_ r: Int, _ c: Int) -> Double { before[36 + r * 6 + c] }
        let expected =
          (1 - v) * ((1 - u) * at(j, i) + u * at(j, i + 1))
          + v * ((1 - u) * at(j + 1, i) + u * at(j + 1, i + 1))
        #expect((seen[36 + row * 6 + column] - expected).magnitude < 1e-12)
      }
    }
    let zoomed = try applied([ScaleTransform(2...2)]).doubles()
    expectClose(seen, zoomed)
  }

  @Test func `Padding puts grey around`() throws {
    let wide = try applied([PadTransform(6)])
    // Three times as wide: the corners are grey.
    let corner = try wide.selected(axis: 3, index: 0).selected(axis: 2, index: 0).doubles()
    expectClose(corner, [0, 2, 0, 2, 0, 2])
  }

  @Test func `Noise has its deviation in each channel, and another seed at each step`() throws {
    let large = ImageCanvas(shape: [2, 100, 100], low: [-1, 0], high: [1, 4], dtype: .float64)
    let zero = try Tensor.full([1, 2, 100, 100], 0, dtype: .float64)
    let transforms = ImageTransforms([NoiseTransform(0.1)])
    let noise = try transforms.applied(to: zero, step: 0, seed: 1, on: large)
    for (channel, deviation) in [(0, 0.2), (1, 0.4)] {
      let own = try noise.selected(axis: 1, index: channel)
      let found = try (own.norm() * own.norm() / 10_000).squareRoot()
      // The deviation of 10000 draws deviates by 0.7 %.
      #expect((found / deviation - 1).magnitude < 0.04)
    }
    let next = try transforms.applied(to: zero, step: 1, seed: 1, on: large)
    #expect(try (next - noise).norm() > 1)
    #expect(
      try transforms.applied(to: zero, step: 0, seed: 1, on: large).doubles() == noise.doubles())
  }

  @Test func `Views of an image stand in a row, and each is its own`() throws {
    let crops = ImageTransforms([CropTransform(copies: 4, side: 0.3...0.3)])
    let views = try crops.applied(to: images, step: 2, seed: 5, on: canvas)
    #expect(views.shape == [12, 2, 6, 6] && crops.copies == 4)
    // Views of the first image alone are the same.
    let first = try crops.applied(
      to: images.narrowed(axis: 0, to: 0..<1), step: 2, seed: 5, on: canvas)
    try expectClose(views.narrowed(axis: 0, to: 0..<4), first)
    let all = try views.doubles()
    #expect(Set((0..<12).map { all[$0 * 72] }).count == 12)
  }

  @Test func `A jittered window stays inside, and takes all places`() throws {
    var places: Set<[Int]> = []
    for step in 0..<300 {
      let draw = TransformDraw(CounterRandom(seed: 1), step: step, view: 0, position: 0)
      var view = ImageView(width: 6, height: 6)
      JitterTransform(2).change(&view, by: draw)
      #expect(view.width == 4 && view.height == 4)
      #expect(view.tx.magnitude <= 1 && view.ty.magnitude <= 1)
      places.insert([Int(view.tx), Int(view.ty)])
    }
    #expect(places.count == 9)
  }
}
