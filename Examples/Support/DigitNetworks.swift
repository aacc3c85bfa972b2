import Foundation
public import NNIReports
import NNIShipped
import NNInterpretability

/// What the shipped digits are to the shipped networks.
///
/// The digits are 5,000 of MNIST's 60,000 for training, and the networks were trained on all of those. What a
/// lesson measures on them is no accuracy on new digits, and it must say so.
public enum DigitNetworks {
  /// The accuracy on MNIST's 10,000 test digits, as the network's file states it; `nil` when it does not.
  public static func testAccuracy(of name: String) throws -> Double? {
    let card = try Shipped.folder().appending(path: "models/\(name).json")
    guard let data = try? Data(contentsOf: card) else { return nil }
    return try JSONDecoder().decode(Card.self, from: data).accuracy.flatMap { Double($0) }
  }

  /// A sentence on what numbers on the shipped digits mean.
  public static func caution(_ name: String) throws -> PageText {
    let accuracy = try testAccuracy(of: name).map {
      " On MNIST's 10,000 test digits its accuracy is \($0.percent), as its file states."
    }
    return PageText(
      """
      The shipped digits are 5,000 of MNIST's 60,000 for training, and the network was trained on all of them. What is \
      measured here shows how a measure works and not how good the network is on new digits.\(accuracy ?? "")
      """)
  }

  private struct Card: Decodable { let accuracy: String? }
}
