@testable import NNITraining
import Foundation
import NNITestSupport
import Testing

struct TrainerTests {
  /// Pictures whose class is the place of a bright spot, with noise.
  static func spots(_ count: Int, seed: UInt64) throws -> TensorDataset {
    var numbers = SeededNumbers(seed)
    var (pixels, labels): ([Float], [Int]) = ([], [])
    for _ in 0..<count {
      let label = Int(numbers.uniform() * 4)
      labels.append(label)
      for y in 0..<28 {
        for x in 0..<28 {
          let isSpot =
            (4..<12).contains(y - 12 * (label / 2)) && (4..<12).contains(x - 12 * (label % 2))
          pixels.append(Float((isSpot ? 0.8 : 0.1) + 0.1 * numbers.normal()))
        }
      }
    }
    return try TensorDataset(
      Tensor(pixels, shape: [count, 1, 28, 28]), labels: labels, digest: "spots \(seed)")
  }

  static func trainer(
    epochs: Int = 4, architecture: String = "cnn_dropout", peak: Double = 2e-3,
    earlyStopping: EarlyStopping = .never
  ) throws -> Trainer {
    let task = ClassifierTask(
      try Catalog.architecture(named: architecture), gradientLimit: 5,
      validation: try spots(24, seed: 2), earlyStopping: earlyStopping)
    return Trainer(
      task, on: try spots(96, seed: 1),
      options: TrainingOptions(
        epochs: epochs, batchSize: 20,
        schedule: LearningRateSchedule(peak: peak, shape: .cosine(floor: 0), warmUp: 0.1),
        augmentation: TrainingDistortion(degrees: 5, pixels: 1, scale: 0.05)), seed: 11)
  }

  private func expectSame(_ left: TrainingState, _ right: TrainingState) throws {
    #expect(left.epoch == right.epoch && left.step == right.step)
    #expect(left.bestLoss == right.bestLoss)
    #expect(left.networks.keys.sorted() == right.networks.keys.sorted())
    for (name, weights) in left.networks {
      for (key, value) in weights {
        #expect(try value.data() == right.networks[name]?[key]?.data(), "\(name) \(key)")
      }
    }
    for (name, optimizer) in left.optimizers {
      for (key, slots) in optimizer.slots {
        for (slot, value) in slots {
          #expect(try value.data() == right.optimizers[name]?.slots[key]?[slot]?.data())
        }
      }
    }
  }

  @Test func `A network learns what can be learnt`() throws {
    let state = try Self.trainer(epochs: 6, architecture: "general_cnn").run()
    #expect(state.isFinished)
    let losses = state.log["loss"]
    #expect(losses.count == 6)
    #expect((losses.last ?? 9) < 0.3 * (losses.first ?? 0))
    #expect(state.log["validation_accuracy"].last == 1)
    #expect(state.log["validation_loss"].min() == state.bestLoss)
  }

  @Test func `Going on from a file gives the same bits as not stopping`() throws {
    let trainer = try Self.trainer()
    let whole = try trainer.run()
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "half.safetensors")
      // Cancelled in the middle of the third epoch; the file is of the second.
      let half = try trainer.run(
        onEpoch: {
          try TrainingCheckpoint($0, recipe: "spots", settings: trainer.text).write(to: url)
        }, onProgress: { !($0.epoch == 3 && $0.step == 3) })
      #expect(!half.isFinished)
      #expect(half.epoch == 2)
      let read = try TrainingCheckpoint(contentsOf: url)
      #expect(read.recipe == "spots")
      let continued = try trainer.run(from: read.state(continuing: trainer.text))
      try expectSame(continued, whole)
      #expect(continued.log["loss"] == whole.log["loss"])
    }
  }

  @Test func `Another seed gives other weights, and continues nothing`() throws {
    var trainer = try Self.trainer(epochs: 1)
    let first = try trainer.run()
    trainer.seed = 12
    let second = try trainer.run()
    let key = "classifier.fc2.weight"
    #expect(
      try first.network("model")[key]?.data() != second.network("model")[key]?.data())
    let error = #expect(throws: InterpretabilityError.self) { try trainer.run(from: first) }
    #expect(error?.message.contains("seed 11") == true)
  }

  @Test func `A checkpoint of other settings is refused`() throws {
    let trainer = try Self.trainer(epochs: 1)
    let state = try trainer.task.start(seed: 11)
    let checkpoint = TrainingCheckpoint(state, recipe: "spots", settings: "others")
    let error = #expect(throws: InterpretabilityError.self) {
      try checkpoint.state(continuing: trainer.text)
    }
    #expect(error?.message.contains("others") == true)
  }

  @Test func `A file that is no checkpoint, or a broken one, is an error`() throws {
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "x.safetensors")
      let tensor = try Tensor.full([1], 1)
      for (metadata, word) in [
        ([:], "no checkpoint"), (["training_state": "{"], "JSON"),
        (["training_state": "{}"], "lacks the key"),
        (
          [
            "training_state":
              #"{"epoch":-1,"step":0,"seed":0,"epochsSinceBest":0,"hasStoppedEarly":false,"optimizerSteps":{},"log":{"columns":[],"rows":[]}}"#
          ], "impossible"
        ),
        (
          [
            "training_state":
              #"{"epoch":1,"step":0,"seed":0,"epochsSinceBest":0,"hasStoppedEarly":false,"optimizerSteps":{},"log":{"columns":[],"rows":[]}}"#
          ], "belongs to no training"
        ),
      ] as [([String: String], String)] {
        try SafetensorsFile.write(tensors: [("x", tensor)], metadata: metadata, to: url)
        let error = #expect(throws: InterpretabilityError.self) {
          try TrainingCheckpoint(contentsOf: url)
        }
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "") \(word)")
      }
    }
  }

  @Test func `A loss that is not finite names epoch and step`() throws {
    let trainer = try Self.trainer(epochs: 2, architecture: "general_cnn", peak: 1e30)
    let error = #expect(throws: InterpretabilityError.self) { try trainer.run() }
    #expect(error?.code == .notFinite)
    #expect(error?.message.contains("epoch 1, step") == true, "\(error?.message ?? "")")
  }

  @Test func `Training ends when the validation loss no longer falls`() throws {
    // A rate so small that nothing is learnt after the first epoch's rounding.
    var task = ClassifierTask(
      try Catalog.architecture(named: "general_cnn"), optimizer: SGDOptimizer(momentum: 0),
      validation: try Self.spots(8, seed: 2), earlyStopping: EarlyStopping(patience: 2))
    task.firstWeights = try task.architecture.stateDict(.initialized(seed: 1))
    let trainer = Trainer(
      task, on: try Self.spots(16, seed: 1),
      options: TrainingOptions(
        epochs: 50, batchSize: 16, schedule: LearningRateSchedule(peak: 1e-30)), seed: 1)
    let state = try trainer.run()
    #expect(state.hasStoppedEarly && state.isFinished)
    #expect(state.epoch == 3)
    #expect(try trainer.run(from: state).epoch == 3)
  }

  @Test func `Labels and options that cannot be are refused`() throws {
    var trainer = try Self.trainer(epochs: 1, architecture: "mnist_discriminator")
    let error = #expect(throws: InterpretabilityError.self) { try trainer.run() }
    #expect(error?.message.contains("1 classes") == true, "\(error?.message ?? "")")
    for change in [
      { $0.epochs = 0 }, { $0.batchSize = -1 }, { $0.schedule.peak = .nan },
      { $0.schedule.warmUp = 1 }, { $0.augmentation.scale = 1 },
      { $0.augmentation.degrees = .infinity },
      { $0.schedule.shape = .steps(share: 0, factor: 1) },
    ] as [(inout TrainingOptions) -> Void] {
      trainer = try Self.trainer(epochs: 1)
      change(&trainer.options)
      #expect(throws: InterpretabilityError.self) { try trainer.run() }
    }
  }
}
