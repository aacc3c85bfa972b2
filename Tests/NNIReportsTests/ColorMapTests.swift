import NNIReports
import Testing

/// Judged by CIE 1976 lightness and distance, computed here from the sRGB values alone.
@Suite struct ColorMapTests {
  @Test(arguments: ColorMap.all) func isFoundByName(map: ColorMap) {
    #expect(ColorMap.named(map.name) == map)
    #expect(!map.summary.isEmpty)
  }

  @Test func hasUniqueNames() {
    #expect(Set(ColorMap.all.map(\.name)).count == ColorMap.all.count)
    #expect(ColorMap.named("jet") == nil)
  }

  /// Larger magnitudes are always lighter, or always darker: also in grey print.
  @Test(arguments: ColorMap.all) func isMonotone(map: ColorMap) {
    let lightness = map.colors.map { CIELab($0).lightness }
    let middle = map.kind == .diverging ? map.colors.count / 2 : 0
    for arm in [Array(lightness[middle...]), Array(lightness[...middle].reversed())] {
      let isRising = (arm.last ?? 0) > (arm.first ?? 0)
      for (first, second) in zip(arm, arm.dropFirst()) {
        // One unit of 8-bit rounding moves L* by up to 0.5.
        #expect(isRising ? second > first - 0.5 : second < first + 0.5)
      }
      for offset in stride(from: 8, to: arm.count, by: 8) {
        #expect(isRising ? arm[offset] > arm[offset - 8] : arm[offset] < arm[offset - 8])
      }
    }
  }

  @Test(arguments: ColorMap.all) func hasNoJumps(map: ColorMap) {
    let colors = map.colors.map { CIELab($0) }
    let steps = zip(colors, colors.dropFirst()).map { $0.distance(to: $1) }
    #expect((steps.max() ?? 0) < 3)
  }

  /// Equal steps of a value look like equal steps: lightness is a straight line.
  @Test(arguments: ColorMap.all) func isUniform(map: ColorMap) {
    let lightness = map.colors.map { CIELab($0).lightness }
    let arm = map.kind == .diverging ? Array(lightness[255...]) : lightness
    for (index, value) in arm.enumerated() {
      let share = Double(index) / Double(arm.count - 1)
      #expect(abs(value - (arm[0] + (arm[arm.count - 1] - arm[0]) * share)) < 0.8)
    }
  }

  @Test(arguments: ColorMap.all.filter { $0.kind == .diverging })
  func isSymmetricAroundANeutralMiddle(map: ColorMap) {
    #expect(map.colors.count % 2 == 1)
    let zero = map.color(at: 0)
    #expect(zero == map.colors[map.colors.count / 2])
    #expect(zero.red == zero.green && zero.green == zero.blue)
    for step in 1...20 {
      let value = Double(step) / 20
      let difference =
        CIELab(map.color(at: value)).lightness - CIELab(map.color(at: -value)).lightness
      #expect(abs(difference) < 0.8)
    }
  }

  /// The two signs stay apart for red-green blindness (Machado, Oliveira, Fernandes 2009, severity
  /// 1).
  @Test(arguments: ColorMap.all.filter { $0.kind == .diverging })
  func isSafeForColorBlindness(map: ColorMap) {
    for matrix in [CIELab.protanopia, CIELab.deuteranopia] {
      for value in [0.4, 0.6, 0.8, 1] {
        let positive = CIELab(map.color(at: value), seenWith: matrix)
        let negative = CIELab(map.color(at: -value), seenWith: matrix)
        #expect(positive.distance(to: negative) > 25, "\(map.name) at \(value)")
      }
    }
  }

  /// Larger magnitudes keep their order in lightness for red-green blindness, too, so that a scale can
  /// be read from either end.
  @Test(arguments: ColorMap.all) func isMonotoneForColorBlindness(map: ColorMap) {
    for matrix in [CIELab.protanopia, CIELab.deuteranopia] {
      let lightness = map.colors.map { CIELab($0, seenWith: matrix).lightness }
      let middle = map.kind == .diverging ? map.colors.count / 2 : 0
      for arm in [Array(lightness[middle...]), Array(lightness[...middle].reversed())]
      where arm.count > 1 {
        let isRising = (arm.last ?? 0) > (arm.first ?? 0)
        #expect(abs((arm.last ?? 0) - (arm.first ?? 0)) > 40)
        for offset in stride(from: 16, to: arm.count, by: 16) {
          let step = arm[offset] - arm[offset - 16]
          #expect(isRising ? step > 0 : step < 0, "\(map.name) at \(offset)")
        }
      }
    }
  }

  @Test(arguments: ColorMap.all) func staysWithinItsEnds(map: ColorMap) {
    #expect(map.color(at: 7) == map.colors.last)
    #expect(map.color(at: -7) == map.colors.first)
    #expect(map.color(at: .infinity) == map.colors.last)
  }
}
