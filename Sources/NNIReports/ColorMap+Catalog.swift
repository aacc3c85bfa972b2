extension ColorMap {
  /// Every map, the default of each kind first.
  public static let all: [ColorMap] = [
    .blueWhiteRed, .purpleWhiteGreen, .blueBlackAmber, .ember, .verdigris, .madder, .grey,
  ]

  /// The map of a name such as `blue-white-red`, or `nil`.
  public static func named(_ name: String) -> ColorMap? { all.first { $0.name == name } }

  /// Diverging, the default for signed maps: blue speaks against, red for, white says nothing.
  ///
  /// Safe for red-green colour blindness, in which it reads as blue and yellow-brown.
  public static let blueWhiteRed = diverging(
    "blue-white-red", "diverging: blue against, white nothing, red for", middle: 97, ends: 32,
    negative: [Point(0.06, 236), Point(0.12, 247), Point(0.165, 256), Point(0.15, 263)],
    positive: [Point(0.06, 50), Point(0.13, 38), Point(0.185, 30), Point(0.165, 22)])

  /// Diverging, where red and blue already mean something else.
  ///
  /// Safe for red-green colour blindness.
  public static let purpleWhiteGreen = diverging(
    "purple-white-green", "diverging: purple against, white nothing, green for", middle: 97,
    ends: 30,
    negative: [Point(0.06, 315), Point(0.12, 312), Point(0.155, 308), Point(0.14, 303)],
    positive: [Point(0.06, 135), Point(0.11, 142), Point(0.13, 146), Point(0.11, 150)])

  /// Diverging with a black middle, for dark pages and screens.
  public static let blueBlackAmber = diverging(
    "blue-black-amber", "diverging: blue against, black nothing, amber for", middle: 6, ends: 82,
    negative: [Point(0.07, 262), Point(0.14, 256), Point(0.13, 240), Point(0.09, 225)],
    positive: [Point(0.05, 50), Point(0.11, 55), Point(0.145, 68), Point(0.15, 85)])

  /// Sequential, from black through purple and orange to pale yellow: the default for magnitudes.
  public static let ember = sequential(
    "ember", "sequential: black, purple, orange, pale yellow", lightness: 2...97,
    [
      Point(0.01, 285), Point(0.12, 300), Point(0.18, 350), Point(0.19, 30), Point(0.165, 60),
      Point(0.15, 90), Point(0.08, 108),
    ])

  /// Sequential, from dark violet through teal and green to yellow.
  public static let verdigris = sequential(
    "verdigris", "sequential: dark violet, teal, green, yellow", lightness: 15...91,
    [
      Point(0.13, 310), Point(0.12, 275), Point(0.095, 235), Point(0.095, 190), Point(0.14, 150),
      Point(0.18, 125), Point(0.18, 108),
    ])

  /// Sequential from paper white through orange to dark red, for print and for light photographs.
  public static let madder = sequential(
    "madder", "sequential: white, apricot, red, dark red", lightness: 25...98, descends: true,
    [
      Point(0.0, 90), Point(0.07, 80), Point(0.13, 60), Point(0.175, 40), Point(0.18, 28),
      Point(0.13, 20),
    ])

  /// Sequential from black to white.
  public static let grey = sequential(
    "grey", "sequential: black to white", lightness: 0...100, [Point(0, 0), Point(0, 0)])
}
