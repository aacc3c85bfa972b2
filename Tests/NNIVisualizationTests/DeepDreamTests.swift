@testable import NNIVisualization
import Foundation
import NNITestSupport
import Testing

struct DeepDreamTests {
  @Test func `The score rises at every size and the picture keeps its own`() throws {
    let model = try DreamNets.model(spec: DreamNets.spec)
    let picture = try DreamNets.picture(width: 61, height: 45)
    var seen: [[Int]] = []
    let dream = try DeepDream(octaves: 3, steps: 6, rate: 0.01, tile: 32, margin: 8).run(
      model, on: picture, raising: FeatureReference("mix:1", in: model.graph)
    ) { seen.append([$0.octave, $0.step] + $0.pixels.shape.suffix(2)) }
    #expect(dream.image.width == 61 && dream.image.height == 45)
    #expect(seen.count == 18)
    // 61 / 1.4² = 31.1, 45 / 1.4² = 23.0.
    #expect(seen.first == [0, 0, 23, 31] && seen.last == [2, 5, 45, 61])
    for octave in dream.scores { #expect(octave[5] > octave[0]) }
    #expect(dream.image != picture)
    let values = try dream.pixels.doubles()
    #expect(values.allSatisfy { (0...1).contains($0) })
  }

  @Test func `Tiles fit the budget of memory`() throws {
    var model = try DreamNets.model(spec: DreamNets.spec)
    func side(_ budget: Int) throws -> Int {
      model.memoryBudget = MemoryBudget(bytes: budget)
      let objective = try DeepDreamObjective(model, FeatureReference("mix", in: model.graph))
      return try objective.affordable(512, margin: 8, picture: 400)
    }
    #expect(try side(1 << 40) == 512)
    let some = try side(20_000_000)
    #expect([32, 64, 128, 256].contains(some))
    // A quarter of the memory holds half the side.
    #expect(try [some / 2, some / 4].contains(side(5_000_000)))
    #expect(try side(1) == 16)
  }

  @Test func `One step is the normalised gradient, cut to black and white`() throws {
    let options = DeepDream(rate: 0.1)
    let pixels = try Tensor([0.5, 0.95, 0.02, 0.5] as [Double], shape: [1, 1, 2, 2])
    let gradient = try Tensor([2.0, 4.0, -2.0, 0.0] as [Double], shape: [1, 1, 2, 2])
    // The mean square is 6.
    try expectClose(
      options.stepped(pixels, along: gradient),
      Tensor([0.5 + 0.2 / 6.0.squareRoot(), 1, 0, 0.5] as [Double], shape: [1, 1, 2, 2]))
    let still = try options.stepped(pixels, along: gradient.zerosLike())
    #expect(try still.doubles() == pixels.doubles())
  }

  @Test func `Detail that a small size lacks comes back`() throws {
    // Noise on single pixels is lost at the smallest of four sizes; a dream that changes little keeps it.
    let model = try DreamNets.model()
    var numbers = SeededNumbers(2)
    let pixels = (0..<(3 * 64 * 64)).map { _ in UInt8(numbers.uniform() * 255) }
    let picture = try Image(width: 64, height: 64, layout: .rgb, pixels: pixels)
    let dream = try DeepDream(octaves: 4, steps: 1, rate: 1e-4).run(
      model, on: picture, raising: FeatureReference(NodeID("mix")))
    let worst = zip(dream.image.pixels, pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
    #expect(worst <= 2)
  }

  @Test func `The same seed gives the same bits, whatever the number of threads`() throws {
    // In float32 with 32 channels, so that all fast kernels take part.
    var numbers = SeededNumbers(11)
    var graph = Graph(input: "image")
    func convolution(_ from: Int, _ to: Int) throws -> ConvolutionLayer {
      ConvolutionLayer(
        weight: try numbers.tensor([to, from, 3, 3], scale: 0.1).converted(to: .float32),
        bias: try numbers.tensor([to], scale: 0.1).converted(to: .float32), padding: [1, 1])
    }
    try graph.add(convolution(3, 32), as: "conv1", after: ["image"])
    try graph.add(ActivationLayer(.relu), as: "relu1", after: ["conv1"])
    try graph.add(MaxPoolLayer(Window([2, 2], stride: [2, 2])), as: "pool", after: ["relu1"])
    try graph.add(convolution(32, 48), as: "conv2", after: ["pool"])
    try graph.add(ActivationLayer(.relu), as: "relu2", after: ["conv2"])
    let model = try Model(graph, inputSpec: DreamNets.spec)
    let picture = try DreamNets.picture(width: 150, height: 130)
    func dream(threads: Int, seed: UInt64) throws -> [Float] {
      Torch.setThreadCount(threads)
      return try DeepDream(octaves: 2, steps: 3, tile: 64, margin: 8, noise: 0.02, seed: seed).run(
        model, on: picture, raising: FeatureReference(NodeID("relu2"))
      ).pixels.elements()
    }
    let threads = Torch.threadCount
    defer { Torch.setThreadCount(threads) }
    let one = try dream(threads: 1, seed: 4)
    #expect(try dream(threads: 2, seed: 4) == one)
    #expect(try dream(threads: 3, seed: 4) == one)
    #expect(try dream(threads: 1, seed: 5) != one)
  }

  @Test func `Borders of tiles leave no seams`() throws {
    let model = try DreamNets.model(spec: DreamNets.spec)
    let picture = try DreamNets.picture(width: 128, height: 96)
    let dream = DeepDream(octaves: 1, steps: 10, rate: 0.01, tile: 32, margin: 8, seed: 1)
    let result = try dream.run(model, on: picture, raising: FeatureReference(NodeID("mix")))
    let values = try result.pixels.doubles()
    // Where tiles met in some step: a core's begin, rolled back.
    let random = CounterRandom(seed: 1)
    let cores = try DeepDreamObjective(model, FeatureReference(NodeID("mix")))
      .tiles(dream, height: 96, width: 128).columns.cores
    #expect(cores.count == 4)
    var isBorder = [Bool](repeating: false, count: 128)
    for step in 0..<10 {
      let shift = (Int(random.words(stream: 0, block: UInt64(step)).1) * 128) >> 32
      for core in cores { isBorder[(core.lowerBound - shift + 128) % 128] = true }
    }
    #expect(isBorder.filter { $0 }.count > 20)
    var (across, elsewhere): ([Double], [Double]) = ([], [])
    for x in 1..<128 {
      var sum = 0.0
      for row in 0..<(3 * 96) { sum += abs(values[row * 128 + x] - values[row * 128 + x - 1]) }
      if isBorder[x] { across.append(sum / 288) } else { elsewhere.append(sum / 288) }
    }
    func mean(_ list: [Double]) -> Double { list.reduce(0, +) / Double(list.count) }
    let contrast = (values.max() ?? 0) - (values.min() ?? 0)
    let seam = abs(mean(across) - mean(elsewhere)) / contrast
    #expect(seam < 0.01, "\(seam) of the contrast")
  }

  @Test func `Bad requests are refused in one sentence`() throws {
    let model = try DreamNets.model()
    let picture = try DreamNets.picture(width: 32, height: 32)
    func refusal(_ dream: DeepDream, _ layer: String = "mix") -> String {
      do {
        let feature = FeatureReference(NodeID(layer))
        _ = try dream.run(model, on: picture, raising: feature)
        return "accepted"
      } catch { return "\(error)" }
    }
    #expect(refusal(DeepDream(octaves: 0)).contains("octaves is 0"))
    #expect(refusal(DeepDream(octaveScale: 1)).contains("octave scale"))
    #expect(refusal(DeepDream(octaveScale: .nan)).contains("octave scale"))
    #expect(refusal(DeepDream(steps: 0)).contains("steps is 0"))
    #expect(refusal(DeepDream(rate: -1)).contains("rate"))
    #expect(refusal(DeepDream(rate: .nan)).contains("rate"))
    #expect(refusal(DeepDream(tile: 2)).contains("tile"))
    #expect(refusal(DeepDream(margin: -1)).contains("margin"))
    #expect(refusal(DeepDream(noise: .infinity)).contains("noise"))
    #expect(refusal(DeepDream(octaves: 12)).contains("too small"))
    #expect(refusal(DeepDream(), "mixx").contains("mix"))
    #expect(throws: InterpretabilityError.self) {
      try DeepDream(octaves: 1).run(
        model, on: picture, raising: FeatureReference("mix", channels: .one(5)))
    }
  }

  @Test func `Only the layers before the one that is asked for run`() throws {
    // The dense layer wants 4 features and would refuse 5.
    var model = try DreamNets.model()
    let wrong = DenseLayer(weight: try Tensor.full([2, 5], 1, dtype: .float64))
    try model.graph.setLayer(wrong, at: "logits")
    let picture = try DreamNets.picture(width: 40, height: 40)
    _ = try DeepDream(octaves: 1, steps: 1).run(
      model, on: picture, raising: FeatureReference(NodeID("last")))
  }

  @Test func `References name layers and channels`() throws {
    let graph = try DreamNets.model().graph
    #expect(try FeatureReference("mix", in: graph) == FeatureReference("mix"))
    #expect(try FeatureReference("mix:3", in: graph).channels == .one(3))
    #expect(try FeatureReference("mix:3", in: graph).description == "mix:3")
    for text in ["mix:", "mix:-1", "mix:x", "mux", "mux:1", ""] {
      #expect(throws: InterpretabilityError.self) { try FeatureReference(text, in: graph) }
    }
    var colons = Graph(input: "image:0")
    try colons.add(IdentityLayer(), as: "a:1", after: ["image:0"])
    #expect(try FeatureReference("a:1", in: colons) == FeatureReference("a:1"))
    #expect(try FeatureReference("a:1:2", in: colons).channels == .one(2))
  }
}
