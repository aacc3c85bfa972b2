import NNITraining
import NNITestSupport
import Testing

/// The losses against PyTorch's; see `Tests/Fixtures/training/make.py`.
struct TrainingLossTests {
  @Test func `Classifiers' losses are PyTorch's`() throws {
    let file = try SafetensorsFile(contentsOf: Fixture.url("training/training.safetensors"))
    for (name, loss) in [
      ("cross_entropy", CrossEntropyLoss() as any TrainingLoss),
      ("cross_entropy_smoothed", CrossEntropyLoss(labelSmoothing: 0.1)),
      ("squared_error", MeanSquaredErrorLoss()),
    ] {
      let value = try loss.value(file["logits"], labels: file["labels"], epoch: 0)
      try expectClose(value.reshaped([1]), file[name], relative: 1e-12)
    }
  }

  @Test func `The losses of both sides are PyTorch's`() throws {
    let file = try SafetensorsFile(contentsOf: Fixture.url("training/training.safetensors"))
    let loss = AdversarialLoss(labelSmoothing: 0.1)
    let discriminator = try loss.discriminator(real: file["real"], generated: file["made"])
    try expectClose(discriminator.reshaped([1]), file["discriminator"], relative: 1e-12)
    let generator = try loss.generator(generated: file["made"])
    try expectClose(generator.reshaped([1]), file["generator"], relative: 1e-12)
  }

  @Test func `A sequence is its first loss, then its second from the beginning`() throws {
    let file = try SafetensorsFile(contentsOf: Fixture.url("training/training.safetensors"))
    let second = EvidentialLoss(annealing: 4)
    let both = SequencedLoss(CrossEntropyLoss(), epochs: 2, then: second)
    func value(_ loss: any TrainingLoss, _ epoch: Int) throws -> Double {
      try loss.value(file["logits"], labels: file["labels"], epoch: epoch).item()
    }
    #expect(try value(both, 1) == value(CrossEntropyLoss(), 1))
    for epoch in [2, 4, 9, .max] {
      #expect(try value(both, epoch) == value(second, epoch == .max ? 100 : epoch - 2))
    }
  }
}
