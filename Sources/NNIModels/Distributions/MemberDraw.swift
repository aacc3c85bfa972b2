/// Which member of a distribution a row of a batch belongs to: the pass, and the sample that it is of.
///
/// Random numbers are keyed by both, so that neither the order nor the size of batches changes them.
public struct MemberDraw: Sendable, Hashable {
  /// The member, from 0.
  public let pass: Int
  /// The sample's position in the data, from 0.
  public let sample: Int

  /// Creates a draw.
  public init(pass: Int, sample: Int = 0) {
    self.pass = pass
    self.sample = sample
  }

  /// The largest number of members; a stream has twenty bits for the pass.
  static let passLimit = 1 << 20
  /// The largest number of places; a stream has twelve bits for the place.
  static let placeLimit = 1 << 12

  /// The stream of random numbers at a place of the network, such as its third dropout.
  ///
  /// - Throws: ``InterpretabilityError`` when a number has no room, for then two places would share a
  ///   stream.
  package func stream(place: Int) throws -> UInt64 {
    guard (0..<Self.passLimit).contains(pass), (0..<(1 << 32)).contains(sample),
      (0..<Self.placeLimit).contains(place)
    else {
      throw InterpretabilityError(
        .invalidOption,
        "pass \(pass) of sample \(sample) at place \(place) has no random numbers; there are "
          + "\(Self.passLimit) passes, 2³² samples and \(Self.placeLimit) places")
    }
    return UInt64(sample) << 32 | UInt64(pass) << 12 | UInt64(place)
  }
}

extension CounterRandom {
  /// What random numbers are for; the same seed gives other numbers for each.
  package enum Purpose: UInt64 {
    case dropout = 0x5D0A_91C3_7E24_B86F
    case inputNoise = 0xA3C5_9AC2_F103_9D47
    case activationNoise = 0x1F83_D9AB_FB41_BD6B
    case calibration = 0x6A09_E667_F3BC_C908
    case conformal = 0xBB67_AE85_84CA_A73B
  }

  /// The numbers of a seed for one purpose.
  package init(seed: UInt64, for purpose: Purpose) { self.init(seed: seed ^ purpose.rawValue) }
}

extension ModelDistribution {
  /// The number of members, if it can be.
  package static func checked(passes: Int) throws -> Int {
    guard (1...MemberDraw.passLimit).contains(passes) else {
      throw InterpretabilityError(
        .invalidOption, "\(passes) passes; wanted 1 to \(MemberDraw.passLimit)")
    }
    return passes
  }
}
