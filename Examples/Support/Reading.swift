import NNIReports
import NNInterpretability

/// Further reading, by key of the library's bibliography.
enum Reading {
  /// A publication as a point of a list.
  ///
  /// - Throws: `InterpretabilityError` for an unknown key.
  static func entry(_ key: String) throws -> PageText {
    guard let text = publications[key] else {
      throw InterpretabilityError(
        .invalidOption, "the lessons' bibliography has no “\(key)”; add it to Reading.swift")
    }
    guard let address = addresses[key] else { return .plain("\(text) (\(key))") }
    return .plain("\(text) ") + .link(label(of: address), to: address) + .plain(" (\(key))")
  }

  /// An address as a reader writes it: `doi:10.1371/…` or `arXiv:1312.6034`.
  static func label(of address: String) -> String {
    for (start, name) in [("https://doi.org/", "doi:"), ("https://arxiv.org/abs/", "arXiv:")]
    where address.hasPrefix(start) { return name + address.dropFirst(start.count) }
    return address
  }

  /// Where the publications are: their DOI, else their page of arXiv; some have neither.
  static let addresses: [String: String] = [
    "abnar2020quantifying": "https://arxiv.org/abs/2005.00928",
    "achtibat2024attnlrp": "https://arxiv.org/abs/2402.05602",
    "adebayo2018sanity": "https://arxiv.org/abs/1810.03292",
    "ali2022xai": "https://arxiv.org/abs/2202.07304",
    "anders2021software": "https://arxiv.org/abs/2106.13200",
    "bach2015pixel": "https://doi.org/10.1371/journal.pone.0130140",
    "baehrens2010explain": "https://arxiv.org/abs/0912.1128",
    "bykov2021explaining": "https://arxiv.org/abs/2108.10346",
    "chattopadhay2018grad": "https://doi.org/10.1109/WACV.2018.00097",
    "chefer2021generic": "https://arxiv.org/abs/2103.15679",
    "chefer2021transformer": "https://arxiv.org/abs/2012.09838",
    "depeweg2018decomposition": "https://arxiv.org/abs/1710.07283",
    "dosovitskiy2021image": "https://arxiv.org/abs/2010.11929",
    "draelos2020use": "https://arxiv.org/abs/2011.08891",
    "fel2023unlocking": "https://arxiv.org/abs/2306.06805",
    "fu2020axiom": "https://arxiv.org/abs/2008.02312",
    "gal2016dropout": "https://arxiv.org/abs/1506.02142",
    "goodfellow2014generative": "https://arxiv.org/abs/1406.2661",
    "guo2017calibration": "https://arxiv.org/abs/1706.04599",
    "hooker2019benchmark": "https://arxiv.org/abs/1806.10758",
    "houlsby2011bayesian": "https://arxiv.org/abs/1112.5745",
    "jiang2021layercam": "https://doi.org/10.1109/TIP.2021.3089943",
    "kohlbrenner2020towards": "https://doi.org/10.1109/IJCNN48605.2020.9206975",
    "mahendran2015understanding": "https://doi.org/10.1109/CVPR.2015.7299155",
    "montavon2017explaining": "https://doi.org/10.1016/j.patcog.2016.11.008",
    "montavon2018methods": "https://doi.org/10.1016/j.dsp.2017.10.011",
    "montavon2019layer": "https://doi.org/10.1007/978-3-030-28954-6_10",
    "naeini2015obtaining": "https://doi.org/10.1609/aaai.v29i1.9602",
    "nguyen2016synthesizing": "https://arxiv.org/abs/1605.09304",
    "olah2017feature": "https://doi.org/10.23915/distill.00007",
    "radford2016unsupervised": "https://arxiv.org/abs/1511.06434",
    "selvaraju2017grad": "https://doi.org/10.1109/ICCV.2017.74",
    "sensoy2018evidential": "https://arxiv.org/abs/1806.01768",
    "shi2016deconvolution": "https://arxiv.org/abs/1609.07009",
    "shrikumar2016not": "https://arxiv.org/abs/1605.01713",
    "shrikumar2017learning": "https://arxiv.org/abs/1704.02685",
    "simonyan2014deep": "https://arxiv.org/abs/1312.6034",
    "sixt2020when": "https://arxiv.org/abs/1912.09818",
    "smilkov2017smoothgrad": "https://arxiv.org/abs/1706.03825",
    "springenberg2015striving": "https://arxiv.org/abs/1412.6806",
    "sundararajan2017axiomatic": "https://arxiv.org/abs/1703.01365",
    "vaswani2017attention": "https://arxiv.org/abs/1706.03762",
    "wang2020score": "https://doi.org/10.1109/CVPRW50498.2020.00020",
    "zeiler2014visualizing": "https://doi.org/10.1007/978-3-319-10590-1_53",
    "zhou2016learning": "https://doi.org/10.1109/CVPR.2016.319",
  ]

  /// The entries that lessons cite, as `Bibliography.md` has them, without its marks.
  static let publications: [String: String] = [
    "abnar2020quantifying":
      "S. Abnar and W. Zuidema, Quantifying Attention Flow in Transformers, ACL 2020.",
    "achtibat2024attnlrp":
      "R. Achtibat et al., AttnLRP: Attention-Aware Layer-Wise Relevance Propagation for Transformers, ICML 2024.",
    "adebayo2018sanity":
      "J. Adebayo et al., Sanity Checks for Saliency Maps, NeurIPS 2018.",
    "ali2022xai":
      "A. Ali et al., XAI for Transformers: Better Explanations through Conservative Propagation, ICML 2022.",
    "andeol2021learning":
      "L. Andéol et al., Learning Domain Invariant Representations by Joint Wasserstein Distance Minimization, 2021.",
    "anders2021software":
      "C. Anders et al., Software for Dataset-wide XAI: From Local Explanations to Global Insights with Zennit, CoRelAy, and ViRelAy, 2021.",
    "bach2015pixel":
      "S. Bach et al., On Pixel-Wise Explanations for Non-Linear Classifier Decisions by Layer-Wise Relevance Propagation, PLOS ONE 10, 2015.",
    "baehrens2010explain":
      "D. Baehrens et al., How to Explain Individual Classification Decisions, JMLR 11, 2010.",
    "bykov2021explaining":
      "K. Bykov et al., Explaining Bayesian Neural Networks, 2021.",
    "chattopadhay2018grad":
      "A. Chattopadhay et al., Grad-CAM++: Generalized Gradient-Based Visual Explanations for Deep Convolutional Networks, WACV 2018.",
    "chefer2021generic":
      "H. Chefer, S. Gur and L. Wolf, Generic Attention-model Explainability for Interpreting Bi-Modal and Encoder-Decoder Transformers, ICCV 2021.",
    "chefer2021transformer":
      "H. Chefer, S. Gur and L. Wolf, Transformer Interpretability Beyond Attention Visualization, CVPR 2021.",
    "depeweg2018decomposition":
      "S. Depeweg et al., Decomposition of Uncertainty in Bayesian Deep Learning for Efficient and Risk-sensitive Learning, ICML 2018.",
    "dosovitskiy2021image":
      "A. Dosovitskiy et al., An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale, ICLR 2021.",
    "draelos2020use":
      "R. Draelos and L. Carin, Use HiResCAM instead of Grad-CAM for Faithful Explanations of Convolutional Neural Networks, 2020.",
    "erhan2009visualizing":
      "D. Erhan et al., Visualizing Higher-Layer Features of a Deep Network, Université de Montréal, technical report 1341, 2009.",
    "fel2023unlocking":
      "T. Fel et al., Unlocking Feature Visualization for Deeper Networks with MAgnitude Constrained Optimization, NeurIPS 2023.",
    "fu2020axiom":
      "R. Fu et al., Axiom-based Grad-CAM: Towards Accurate Visualization and Explanation of CNNs, BMVC 2020.",
    "gal2016dropout":
      "Y. Gal and Z. Ghahramani, Dropout as a Bayesian Approximation: Representing Model Uncertainty in Deep Learning, ICML 2016.",
    "goodfellow2014generative":
      "I. Goodfellow et al., Generative Adversarial Nets, NIPS 2014.",
    "guo2017calibration":
      "C. Guo et al., On Calibration of Modern Neural Networks, ICML 2017.",
    "hooker2019benchmark":
      "S. Hooker et al., A Benchmark for Interpretability Methods in Deep Neural Networks, NeurIPS 2019.",
    "houlsby2011bayesian":
      "N. Houlsby et al., Bayesian Active Learning for Classification and Preference Learning, 2011.",
    "jiang2021layercam":
      "P.-T. Jiang et al., LayerCAM: Exploring Hierarchical Class Activation Maps for Localization, IEEE TIP 30, 2021.",
    "kohlbrenner2020towards":
      "M. Kohlbrenner et al., Towards Best Practice in Explaining Neural Network Decisions with LRP, IJCNN 2020.",
    "lecun1998mnist":
      "Y. LeCun, C. Cortes and C. Burges, The MNIST Database of Handwritten Digits, 1998.",
    "mahendran2015understanding":
      "A. Mahendran and A. Vedaldi, Understanding Deep Image Representations by Inverting Them, CVPR 2015.",
    "montavon2017explaining":
      "G. Montavon et al., Explaining Nonlinear Classification Decisions with Deep Taylor Decomposition, Pattern Recognition 65, 2017.",
    "montavon2018methods":
      "G. Montavon, W. Samek and K.-R. Müller, Methods for Interpreting and Understanding Deep Neural Networks, Digital Signal Processing 73, 2018.",
    "montavon2019layer":
      "G. Montavon et al., Layer-Wise Relevance Propagation: An Overview, in Explainable AI, Springer 2019.",
    "mordvintsev2015inceptionism":
      "A. Mordvintsev, C. Olah and M. Tyka, Inceptionism: Going Deeper into Neural Networks, Google Research Blog, 2015.",
    "naeini2015obtaining":
      "M. P. Naeini et al., Obtaining Well Calibrated Probabilities Using Bayesian Binning, AAAI 2015.",
    "nguyen2016synthesizing":
      "A. Nguyen et al., Synthesizing the Preferred Inputs for Neurons in Neural Networks via Deep Generator Networks, NIPS 2016.",
    "olah2017feature":
      "C. Olah, A. Mordvintsev and L. Schubert, Feature Visualization, Distill 2017.",
    "radford2016unsupervised":
      "A. Radford et al., Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks, ICLR 2016.",
    "selvaraju2017grad":
      "R. Selvaraju et al., Grad-CAM: Visual Explanations from Deep Networks via Gradient-Based Localization, ICCV 2017.",
    "sensoy2018evidential":
      "M. Sensoy, L. Kaplan and M. Kandemir, Evidential Deep Learning to Quantify Classification Uncertainty, NeurIPS 2018.",
    "shi2016deconvolution":
      "W. Shi et al., Is the Deconvolution Layer the Same as a Convolutional Layer?, 2016.",
    "shrikumar2016not":
      "A. Shrikumar et al., Not Just a Black Box: Learning Important Features Through Propagating Activation Differences, 2016.",
    "shrikumar2017learning":
      "A. Shrikumar et al., Learning Important Features Through Propagating Activation Differences, ICML 2017.",
    "simonyan2014deep":
      "K. Simonyan et al., Deep Inside Convolutional Networks, ICLR workshop 2014.",
    "sixt2020when":
      "L. Sixt, M. Granz and T. Landgraf, When Explanations Lie: Why Many Modified BP Attributions Fail, ICML 2020.",
    "smilkov2017smoothgrad":
      "D. Smilkov et al., SmoothGrad: Removing Noise by Adding Noise, 2017.",
    "springenberg2015striving":
      "J. Springenberg et al., Striving for Simplicity: The All Convolutional Net, ICLR workshop 2015.",
    "srivastava2014dropout":
      "N. Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting, JMLR 15, 2014.",
    "sundararajan2017axiomatic":
      "M. Sundararajan et al., Axiomatic Attribution for Deep Networks, ICML 2017.",
    "vaswani2017attention":
      "A. Vaswani et al., Attention Is All You Need, NeurIPS 2017.",
    "wang2020score":
      "H. Wang et al., Score-CAM: Score-Weighted Visual Explanations for Convolutional Neural Networks, CVPR workshops 2020.",
    "zeiler2014visualizing":
      "M. Zeiler and R. Fergus, Visualizing and Understanding Convolutional Networks, ECCV 2014.",
    "zhou2016learning":
      "B. Zhou et al., Learning Deep Features for Discriminative Localization, CVPR 2016.",
  ]
}
