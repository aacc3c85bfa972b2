#include "Blocked.h"

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <set>

#include "Handle.h"

namespace {

at::Tensor rearranged(const at::Tensor &plain) {
  auto size = plain.sizes();
  return plain.reshape({size[0], size[1] / channelBlock, channelBlock, size[2], size[3]})
      .permute({0, 1, 3, 4, 2})
      .contiguous();
}

at::Tensor arrangedBack(const at::Tensor &blocked) {
  auto size = blocked.sizes();
  return blocked.permute({0, 1, 4, 2, 3}).reshape(
      {size[0], size[1] * channelBlock, size[2], size[3]});
}

/// Sixteen rows of `count` numbers as `count` rows of sixteen, or back.
template <bool toRowsOfBlock>
void transposeBlocks(const float *from, float *to, int64_t blocks, int64_t count) {
  constexpr int64_t tile = 16;
  at::parallel_for(0, blocks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; ++block) {
      const float *source = from + block * channelBlock * count;
      float *target = to + block * channelBlock * count;
      for (int64_t first = 0; first < count; first += tile) {
        int64_t last = std::min(first + tile, count);
        for (int64_t channel = 0; channel < channelBlock; ++channel) {
          for (int64_t place = first; place < last; ++place) {
            int64_t row = channel * count + place, column = place * channelBlock + channel;
            if (toRowsOfBlock) {
              target[column] = source[row];
            } else {
              target[row] = source[column];
            }
          }
        }
      }
    }
  });
}

at::Tensor toBlockedKernel(const at::Tensor &plain) {
  if (plain.scalar_type() != at::kFloat) return rearranged(plain);
  at::Tensor source = plain.contiguous();
  auto size = source.sizes();
  at::Tensor made = at::empty(
      {size[0], size[1] / channelBlock, size[2], size[3], channelBlock}, source.options());
  transposeBlocks<true>(source.data_ptr<float>(), made.data_ptr<float>(),
                        size[0] * size[1] / channelBlock, size[2] * size[3]);
  return made;
}

at::Tensor toPlainKernel(const at::Tensor &blocked) {
  if (blocked.scalar_type() != at::kFloat) return arrangedBack(blocked);
  at::Tensor source = blocked.contiguous();
  auto size = source.sizes();
  at::Tensor made =
      at::empty({size[0], size[1] * channelBlock, size[2], size[3]}, source.options());
  transposeBlocks<false>(source.data_ptr<float>(), made.data_ptr<float>(), size[0] * size[1],
                         size[2] * size[3]);
  return made;
}

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct ToBlocked : torch::autograd::Function<ToBlocked> {
  static at::Tensor forward(AutogradContext *, const at::Tensor &plain) {
    return toBlockedKernel(plain);
  }
  static variable_list backward(AutogradContext *, variable_list gradients) {
    return {toPlainKernel(gradients[0])};
  }
};

struct ToPlain : torch::autograd::Function<ToPlain> {
  static at::Tensor forward(AutogradContext *, const at::Tensor &blocked) {
    return toPlainKernel(blocked);
  }
  static variable_list backward(AutogradContext *, variable_list gradients) {
    return {toBlockedKernel(gradients[0])};
  }
};

const std::set<std::string> &elementOperators() {
  static const std::set<std::string> names = {
      "aten::add",        "aten::sub",       "aten::mul",      "aten::div",
      "aten::rsub",       "aten::neg",       "aten::abs",      "aten::sqrt",
      "aten::clamp",      "aten::clamp_min", "aten::clamp_max", "aten::relu",
      "aten::leaky_relu", "aten::elu",       "aten::selu",     "aten::gelu",
      "aten::silu",       "aten::hardswish", "aten::sigmoid",  "aten::tanh",
      "aten::softplus",   "aten::mish",      "aten::exp",      "aten::log",
      "aten::reciprocal", "aten::erf",       "aten::pow",      "aten::gt",
      "aten::lt",         "aten::eq",        "aten::ne",       "aten::where",
      "aten::maximum",    "aten::minimum",   "aten::zeros_like", "aten::ones_like",
      "aten::to",         "aten::isfinite",  "nni::share",     "nni::weighted_product",
      "nni::rescale",     "nni::max_pool_difference", "nni::remainder",
      "nni::stands_below", "nni::is_close", "nni::sample_dot", "nni::gamma_share", "nni::signed_sum",
      // Along the axis of samples.
      "aten::index_select", "aten::narrow", "aten::repeat_interleave", "aten::cat"};
  return names;
}

const std::set<std::string> &planeOperators() {
  static const std::set<std::string> names = {
      "aten::max_pool2d", "aten::avg_pool2d", "aten::adaptive_avg_pool2d",
      "aten::upsample_nearest2d", "aten::upsample_bilinear2d"};
  return names;
}

const std::set<std::string> &reductions() {
  static const std::set<std::string> names = {"aten::sum", "aten::mean", "aten::amax", "aten::amin",
                                              "aten::all"};
  return names;
}

/// Calls `body` with each tensor among the arguments.
template <typename Body>
void forEachTensor(const CTorchValue *arguments, int64_t count, Body body) {
  for (int64_t i = 0; i < count; ++i) {
    if (arguments[i].kind == CTorchKindTensor) {
      body(static_cast<const CTorchTensor *>(arguments[i].pointer));
    } else if (arguments[i].kind == CTorchKindTensors) {
      auto handles = static_cast<const CTorchTensor *const *>(arguments[i].pointer);
      for (int64_t k = 0; k < arguments[i].count; ++k) {
        if (handles[k]) body(handles[k]);
      }
    }
  }
}

bool isAxis(const CTorchValue &value, int64_t low, int64_t high) {
  return value.kind == CTorchKindInt && value.integer >= low && value.integer <= high;
}

}  // namespace

at::Tensor toBlocked(const at::Tensor &plain) { return ToBlocked::apply(plain); }

at::Tensor toPlain(const at::Tensor &blocked) { return ToPlain::apply(blocked); }

BlockedCall::BlockedCall(const std::string &name, const CTorchValue *arguments, int64_t count)
    : makesBlocked(name.rfind("nni::convolution", 0) == 0) {
  const bool isOurs = name.rfind("nni::", 0) == 0;
  forEachTensor(arguments, count, [&](const CTorchTensor *handle) {
    if (!handle->isBlocked || channels > 0) return;
    channels = handle->value.size(1) * channelBlock;
    samples = handle->value.size(0);
  });
  bool isElementwise = elementOperators().count(name) > 0;
  if (channels == 0 || (isOurs && !isElementwise)) return;
  form = Form::plain;
  const CTorchValue none{};
  const CTorchValue &second = count > 1 ? arguments[1] : none;
  const CTorchValue &third = count > 2 ? arguments[2] : none;
  if (planeOperators().count(name)) {
    form = Form::planes;
  } else if (reductions().count(name)) {
    auto axes = static_cast<const int64_t *>(second.pointer);
    bool isWhole = second.kind == CTorchKindDefault;
    bool isFromChannel = second.kind == CTorchKindInts && second.count >= 3 &&
                         axes[second.count - 1] == 3 && axes[second.count - 3] == 1 &&
                         third.integer == 0;
    bool isPlane = second.kind == CTorchKindInts && second.count == 2 && axes[0] == 2 &&
                   axes[1] == 3 && third.integer == 1;
    if (isWhole || isFromChannel || isPlane) form = Form::reduced;
  } else if (isElementwise && fits(isOurs, arguments, count)) {
    bool isFit = true;
    if (name == "aten::index_select" || name == "aten::narrow") isFit = isAxis(second, 0, 0);
    if (name == "aten::repeat_interleave") isFit = isAxis(third, 0, 0);
    if (name == "aten::cat") isFit = isAxis(second, 0, 1);
    if (isFit) form = Form::elements;
  }
}

bool BlockedCall::fits(bool isOurs, const CTorchValue *arguments, int64_t count) const {
  bool fits = true;
  bool isList = false;
  for (int64_t i = 0; i < count; ++i) isList = isList || arguments[i].kind == CTorchKindTensors;
  forEachTensor(arguments, count, [&](const CTorchTensor *handle) {
    const at::Tensor &value = handle->value;
    if (handle->isBlocked) {
      fits = fits && (isList || value.size(1) * channelBlock == channels);
    } else if (isList) {
      fits = false;
    } else if (value.numel() != 1 && !(value.dim() == 1 && (isOurs || !value.is_floating_point()))) {
      fits = fits && value.dim() == 4 && (value.size(1) == channels || value.size(1) == 1);
    }
  });
  return fits;
}

at::Tensor BlockedCall::argument(const CTorchTensor *handle) const {
  const at::Tensor &value = handle->value;
  switch (form) {
    case Form::asIs:
    case Form::reduced:
      return value;
    case Form::plain:
      return handle->isBlocked ? toPlain(value) : value;
    case Form::elements:
      if (handle->isBlocked || value.dim() != 4) return value;
      return value.size(1) == channels ? toBlocked(value) : value.unsqueeze(4);
    case Form::planes:
      if (!handle->isBlocked) return value;
      return value.contiguous().flatten(0, 1).permute({0, 3, 1, 2});
  }
  return value;
}

void BlockedCall::adapt(std::vector<c10::IValue> &stack) const {
  // A reduction over all axes after some axis now ends with the axis of sixteen.
  if (form != Form::reduced || stack.size() < 2 || !stack[1].isIntList()) return;
  std::vector<int64_t> axes = stack[1].toIntVector();
  if (axes.size() >= 3) axes.push_back(4);
  stack[1] = axes;
}

at::Tensor BlockedCall::result(const at::Tensor &tensor, bool &isBlocked) const {
  isBlocked = form == Form::planes ||
              (tensor.dim() == 5 && form != Form::plain && (channels > 0 || makesBlocked));
  if (form != Form::planes) return tensor;
  at::Tensor last = tensor.permute({0, 2, 3, 1});
  auto size = last.sizes();
  return last.reshape({samples, size[0] / samples, size[1], size[2], size[3]});
}
