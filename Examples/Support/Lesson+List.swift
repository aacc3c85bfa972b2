/// The topics, in their order.
extension Lesson {
  /// All that have a program, in their order.
  public static let all: [Lesson] = [
    activationMaximization,
    deepDream,
    saliency,
    deconvolution,
    occlusion,
    backpropagation,
    taylor,
    relevance,
    transposedRelevance,
    deepLIFT,
    classActivation,
    gradCAM,
    dropout,
    evidence,
    uncertainDeepLIFT,
    demonstration,
    visionTransformer,
    text,
  ]

  public static let activationMaximization = Lesson(
    "1", "Activation maximization", folder: "01-activation-maximization",
    program: "ActivationMaximizationLesson",
    summary: "What input a class would like best, with and without a prior for what is natural.")

  public static let deepDream = Lesson(
    "2", "DeepDream", folder: "02-deep-dream", program: "DeepDreamLesson",
    summary: "What a layer sees in a photograph, amplified until everybody sees it.")

  public static let saliency = Lesson(
    "3", "Saliency maps", folder: "03-saliency", program: "SaliencyLesson",
    summary: "Which pixels change the score most when they are changed a little.")

  public static let deconvolution = Lesson(
    "4", "Deconvolution", folder: "04-deconvolution", program: "DeconvolutionLesson",
    summary: "The network run backwards: what in the input a class or a single filter answers to.")

  public static let occlusion = Lesson(
    "5", "Occlusion sensitivity", folder: "05-occlusion", program: "OcclusionLesson",
    summary: "What happens to the score when a part of the picture is covered.")

  public static let backpropagation = Lesson(
    "6", "The backpropagation family", folder: "06-backpropagation",
    program: "BackpropagationLesson",
    summary: "Gradient, guided backpropagation, integrated gradients and SmoothGrad side by side.")

  public static let taylor = Lesson(
    "7", "Taylor decomposition", folder: "07-taylor", program: "TaylorLesson",
    summary: "A decision expanded around a root: once for the whole network, once for each layer.")

  public static let relevance = Lesson(
    "8.1", "Layer-wise relevance propagation", folder: "08-1-relevance",
    program: "RelevanceLesson",
    summary: "How the rules 0, ε, γ, αβ and their composites hand a score down to the pixels.")

  public static let transposedRelevance = Lesson(
    "8.2", "Relevance by transposed layers", folder: "08-2-transposed-relevance",
    program: "TransposedRelevanceLesson",
    summary: "Relevance propagation written with transposed layers is LRP-0, to the last digit.")

  public static let deepLIFT = Lesson(
    "9", "DeepLIFT", folder: "09-deeplift", program: "DeepLIFTLesson",
    summary: "What each difference from a reference contributes: Rescale, Linear, RevealCancel.")

  public static let classActivation = Lesson(
    "10.1", "Class activation maps", folder: "10-1-class-activation",
    program: "ClassActivationLesson",
    summary: "Where the feature maps that vote for a class are active.")

  public static let gradCAM = Lesson(
    "10.2", "Grad-CAM", folder: "10-2-grad-cam", program: "GradCAMLesson",
    summary: "Class activation maps for any network and any layer, and what depth does to them.")

  public static let dropout = Lesson(
    "11", "Dropout as uncertainty", folder: "11-dropout", program: "DropoutLesson",
    summary: "How far a network with dropout agrees with itself when a digit is turned.")

  public static let evidence = Lesson(
    "12", "Evidential deep learning", folder: "12-evidence", program: "EvidenceLesson",
    summary: "A network that may say: I do not know.")

  public static let uncertainDeepLIFT = Lesson(
    "13", "Uncertainty-aware DeepLIFT", folder: "13-uncertain-deeplift",
    program: "UncertainDeepLIFTLesson",
    summary: "What an explanation is worth when the network is unsure.")

  public static let demonstration = Lesson(
    "14", "The whole in one program", folder: "14-demonstration", program: "DemonstrationLesson",
    summary: "A photograph, a network and all families of methods on one page.")

  public static let visionTransformer = Lesson(
    "15", "A vision transformer", folder: "15-vision-transformer",
    program: "VisionTransformerLesson",
    summary: "Where attention looks, what that says, and how relevance passes through it.")

  public static let text = Lesson(
    "16", "Words", folder: "16-text", program: "TextLesson",
    summary: "Which words of a definition tell what kind of thing it defines.")
}
