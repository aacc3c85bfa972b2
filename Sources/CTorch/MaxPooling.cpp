// DeepLIFT's multipliers at a max pool, by looking at each window once.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <array>
#include <limits>
#include <vector>

namespace {

/// Four spatial axes; those that a tensor lacks have extent 1.
using Extents = std::array<int64_t, 4>;

struct Pooling {
  Extents input, output, kernel, stride, padding, dilation;
  /// How many channels lie together in memory.
  int64_t width;

  int64_t inputCount() const { return input[0] * input[1] * input[2] * input[3]; }

  /// Calls `body` with the offset of each position of a window that lies within the input.
  template <typename Body>
  void overWindow(const Extents &place, Body body, int axis = 0, int64_t offset = 0) const {
    for (int64_t i = 0; i < kernel[axis]; ++i) {
      int64_t at = place[axis] * stride[axis] - padding[axis] + i * dilation[axis];
      if (at < 0 || at >= input[axis]) continue;
      int64_t next = offset * input[axis] + at;
      if (axis == 3) {
        body(next * width);
      } else {
        overWindow(place, body, axis + 1, next);
      }
    }
  }
};

/// One channel, or those that lie together: what falls on each position by the two winners, and what
/// the derivative puts there.
template <typename Scalar>
void distribute(const Pooling &pooling, const Scalar *m, const Scalar *x, const Scalar *x0,
                Scalar *parts, Scalar *pulled) {
  const int64_t width = pooling.width;
  const Scalar ties = 64 * std::numeric_limits<Scalar>::epsilon();
  Extents place;
  const auto &output = pooling.output;
  const int64_t places = output[0] * output[1] * output[2] * output[3];
  for (int64_t number = 0; number < places; ++number, m += width) {
    int64_t rest = number;
    for (int axis = 3; axis >= 0; --axis) {
      place[axis] = rest % output[axis];
      rest /= output[axis];
    }
    for (int64_t lane = 0; lane < width; ++lane) {
      if (m[lane] == 0) continue;
      int64_t winner = -1, highest = -1, former = -1;
      pooling.overWindow(place, [&](int64_t offset) {
        int64_t index = offset + lane;
        if (winner < 0 || x[index] > x[winner]) winner = index;
        if (highest < 0 || x0[index] > x0[highest]) highest = index;
      });
      if (winner < 0) continue;
      // A constant reference ties everywhere but for rounding.
      const Scalar level = x0[highest] - ties * std::abs(x0[highest]);
      pooling.overWindow(place, [&](int64_t offset) {
        int64_t index = offset + lane;
        if (x0[index] >= level && (former < 0 || x[index] > x[former])) former = index;
      });
      Scalar larger = std::max(x[winner], x0[former]);
      parts[winner] += (larger - x0[former]) * m[lane];
      parts[former] += (x[winner] - larger) * m[lane];
      pulled[winner] += m[lane];
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
        distribute(pooling, given + plane * outputStep, a + first, a0 + first, sum + first,
                   slope + first);
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
