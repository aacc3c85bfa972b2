import NNIGraph
import Testing

@Suite struct CounterRandomTests {
  /// The known answers that come with the authors' code (Random123, kat_vectors, philox4x32 10).
  @Test func equalsThePublishedAnswers() {
    let zero = CounterRandom(seed: 0).words(stream: 0, block: 0)
    #expect(zero == (0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    let ones = CounterRandom(seed: .max).words(stream: .max, block: .max)
    #expect(ones == (0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    let pi = CounterRandom(seed: 0x299f_31d0_a409_3822)
      .words(stream: 0x0370_7344_1319_8a2e, block: 0x85a3_08d3_243f_6a88)
    #expect(pi == (0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func aLongerListBeginsWithTheShorterOne() {
    let random = CounterRandom(seed: 42)
    #expect(Array(random.normals(1000, stream: 3).prefix(17)) == random.normals(17, stream: 3))
    #expect(random.normals(8, stream: 3) != random.normals(8, stream: 4))
    #expect(random.normals(8, stream: 3) != CounterRandom(seed: 43).normals(8, stream: 3))
  }

  @Test func normalsHaveTheMomentsOfNormals() {
    let numbers = CounterRandom(seed: 7).normals(100_000, stream: 0).map { Double($0) }
    let mean = numbers.reduce(0, +) / 100_000
    let variance = numbers.reduce(0) { $0 + $1 * $1 } / 100_000
    let fourth = numbers.reduce(0) { $0 + $1 * $1 * $1 * $1 } / 100_000
    // Five standard errors: 1/√n, √(2/n), √(96/n).
    #expect(abs(mean) < 0.016)
    #expect(abs(variance - 1) < 0.023)
    #expect(abs(fourth - 3) < 0.155)
  }

  @Test func uniformsFillTheInterval() {
    let numbers = CounterRandom(seed: 7).uniforms(100_000, stream: 0)
    #expect(numbers.allSatisfy { (0..<1).contains($0) })
    let mean = numbers.reduce(0) { $0 + Double($1) } / 100_000
    #expect(abs(mean - 0.5) < 0.0046)
  }
}
