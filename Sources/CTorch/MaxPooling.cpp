// DeepLIFT's multipliers at a max pool, by looking at each window once.
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/zeros_like.h>
#include <torch/library.h>

#include <array>
#include <limits>
#include <vector>

#include "Blocked.h"

namespace {

/// Four spatial axes; those that a tensor lacks have extent 1.
using Extents = std::array<int64_t, 4>;

struct Pooling {
  Extents input, output, kernel, stride, padding, dilation;
  /// How many channels lie together in memory.
  int64_t width;

  int64_t inputCount() const { return input[0] * input[1] * input[2] * input[3]; }

  /// Where the positions of a window lie that are within the input.
  void findWindow(const Extents &place, std::vector<int64_t> &offsets, int axis = 0,
                  int64_t offset = 0) const {
    for (int64_t i = 0; i < kernel[axis]; ++i) {
      int64_t at = place[axis] * stride[axis] - padding[axis] + i * dilation[axis];
      if (at < 0 || at >= input[axis]) continue;
      int64_t next = offset * input[axis] + at;
      if (axis == 3) {
        offsets.push_back(next * width);
      } else {
        findWindow(place, offsets, axis + 1, next);
      }
    }
  }
};

/// One channel, or those that lie together: what falls on each position by the two winners, and what
/// the derivative puts there.
template <int lanes, typename Scalar>
void distribute(const Pooling &pooling, const Scalar *m, const Scalar *x, const Scalar *x0,
                Scalar *parts, Scalar *pulled) {
  constexpr Scalar none = -std::numeric_limits<Scalar>::infinity();
  constexpr Scalar ties = 64 * std::numeric_limits<Scalar>::epsilon();
  const auto &output = pooling.output;
  const int64_t places = output[0] * output[1] * output[2] * output[3];
  std::vector<int64_t> offsets;
  Extents place;
  for (int64_t number = 0; number < places; ++number, m += lanes) {
    int64_t rest = number;
    for (int axis = 3; axis >= 0; --axis) {
      place[axis] = rest % output[axis];
      rest /= output[axis];
    }
    offsets.clear();
    pooling.findWindow(place, offsets);
    if (offsets.empty()) continue;
    // The winner of the input's window, and the largest value of the reference's.
    Scalar best[lanes], top[lanes], level[lanes], formerBest[lanes];
    int64_t winner[lanes], former[lanes];
    for (int lane = 0; lane < lanes; ++lane) {
      best[lane] = top[lane] = formerBest[lane] = none;
      winner[lane] = former[lane] = offsets[0];
    }
    for (int64_t offset : offsets) {
      for (int lane = 0; lane < lanes; ++lane) {
        Scalar value = x[offset + lane], start = x0[offset + lane];
        bool isBetter = value > best[lane];
        best[lane] = isBetter ? value : best[lane];
        winner[lane] = isBetter ? offset : winner[lane];
        top[lane] = start > top[lane] ? start : top[lane];
      }
    }
    // A constant reference ties everywhere but for rounding.
    for (int lane = 0; lane < lanes; ++lane) {
      level[lane] = top[lane] - ties * std::abs(top[lane]);
    }
    for (int64_t offset : offsets) {
      for (int lane = 0; lane < lanes; ++lane) {
        Scalar value = x[offset + lane];
        bool isBetter = x0[offset + lane] >= level[lane] && value > formerBest[lane];
        formerBest[lane] = isBetter ? value : formerBest[lane];
        former[lane] = isBetter ? offset : former[lane];
      }
    }
    for (int lane = 0; lane < lanes; ++lane) {
      const int64_t to = winner[lane] + lane, from = former[lane] + lane;
      const Scalar larger = std::max(x[to], x0[from]);
      parts[to] += (larger - x0[from]) * m[lane];
      parts[from] += (x[to] - larger) * m[lane];
      pulled[to] += m[lane];
    }
  }
}

Extents extents(at::IntArrayRef list, int64_t missing) {
  Extents all = {missing, missing, missing, missing};
  std::copy(list.begin(), list.end(), all.end() - list.size());
  return all;
}

at::Tensor maxPoolDifference(const at::Tensor &m, const at::Tensor &x, const at::Tensor &x0,
                             at::IntArrayRef kernel, at::IntArrayRef stride,
                             at::IntArrayRef padding, at::IntArrayRef dilation, double tiny) {
  if (!x.is_cpu()) {
    return maxPoolDifference(m.cpu(), x.cpu(), x0.cpu(), kernel, stride, padding, dilation, tiny)
        .to(x.device());
  }
  const int64_t axes = kernel.size();
  const bool isBlocked = x.dim() == axes + 3;
  Pooling pooling{extents(x.sizes().slice(2, axes), 1), extents(m.sizes().slice(2, axes), 1),
                  extents(kernel, 1),  extents(stride, 1), extents(padding, 0),
                  extents(dilation, 1), isBlocked ? x.size(-1) : 1};
  at::Tensor multipliers = m.contiguous(), input = x.contiguous(), start = x0.contiguous();
  at::Tensor parts = at::zeros_like(input), pulled = at::zeros_like(input);
  const int64_t planes = x.size(0) * x.size(1);
  const int64_t inputStep = pooling.inputCount() * pooling.width;
  const int64_t outputStep = multipliers.numel() / std::max<int64_t>(planes, 1);
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "max_pool_difference", [&] {
    const scalar_t *given = multipliers.data_ptr<scalar_t>();
    const scalar_t *a = input.data_ptr<scalar_t>(), *a0 = start.data_ptr<scalar_t>();
    scalar_t *sum = parts.data_ptr<scalar_t>(), *slope = pulled.data_ptr<scalar_t>();
    const auto limit = static_cast<scalar_t>(tiny);
    at::parallel_for(0, planes, 1, [&](int64_t begin, int64_t end) {
      for (int64_t plane = begin; plane < end; ++plane) {
        const int64_t first = plane * inputStep;
        const scalar_t *own = given + plane * outputStep;
        if (isBlocked) {
          distribute<channelBlock>(pooling, own, a + first, a0 + first, sum + first,
                                   slope + first);
        } else {
          distribute<1>(pooling, own, a + first, a0 + first, sum + first, slope + first);
        }
        for (int64_t i = first; i < first + inputStep; ++i) {
          scalar_t change = a[i] - a0[i];
          sum[i] = std::abs(change) > limit ? sum[i] / change : slope[i];
        }
      }
    });
  });
  return parts;
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(nni, library) {
  library.def(
      "max_pool_difference(Tensor m, Tensor x, Tensor x0, int[] kernel, int[] stride, int[] "
      "padding, int[] dilation, float tiny) -> Tensor",
      torch::dispatch(c10::DispatchKey::CompositeImplicitAutograd, maxPoolDifference));
}
