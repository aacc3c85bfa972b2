import NNITraining
import NNITestSupport
import Testing

struct TrainingRecipeTests {
  @Test(arguments: Catalog.recipes.map(\.name))
  func `Every recipe runs an epoch and leaves its networks`(name: String) throws {
    let recipe = try Catalog.recipe(named: name)
    var trainer = try recipe.trainer(on: TrainerTests.spots(24, seed: 4), seed: 1, epochs: 1)
    trainer.options.batchSize = 11
    let state = try trainer.run()
    #expect(state.log.rows.count == 1)
    for product in recipe.products {
      let architecture = try Catalog.architecture(named: product.architecture)
      #expect(try architecture.fits(WeightSource(state.weights(of: product))))
    }
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
