@testable import NNITraining
import Foundation
import NNITestSupport
import Testing

struct AdversarialTaskTests {
  private func trainer(_ recipe: String) throws -> Trainer {
    var trainer = try Catalog.recipe(named: recipe)
      .trainer(on: TrainerTests.spots(24, seed: 3), seed: 5, epochs: 2)
    trainer.options.batchSize = 8
    return trainer
  }

  @Test(arguments: ["mnist_gan", "mnist_dcgan"])
  func `Both networks learn, and a continued training has the same bits`(name: String) throws {
    let trainer = try trainer(name)
    let whole = try trainer.run()
    let half = try trainer.run(onProgress: { $0.epoch == 1 })
    #expect(half.epoch == 1)
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "gan.safetensors")
      try TrainingCheckpoint(half, recipe: name, settings: "").write(to: url)
      let continued = try trainer.run(from: TrainingCheckpoint(contentsOf: url).state)
      let start = try trainer.task.start(seed: 5)
      for network in ["generator", "discriminator", "average"] {
        for (key, value) in try whole.network(network) {
          #expect(try value.data() == continued.network(network)[key]?.data(), "\(network) \(key)")
          #expect(try value.data() != start.network(network)[key]?.data(), "\(network) \(key)")
        }
      }
    }
  }

  @Test func `The DCGAN's networks have 16 filters and fit each other`() throws {
    let state = try trainer("mnist_dcgan").task.start(seed: 1)
    #expect(try state.network("generator")["main.9.weight"]?.shape == [32, 16, 4, 4])
    #expect(try state.network("discriminator")["main.0.weight"]?.shape == [16, 1, 4, 4])
    let make = try Catalog.architecture(named: "mnist_dcgan_generator")
      .build(WeightSource(state.network("generator")))
    let judge = try Catalog.architecture(named: "mnist_dcgan_discriminator")
      .build(WeightSource(state.network("discriminator")))
    var numbers = SeededNumbers(1)
    let images = try make.forward(numbers.tensor([2, 100]).converted(to: .float32))
    #expect(images.shape == [2, 1, 28, 28])
    let told = try judge.forward(images)
    #expect(told.shape == [2, 1])
    #expect(try told.doubles().allSatisfy { (0...1).contains($0) })
  }
}
