// What rules make of normalisations and softmaxes, row by row, in one pass over memory instead of one for each operation.
//
// Off the processor norms are done by libtorch's own operators; softmaxes are for the processor alone.
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/softmax.h>
#include <torch/library.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "Sums.h"

namespace {

using fast::sumOf;

/// Calls `body` with the first element of each row of a matrix, some rows on each thread.
template <typename Body>
void overRows(const at::Tensor &matrix, Body body) {
  const int64_t width = std::max<int64_t>(matrix.size(1), 1);
  at::parallel_for(0, matrix.size(0), std::max<int64_t>(1, (1 << 14) / width), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) body(row * width);
  });
}

void checkRows(const at::Tensor &first, std::initializer_list<at::Tensor> others) {
  TORCH_CHECK(first.dim() == 2, "rows of elements are wanted");
  for (const at::Tensor &other : others) {
    TORCH_CHECK(other.sizes() == first.sizes(), "the rows differ in shape");
  }
}

/// A row less its mean, and what it is multiplied with: 1 / √(Σ a² / n + ε).
template <typename Scalar>
struct Standard {
  const Scalar *values;
  Scalar mean, scale;

  Standard(const Scalar *row, int64_t width, double divisor, double epsilon, bool isCentred) : values(row) {
    const double average = isCentred ? sumOf<Scalar>(width, [&](int64_t i) { return row[i]; }) / width : 0;
    const Scalar shift = mean = static_cast<Scalar>(average);
    const double squares =
        sumOf<Scalar>(width, [&](int64_t i) { return (row[i] - shift) * (row[i] - shift); });
    scale = static_cast<Scalar>(1 / std::sqrt(squares / divisor + epsilon));
  }
};

/// (G − mean G) / √(Σ a² / n + ε) of each row, with the mean if it is centred; n is the width if squares are averaged.
at::Tensor standardShare(const at::Tensor &weighted, const at::Tensor &x, double epsilon, bool isCentred,
                         bool isAveraging) {
  checkRows(weighted, {x});
  if (!x.is_cpu()) {
    at::Tensor a = isCentred ? x - x.mean(1, true) : x;
    at::Tensor g = isCentred ? weighted - weighted.mean(1, true) : weighted;
    at::Tensor squares = isAveraging ? (a * a).mean(1, true) : (a * a).sum(1, true);
    return g / (squares + epsilon).sqrt();
  }
  at::Tensor g = weighted.contiguous(), value = x.contiguous(), result = at::empty_like(g);
  const int64_t width = x.size(1);
  AT_DISPATCH_FLOATING_TYPES(g.scalar_type(), "standard_share", [&] {
    const scalar_t *from = g.data_ptr<scalar_t>(), *values = value.data_ptr<scalar_t>();
    scalar_t *to = result.data_ptr<scalar_t>();
    overRows(g, [&](int64_t start) {
      const Standard<scalar_t> own(values + start, width, isAveraging ? width : 1, epsilon, isCentred);
      const scalar_t *__restrict signal = from + start;
      scalar_t *__restrict target = to + start;
      const scalar_t mean =
          isCentred ? sumOf<scalar_t>(width, [&](int64_t i) { return signal[i]; }) / width : 0;
      for (int64_t i = 0; i < width; ++i) target[i] = (signal[i] - mean) * own.scale;
    });
  });
  return result;
}

/// P[G (v + w) / 2 − (v w)² / (v + w) (a + b) / 2 · Σ G (a + b) / n] of each row, where a and b are the rows of x and of a
/// reference, less their means if they are centred, and v and w what they are multiplied with.
at::Tensor standardDifference(const at::Tensor &weighted, const at::Tensor &x, const at::Tensor &reference,
                              double epsilon, bool isCentred, bool isAveraging) {
  checkRows(weighted, {x, reference});
  const int64_t width = x.size(1);
  const double divisor = isAveraging ? width : 1;
  if (!x.is_cpu()) {
    auto centred = [&](const at::Tensor &t) { return isCentred ? t - t.mean(1, true) : t; };
    at::Tensor a = centred(x), b = centred(reference), sum = a + b;
    at::Tensor v = ((a * a).sum(1, true) / divisor + epsilon).rsqrt();
    at::Tensor w = ((b * b).sum(1, true) / divisor + epsilon).rsqrt();
    at::Tensor product = v * w, shared = (weighted * sum).sum(1, true) / divisor;
    return centred(weighted * (v + w) * 0.5 - product * product / (v + w) * sum * shared * 0.5);
  }
  at::Tensor g = weighted.contiguous(), first = x.contiguous(), second = reference.contiguous();
  at::Tensor result = at::empty_like(g);
  AT_DISPATCH_FLOATING_TYPES(g.scalar_type(), "standard_difference", [&] {
    overRows(g, [&](int64_t start) {
      const Standard<scalar_t> own(first.data_ptr<scalar_t>() + start, width, divisor, epsilon, isCentred);
      const Standard<scalar_t> other(second.data_ptr<scalar_t>() + start, width, divisor, epsilon, isCentred);
      const scalar_t *__restrict signal = g.data_ptr<scalar_t>() + start;
      const scalar_t *__restrict a = own.values, *__restrict b = other.values;
      scalar_t *__restrict target = result.data_ptr<scalar_t>() + start;
      const scalar_t shift = own.mean + other.mean;
      const double shared =
          sumOf<scalar_t>(width, [&](int64_t i) { return signal[i] * (a[i] + b[i] - shift); }) / divisor;
      const double v = own.scale, w = other.scale;
      const auto half = static_cast<scalar_t>((v + w) / 2);
      const auto back = static_cast<scalar_t>(v * w * v * w / (v + w) * shared / 2);
      for (int64_t i = 0; i < width; ++i) target[i] = signal[i] * half - back * (a[i] + b[i] - shift);
      if (!isCentred) return;
      const scalar_t mean = sumOf<scalar_t>(width, [&](int64_t i) { return target[i]; }) / width;
      for (int64_t i = 0; i < width; ++i) target[i] -= mean;
    });
  });
  return result;
}

/// (1 − e^(−x)) / x of a number that is not negative, given e^(−x).
template <typename Scalar>
Scalar meanOfExponential(Scalar x, Scalar exponential) {
  // Below 1 the difference would lose digits, and the series does not.
  constexpr int terms = sizeof(Scalar) == 4 ? 10 : 18;
  Scalar series = 0;
  for (int k = terms; k > 0; --k) series = (1 - series * x) * (Scalar(1) / Scalar(k + 1));
  series = 1 - series * x;
  return x < 1 ? series : (1 - exponential) / x;
}

/// ``SoftmaxDifferenceRule`` of each row: signals, scores, a reference's scores, and the softmaxes of both.
template <typename Scalar>
void softmaxRow(const Scalar *__restrict g, const Scalar *__restrict s, const Scalar *__restrict o,
                const Scalar *__restrict y, const Scalar *__restrict z, int64_t width,
                Scalar *__restrict shares, Scalar *__restrict target) {
  // ln Σ exp s = s − ln y at the largest score.
  auto total = [&](const Scalar *score, const Scalar *value) {
    Scalar highest = score[0], largest = value[0];
    for (int64_t i = 1; i < width; ++i) {
      highest = std::max(highest, score[i]);
      largest = std::max(largest, value[i]);
    }
    return static_cast<double>(highest) - std::log(static_cast<double>(largest));
  };
  const double own = total(s, y), other = total(o, z), whole = std::max(own, other);
  const auto step = static_cast<Scalar>(own - other);
  const auto up = static_cast<Scalar>(std::exp(own - whole)), down = static_cast<Scalar>(std::exp(other - whole));
  const auto unit =
      static_cast<Scalar>(1 / meanOfExponential(std::abs(own - other), std::exp(-std::abs(own - other))));
  for (int64_t i = 0; i < width; ++i) {
    const Scalar raw = s[i] - o[i];
    // Where a mask makes both scores −∞ nothing differs.
    const Scalar difference = raw == raw ? raw : Scalar(0);
    const Scalar high = std::max(y[i], z[i]), low = std::min(y[i], z[i]);
    const Scalar value =
        high * meanOfExponential(std::abs(difference - step), high > 0 ? low / high : Scalar(0));
    const Scalar a = y[i] * up, b = z[i] * down;
    const Scalar most = std::max(a, b), least = std::min(a, b);
    shares[i] = most * unit * meanOfExponential(std::abs(difference), most > 0 ? least / most : Scalar(0));
    target[i] = g[i] * value;
  }
  const auto sum = static_cast<Scalar>(sumOf<Scalar>(width, [&](int64_t i) { return target[i]; }));
  for (int64_t i = 0; i < width; ++i) target[i] -= shares[i] * sum;
}

/// DeepLIFT's multipliers of a softmax over the rows of a matrix.
at::Tensor softmaxDifference(const at::Tensor &g, const at::Tensor &scores, const at::Tensor &reference) {
  checkRows(g, {scores, reference});
  TORCH_CHECK(scores.is_cpu(), "this one is for the processor");
  at::Tensor signal = g.contiguous(), s = scores.contiguous(), o = reference.contiguous();
  at::Tensor y = at::softmax(s, 1), z = at::softmax(o, 1);
  at::Tensor result = at::empty_like(signal);
  const int64_t width = s.size(1);
  AT_DISPATCH_FLOATING_TYPES(signal.scalar_type(), "softmax_difference", [&] {
    const int64_t grain = std::max<int64_t>(1, (1 << 13) / std::max<int64_t>(width, 1));
    at::parallel_for(0, s.size(0), grain, [&](int64_t begin, int64_t end) {
      std::vector<scalar_t> shares(width);
      for (int64_t start = begin * width; start < end * width; start += width) {
        auto row = [&](const at::Tensor &t) { return t.data_ptr<scalar_t>() + start; };
        softmaxRow<scalar_t>(row(signal), row(s), row(o), row(y), row(z), width, shares.data(), row(result));
      }
    });
  });
  return result;
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(nni, library) {
  auto composite = [](auto *body) {
    return torch::dispatch(c10::DispatchKey::CompositeImplicitAutograd, body);
  };
  library.def(
      "standard_share(Tensor weighted, Tensor x, float epsilon, bool centred, bool averaging) -> Tensor",
      composite(standardShare));
  library.def(
      "standard_difference(Tensor weighted, Tensor x, Tensor reference, float epsilon, bool centred, "
      "bool averaging) -> Tensor",
      composite(standardDifference));
  library.def("softmax_difference(Tensor g, Tensor scores, Tensor reference) -> Tensor",
              composite(softmaxDifference));
}
