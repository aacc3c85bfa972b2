import NNIModels
import NNITraining
import NNITestSupport
import Testing

struct TrainingRecipeTests {
  @Test(arguments: Catalog.recipes.map(\.name))
  func `Every recipe runs an epoch and leaves its networks`(name: String) throws {
    let recipe = try Catalog.recipe(named: name)
    let data =
      try recipe.takesText
      ? LabelledWords.rows(24, seed: 4) : TrainerTests.spots(24, seed: 4)
    var trainer = try recipe.trainer(on: data, seed: 1, epochs: 1)
    trainer.options.batchSize = 11
    let state = try trainer.run()
    #expect(state.log.rows.count == 1)
    for product in recipe.products {
      let architecture = try Catalog.architecture(named: product.architecture)
      #expect(try architecture.fits(WeightSource(state.weights(of: product))))
    }
  }

  /// The number of classes is the data's own, and what the mask hides changes nothing.
  @Test func `A classifier of texts learns its words`() throws {
    let data = try LabelledWords.rows(600, seed: 4)
    var trainer = try Catalog.recipe(named: "text_transformer")
      .trainer(on: data, seed: 1, epochs: 4)
    trainer.options.batchSize = 20
    let state = try trainer.run()
    let weights = try #require(state.networks["best"])
    #expect(weights["head.weight"]?.shape == [4, 64])
    let model = try Catalog.architecture(named: "text_transformer").model(WeightSource(weights))
    #expect(model.inputs.map(\.name) == ["input_ids", "attention_mask"])
    let other = try LabelledWords.rows(100, seed: 9)
    #expect(try ClassifierScore(of: model.graph, on: other).accuracy > 0.9)
    let row = try other.inputs([0])
    var hidden = try row.elements(as: Float.self)
    for place in 0..<32 where hidden[32 + place] == 0 { hidden[place] = Float(place) }
    try expectClose(model(Tensor(hidden, shape: [1, 64])), model(row), relative: 1e-5)
  }

  @Test func `Few data are seen more often`() throws {
    let recipe = try Catalog.recipe(named: "general_cnn")
    let few = try recipe.trainer(on: TrainerTests.spots(24, seed: 4), seed: 1)
    let more = try recipe.trainer(on: TrainerTests.spots(48, seed: 4), seed: 1)
    #expect(abs(few.options.epochs - 2 * more.options.epochs) <= 1)
    #expect(few.data.count == 22)
  }

  @Test func `Unknown recipes and too few samples are told`() throws {
    let error = #expect(throws: InterpretabilityError.self) {
      try Catalog.recipe(named: "general_cn")
    }
    #expect(error?.message.contains("general_cnn") == true)
    #expect(throws: InterpretabilityError.self) {
      try Catalog.recipe(named: "general_cnn").trainer(on: TrainerTests.spots(2, seed: 4), seed: 1)
    }
  }

  @Test func `Names are unique`() {
    let names = Catalog.recipes.map(\.name)
    #expect(names.count >= 8)
    #expect(Set(names).count == names.count)
  }
}
