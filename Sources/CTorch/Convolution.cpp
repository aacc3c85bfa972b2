// Two-dimensional convolutions by oneDNN: Winograd's algorithm where it pays, weights arranged once,
// bias and ReLU in the same pass, activations in the blocked layout.
//
// The choice of an algorithm is a function of the shapes alone, so that the same call gives the same
// bits every time.
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/convolution.h>
#include <ATen/ops/convolution_backward.h>
#include <ATen/ops/threshold_backward.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <map>
#include <mutex>

#include "ArrangedWeights.h"
#include "Blocked.h"

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// What a convolution is apart from its input and its weights.
struct Settings {
  std::vector<int64_t> stride, padding, dilation;
  int64_t groups = 1;
  /// Factors of the positive and of the negative weights.
  double positive = 1, negative = 1;
  /// Whether factors are rounded to bfloat16, where the processor multiplies such numbers.
  bool isNarrow = false;
};

at::Tensor scaledWeight(const at::Tensor &weight, const Settings &settings) {
  auto [positive, negative] = std::pair(settings.positive, settings.negative);
  if (positive == 1 && negative == 1) return weight;
  if (positive == 1 && negative == 0) return weight.clamp_min(0);
  if (positive == 0 && negative == 1) return weight.clamp_max(0);
  return weight.clamp_min(0) * positive + weight.clamp_max(0) * negative;
}

at::Tensor plainForm(const at::Tensor &tensor) {
  return tensor.dim() == 5 ? toPlain(tensor) : tensor;
}

at::Tensor standardForward(const at::Tensor &input, const at::Tensor &weight,
                           const c10::optional<at::Tensor> &bias, const Settings &settings,
                           bool hasReLU) {
  at::Tensor output = at::convolution(
      plainForm(input), scaledWeight(weight, settings), bias, settings.stride, settings.padding,
      settings.dilation, /*transposed=*/false, std::vector<int64_t>(2, 0), settings.groups);
  return hasReLU ? output.relu() : output;
}

at::Tensor standardBackward(const at::Tensor &gradient, const at::Tensor &weight,
                            const std::vector<int64_t> &inputSize, const Settings &settings) {
  at::Tensor plain = plainForm(gradient);
  // Only shape and type of the input count.
  at::Tensor input = at::empty({1}, plain.options()).expand(inputSize);
  return std::get<0>(at::convolution_backward(
      plain, input, scaledWeight(weight, settings), c10::nullopt, settings.stride,
      settings.padding, settings.dilation, /*transposed=*/false, std::vector<int64_t>(2, 0),
      settings.groups, {true, false, false}));
}

#if CTORCH_HAS_DNNL

using namespace fast;
using dnnl::memory;
using Descriptor = dnnl::memory::desc;

/// A convolution of given shapes.
struct Problem {
  int64_t samples, inputChannels, outputChannels, height, width, kernelHeight, kernelWidth;
  std::vector<int64_t> stride, padding, dilation;
  int64_t groups = 1;
  bool hasBias = false, hasReLU = false;
  /// The derivative by the input of a convolution of these shapes.
  bool isBackward = false;
  /// Whether the factors are bfloat16; sums and results are float32.
  bool isNarrow = false;

  memory::dims inputSize() const { return {samples, inputChannels, height, width}; }
  memory::dims outputSize() const {
    auto extent = [&](int64_t size, int64_t kernel, int axis) {
      return (size + 2 * padding[axis] - dilation[axis] * (kernel - 1) - 1) / stride[axis] + 1;
    };
    return {samples, outputChannels, extent(height, kernelHeight, 0),
            extent(width, kernelWidth, 1)};
  }
  memory::dims weightSize() const {
    if (groups == 1) return {outputChannels, inputChannels, kernelHeight, kernelWidth};
    return {groups, outputChannels / groups, inputChannels / groups, kernelHeight, kernelWidth};
  }

  /// How many tiles of 4×4 results there are.
  int64_t tiles() const {
    auto output = outputSize();
    return samples * ((output[2] + 3) / 4) * ((output[3] + 3) / 4);
  }

  /// Whether Winograd's F(4×4, 3×3) can take a quarter of the multiplications; thin layers do not fill its
  /// matrix products.
  bool fitsWinograd() const {
    auto all = [](const std::vector<int64_t> &values, int64_t wanted) {
      return std::all_of(values.begin(), values.end(), [=](int64_t v) { return v == wanted; });
    };
    return !isBackward && !isNarrow && groups == 1 && kernelHeight == 3 && kernelWidth == 3 && all(stride, 1) &&
           all(dilation, 1) && inputChannels % channelBlock == 0 &&
           outputChannels % channelBlock == 0 && std::min(inputChannels, outputChannels) >= 32 &&
           std::max(padding[0], padding[1]) <= 1;
  }

  /// Whether weights are kept in Winograd's form: transforming them takes a large part of the time of few
  /// tiles.
  bool isPrepared() const {
    return fitsWinograd() && tiles() < 128 && tiles() >= (samples == 1 ? 9 : 64);
  }

  /// What is done to weights at each use must be made good by enough tiles.
  bool paysWinograd() const { return isPrepared() || (fitsWinograd() && tiles() >= 36); }

  std::vector<int64_t> key() const {
    std::vector<int64_t> key = {samples,      inputChannels, outputChannels, height, width,
                                kernelHeight, kernelWidth,   groups,         hasBias, hasReLU,
                                isBackward,   isNarrow,
                                // A primitive is laid out for the threads that there are when it is made.
                                at::get_num_threads()};
    for (auto *list : {&stride, &padding, &dilation}) key.insert(key.end(), list->begin(), list->end());
    return key;
  }
};

/// A primitive and how it wants its tensors.
struct Primitive {
  dnnl::primitive primitive;
  Descriptor source, weight, target, scratchpad;
  bool isPresent = false;
};

/// A layout that activations of so many channels are kept in; `any` leaves it to oneDNN.
memory::format_tag layout(int64_t channels) {
  return channels % channelBlock == 0 ? memory::format_tag::nChw16c : memory::format_tag::any;
}

Primitive makePrimitive(const Problem &problem) {
  using tag = memory::format_tag;
  const auto type = memory::data_type::f32;
  // A derivative's source is the convolution's target; oneDNN knows the layouts that narrow kernels are best in.
  const auto narrow = problem.isNarrow ? memory::data_type::bf16 : type;
  Descriptor source(problem.inputSize(), problem.isBackward ? type : narrow,
                    problem.isNarrow ? tag::any : layout(problem.inputChannels));
  Descriptor weight(problem.weightSize(), narrow, tag::any);
  Descriptor target(problem.outputSize(), problem.isBackward ? narrow : type,
                    problem.isNarrow ? tag::any : layout(problem.outputChannels));
  Descriptor bias({problem.outputChannels}, type, tag::x);
  memory::dims dilation = {problem.dilation[0] - 1, problem.dilation[1] - 1};

  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  if (problem.hasReLU) {
    dnnl::post_ops after;
    after.append_eltwise(1, dnnl::algorithm::eltwise_relu, 0, 0);
    attributes.set_post_ops(after);
  }
  const auto algorithm = problem.paysWinograd() ? dnnl::algorithm::convolution_winograd
                                                : dnnl::algorithm::convolution_direct;
  // In training the weights may change, so that they are transformed within the call.
  const auto kind = problem.paysWinograd() && !problem.isPrepared()
                        ? dnnl::prop_kind::forward_training
                        : dnnl::prop_kind::forward_inference;
  auto makeForward = [&](const Descriptor &source, const Descriptor &target) {
    using Forward = dnnl::convolution_forward;
    Forward::desc description =
        problem.hasBias
            ? Forward::desc(kind, algorithm, source, weight, bias, target, problem.stride,
                            dilation, problem.padding, problem.padding)
            : Forward::desc(kind, algorithm, source, weight, target, problem.stride, dilation,
                            problem.padding, problem.padding);
    return Forward::primitive_desc(description, attributes, engine(), /*allow_empty=*/true);
  };
  auto forward = makeForward(source, target);
  if (problem.isBackward && problem.isNarrow) {
    // The forward pass that it belongs to has narrow numbers on both sides.
    forward = makeForward(Descriptor(problem.inputSize(), narrow, tag::any), target);
  }
  if (!forward) return {};
  auto isSlow = [](const char *name) {
    return std::string(name).find("ref") != std::string::npos ||
           std::string(name).find("gemm") != std::string::npos;
  };
  if (!problem.isBackward) {
    if (isSlow(forward.impl_info_str())) return {};
    return {dnnl::convolution_forward(forward), forward.src_desc(),  forward.weights_desc(),
            forward.dst_desc(),                 forward.scratchpad_desc(), true};
  }
  using Backward = dnnl::convolution_backward_data;
  Backward::desc description(dnnl::algorithm::convolution_direct, source, weight, target,
                             problem.stride, dilation, problem.padding, problem.padding);
  Backward::primitive_desc backward(description, attributes, engine(), forward, true);
  if (!backward || isSlow(backward.impl_info_str())) return {};
  return {Backward(backward),         backward.diff_dst_desc(), backward.weights_desc(),
          backward.diff_src_desc(), backward.scratchpad_desc(), true};
}

const Primitive &primitive(const Problem &problem) {
  static std::mutex mutex;
  static std::map<std::vector<int64_t>, Primitive> made;
  std::lock_guard<std::mutex> lock(mutex);
  auto key = problem.key();
  auto found = made.find(key);
  if (found == made.end()) found = made.emplace(key, makePrimitive(problem)).first;
  return found->second;
}

/// A weight as a convolution wants it.
at::Tensor arrangedWeight(const at::Tensor &weight, const Settings &settings, bool isFlipped,
                          const memory::dims &size, const Descriptor &wanted) {
  const std::vector<double> form = {settings.positive, settings.negative, double(isFlipped)};
  return ArrangedWeights::shared().get(weight, form, wanted, [&] {
    at::Tensor plain = scaledWeight(weight, settings);
    if (isFlipped) plain = plain.transpose(0, 1).flip({2, 3});
    plain = plain.contiguous();
    Descriptor given(size, memory::data_type::f32,
                     size.size() == 5 ? memory::format_tag::goihw : memory::format_tag::oihw);
    return arranged(plain, given, wanted);
  });
}

/// An activation as it comes, and how it lies in memory.
std::pair<at::Tensor, Descriptor> described(const at::Tensor &tensor) {
  using tag = memory::format_tag;
  at::Tensor value = tensor.contiguous();
  auto size = value.sizes();
  if (value.dim() == 5) {
    return {value, Descriptor({size[0], size[1] * channelBlock, size[2], size[3]},
                              memory::data_type::f32, tag::nChw16c)};
  }
  return {value, Descriptor({size[0], size[1], size[2], size[3]}, memory::data_type::f32,
                            tag::nchw)};
}

at::Tensor run(const Problem &problem, const Primitive &primitive, const at::Tensor &input,
               const at::Tensor &weight, const Settings &settings, bool isFlipped,
               const c10::optional<at::Tensor> &bias) {
  auto [value, given] = described(input);
  at::Tensor source = arranged(value, given, primitive.source);
  at::Tensor weights = arrangedWeight(weight, settings, isFlipped, problem.weightSize(),
                                      primitive.weight);
  auto size = problem.isBackward ? problem.inputSize() : problem.outputSize();
  at::Tensor target = emptyFor(primitive.target);
  at::Tensor scratchpad = emptyFor(primitive.scratchpad);
  const int sourceRole = problem.isBackward ? DNNL_ARG_DIFF_DST : DNNL_ARG_SRC;
  const int targetRole = problem.isBackward ? DNNL_ARG_DIFF_SRC : DNNL_ARG_DST;
  std::unordered_map<int, memory> roles = {
      {sourceRole, view(primitive.source, source)},
      {DNNL_ARG_WEIGHTS, view(primitive.weight, weights)},
      {targetRole, view(primitive.target, target)},
      {DNNL_ARG_SCRATCHPAD, view(primitive.scratchpad, scratchpad)}};
  at::Tensor summand;
  if (problem.hasBias) {
    summand = bias->contiguous();
    Descriptor description({problem.outputChannels}, memory::data_type::f32,
                           memory::format_tag::x);
    roles.emplace(DNNL_ARG_BIAS, view(description, summand));
  }
  execute(primitive.primitive, roles);
  const bool isBlocked = size[1] % channelBlock == 0;
  Descriptor wanted(size, memory::data_type::f32,
                    isBlocked ? memory::format_tag::nChw16c : memory::format_tag::nchw);
  if (isBlocked) size = {size[0], size[1] / channelBlock, size[2], size[3], channelBlock};
  return arranged(target, primitive.target, wanted).reshape(size);
}

/// Whether a convolution's factors are bfloat16: those of few channels, such as pictures, stay as they are.
bool isNarrow(const Settings &settings, int64_t inputChannels, int64_t outputChannels) {
  return settings.isNarrow && hasNarrowKernels() && settings.groups == 1 &&
         inputChannels % channelBlock == 0 && outputChannels % channelBlock == 0;
}

memory::dims plainSize(const at::Tensor &tensor) {
  return described(tensor).second.dims();
}

at::Tensor fastForward(const at::Tensor &input, const at::Tensor &weight,
                       const c10::optional<at::Tensor> &bias, const Settings &settings,
                       bool hasReLU) {
  if (!isFast(input) || !isFast(weight)) return standardForward(input, weight, bias, settings, hasReLU);
  auto size = plainSize(input);
  Problem problem{size[0],         size[1],           weight.size(0),  size[2],
                  size[3],         weight.size(2),    weight.size(3),  settings.stride,
                  settings.padding, settings.dilation, settings.groups, bias.has_value(), hasReLU};
  TORCH_CHECK(size[1] == weight.size(1) * settings.groups, "the input has ", size[1],
              " channels, the weight is for ", weight.size(1) * settings.groups);
  problem.isNarrow = isNarrow(settings, size[1], weight.size(0));
  auto output = problem.outputSize();
  TORCH_CHECK(output[2] > 0 && output[3] > 0, "the kernel does not fit into the padded input");
  const Primitive &made = primitive(problem);
  if (!made.isPresent) return standardForward(input, weight, bias, settings, hasReLU);
  return run(problem, made, input, weight, settings, /*isFlipped=*/false, bias);
}

at::Tensor fastBackward(const at::Tensor &gradient, const at::Tensor &weight,
                        const std::vector<int64_t> &inputSize, const Settings &settings) {
  if (!isFast(gradient) || !isFast(weight)) {
    return standardBackward(gradient, weight, inputSize, settings);
  }
  Problem problem{inputSize[0],     inputSize[1],      weight.size(0),  inputSize[2],
                  inputSize[3],     weight.size(2),    weight.size(3),  settings.stride,
                  settings.padding, settings.dilation, settings.groups};
  problem.isNarrow = isNarrow(settings, inputSize[1], weight.size(0));
  // With stride 1 it is a convolution itself, with the weights turned round.
  bool isFlippable = settings.groups == 1;
  Problem flipped = problem;
  auto output = problem.outputSize();
  std::swap(flipped.inputChannels, flipped.outputChannels);
  flipped.height = output[2];
  flipped.width = output[3];
  for (int axis = 0; axis < 2; ++axis) {
    int64_t reach = settings.dilation[axis] * (weight.size(axis + 2) - 1);
    flipped.padding[axis] = reach - settings.padding[axis];
    isFlippable = isFlippable && settings.stride[axis] == 1 && flipped.padding[axis] >= 0;
  }
  if (isFlippable) {
    const Primitive &made = primitive(flipped);
    if (made.isPresent) {
      return run(flipped, made, gradient, weight, settings, /*isFlipped=*/true, c10::nullopt);
    }
  }
  problem.isBackward = true;
  const Primitive &made = primitive(problem);
  if (!made.isPresent) return standardBackward(gradient, weight, inputSize, settings);
  return run(problem, made, gradient, weight, settings, /*isFlipped=*/false, c10::nullopt);
}

#else

std::vector<int64_t> plainSize(const at::Tensor &tensor) { return tensor.sizes().vec(); }

at::Tensor fastForward(const at::Tensor &input, const at::Tensor &weight,
                       const c10::optional<at::Tensor> &bias, const Settings &settings,
                       bool hasReLU) {
  return standardForward(input, weight, bias, settings, hasReLU);
}

at::Tensor fastBackward(const at::Tensor &gradient, const at::Tensor &weight,
                        const std::vector<int64_t> &inputSize, const Settings &settings) {
  return standardBackward(gradient, weight, inputSize, settings);
}

#endif

/// The convolution on record: its derivative by the input, and no other.
struct RecordedConvolution : torch::autograd::Function<RecordedConvolution> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &input,
                            const at::Tensor &weight, const c10::optional<at::Tensor> &bias,
                            const Settings &settings, bool hasReLU) {
    at::AutoDispatchBelowADInplaceOrView guard;
    at::Tensor output = fastForward(input, weight, bias, settings, hasReLU);
    auto size = plainSize(input);
    context->saved_data["size"] = std::vector<int64_t>(size.begin(), size.end());
    context->saved_data["isBlocked"] = input.dim() == 5;
    context->saved_data["stride"] = settings.stride;
    context->saved_data["padding"] = settings.padding;
    context->saved_data["dilation"] = settings.dilation;
    context->saved_data["groups"] = settings.groups;
    context->saved_data["positive"] = settings.positive;
    context->saved_data["negative"] = settings.negative;
    context->saved_data["isNarrow"] = settings.isNarrow;
    if (hasReLU) {
      context->save_for_backward({weight, output});
    } else {
      context->save_for_backward({weight});
    }
    return output;
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    auto &saved = context->saved_data;
    Settings settings{saved["stride"].toIntVector(),   saved["padding"].toIntVector(),
                      saved["dilation"].toIntVector(), saved["groups"].toInt(),
                      saved["positive"].toDouble(),    saved["negative"].toDouble(),
                      saved["isNarrow"].toBool()};
    auto tensors = context->get_saved_variables();
    at::Tensor gradient = gradients[0];
    if (tensors.size() > 1) gradient = at::threshold_backward(gradient, tensors[1], 0);
    at::Tensor result = fastBackward(gradient, tensors[0], saved["size"].toIntVector(), settings);
    bool isBlocked = saved["isBlocked"].toBool();
    if (result.dim() == 5 && !isBlocked) result = toPlain(result);
    if (result.dim() == 4 && isBlocked) result = toBlocked(result);
    return {result, at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

at::Tensor convolution(const at::Tensor &input, const at::Tensor &weight,
                       const c10::optional<at::Tensor> &bias, at::IntArrayRef stride,
                       at::IntArrayRef padding, at::IntArrayRef dilation, int64_t groups,
                       double positive, double negative, bool hasReLU, bool isNarrow) {
  Settings settings{stride.vec(), padding.vec(), dilation.vec(), groups, positive, negative, isNarrow};
  if (!input.requires_grad()) return fastForward(input, weight, bias, settings, hasReLU);
  return RecordedConvolution::apply(input, weight, bias, settings, hasReLU);
}

at::Tensor convolutionBackward(const at::Tensor &gradient, const at::Tensor &weight,
                               at::IntArrayRef inputSize, at::IntArrayRef stride,
                               at::IntArrayRef padding, at::IntArrayRef dilation, int64_t groups,
                               double positive, double negative, bool isNarrow) {
  Settings settings{stride.vec(), padding.vec(), dilation.vec(), groups, positive, negative, isNarrow};
  return fastBackward(gradient, weight, inputSize.vec(), settings);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(nni, library) {
  library.def(
      "convolution(Tensor input, Tensor weight, Tensor? bias, int[] stride, int[] padding, "
      "int[] dilation, int groups, float positive=1, float negative=1, bool relu=False, bool narrow=False) -> Tensor",
      torch::dispatch(c10::DispatchKey::CompositeImplicitAutograd, convolution));
  library.def(
      "convolution_input_gradient(Tensor gradient, Tensor weight, int[] size, int[] stride, "
      "int[] padding, int[] dilation, int groups, float positive=1, float negative=1, bool narrow=False) -> Tensor",
      torch::dispatch(c10::DispatchKey::CompositeImplicitAutograd, convolutionBackward));
}
