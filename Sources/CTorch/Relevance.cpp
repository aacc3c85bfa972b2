// What propagation rules do to each element, in one pass over memory instead of one for each operation.
//
// Tensors of one shape and one layout, plain or blocked. Off the processor the same is done by
// libtorch's own operators.
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <torch/library.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "Blocked.h"
#include "Sums.h"

namespace {

/// A value [N, C, …] as samples of groups of rows of channels: `groups` is C and `width` 1 for plain
/// tensors, C/16 and 16 for blocked ones; a dense layer's value is one row.
struct Shape {
  int64_t samples, groups, rows, width;

  explicit Shape(const at::Tensor &value) {
    samples = value.dim() > 0 ? value.size(0) : 1;
    bool isBlocked = value.dim() == 5;
    if (value.dim() <= 2) {
      groups = rows = 1;
      width = value.numel() / std::max<int64_t>(samples, 1);
    } else {
      groups = value.size(1);
      width = isBlocked ? value.size(4) : 1;
      rows = value.numel() / std::max<int64_t>(samples * groups * width, 1);
    }
  }
};

/// Elements [begin, end) of a tensor, a few thousand at a time on each thread.
template <typename Body>
void overElements(int64_t count, Body body) {
  at::parallel_for(0, count, 1 << 14, body);
}

enum Sum { stabilizer, bias, idle, sumCount };

/// What a group of channels of one sample shares, and its sums.
///
/// Sums over a few hundred elements are made in the element's own type, which keeps the loops free of
/// conversions, and added up in double precision.
template <bool hasGate, typename Scalar>
void shareGroup(const Scalar *__restrict r, const Scalar *__restrict z, const Scalar *__restrict g,
                const Scalar *__restrict b, Scalar epsilon, int64_t rows, int64_t width,
                Scalar *__restrict c, double *sums) {
#pragma clang fp reassociate(on)
  constexpr int64_t piece = 256;
  const int64_t count = rows * width;
  // With several rows the channels' biases repeat from row to row.
  const bool isRepeated = rows > 1;
  Scalar lanes[channelBlock] = {};
  for (int64_t first = 0; first < count; first += piece) {
    const int64_t last = std::min(first + piece, count);
    Scalar kept = 0, resting = 0, taken = 0;
    for (int64_t i = first; i < last; ++i) {
      Scalar moved = z[i] + (z[i] < 0 ? -epsilon : epsilon);
      Scalar quotient = moved != 0 ? r[i] / moved : Scalar(0);
      Scalar counted = r[i];
      if (hasGate) {
        quotient = g[i] > 0 ? quotient : Scalar(0);
        counted = g[i] > 0 ? r[i] : Scalar(0);
      }
      c[i] = quotient;
      kept += counted - quotient * z[i];
    }
    if (hasGate) {
      for (int64_t i = first; i < last; ++i) {
        resting += g[i] == 0 ? r[i] : Scalar(0);
      }
    }
    if (b && !isRepeated) {
      for (int64_t i = first; i < last; ++i) {
          taken += c[i] * b[i];
      }
    } else if (b && width == channelBlock) {
      for (int64_t row = first; row < last; row += channelBlock) {
        for (int64_t lane = 0; lane < channelBlock; ++lane) lanes[lane] += c[row + lane];
      }
    } else if (b) {
      for (int64_t i = first; i < last; ++i) {
          taken += c[i];
      }
      taken *= b[0];
    }
    sums[stabilizer] += kept;
    sums[idle] += resting;
    sums[bias] += taken;
    if (b && isRepeated && width == channelBlock) {
      for (int64_t lane = 0; lane < channelBlock; ++lane) {
        sums[bias] += static_cast<double>(lanes[lane]) * b[lane];
        lanes[lane] = 0;
      }
    }
  }
}

template <typename Scalar>
void shareKernel(const Scalar *r, const Scalar *z, const Scalar *b, const Scalar *g,
                 Scalar epsilon, const Shape &shape, Scalar *c, double *sums) {
  // The groups of channels of each sample, so that sums can be told apart afterwards.
  const int64_t size = shape.rows * shape.width, count = shape.samples * shape.groups;
  std::vector<std::array<double, sumCount>> parts(count);
  const int64_t grain = std::max<int64_t>(1, (1 << 14) / std::max<int64_t>(size, 1));
  at::parallel_for(0, count, grain, [&](int64_t begin, int64_t end) {
    for (int64_t index = begin; index < end; ++index) {
      const int64_t first = index * size;
      const Scalar *own = b ? b + index % shape.groups * shape.width : nullptr;
      parts[index] = {};
      if (g) {
        shareGroup<true>(r + first, z + first, g + first, own, epsilon, shape.rows, shape.width,
                         c + first, parts[index].data());
      } else {
        shareGroup<false>(r + first, z + first, g, own, epsilon, shape.rows, shape.width,
                          c + first, parts[index].data());
      }
    }
  });
  std::fill(sums, sums + sumCount * shape.samples, 0.0);
  for (int64_t index = 0; index < count; ++index) {
    for (int k = 0; k < sumCount; ++k) {
      sums[k * shape.samples + index / shape.groups] += parts[index][k];
    }
  }
}

/// c = R / (z + ε sign z), 0 where the denominator is, and where a gate is given only where that is
/// positive. `sums`, float64 [3, N]: R − c z, c b, R where the gate is 0.
std::tuple<at::Tensor, at::Tensor> share(const at::Tensor &relevance, const at::Tensor &value,
                                         const c10::optional<at::Tensor> &bias_, double epsilon,
                                         const c10::optional<at::Tensor> &gate) {
  Shape shape(value);
  TORCH_CHECK(relevance.sizes() == value.sizes(), "relevance and value differ in shape");
  if (bias_) TORCH_CHECK(bias_->numel() == shape.groups * shape.width, "one bias for each channel");
  if (!value.is_cpu()) {
    at::Tensor moved = at::where(value < 0, value - epsilon, value + epsilon);
    at::Tensor c = at::where(moved != 0, relevance / moved, at::zeros_like(value));
    at::Tensor counted = relevance;
    auto perSample = [](const at::Tensor &t) { return t.to(at::kDouble).flatten(1).sum(1); };
    at::Tensor none = at::zeros({shape.samples}, value.options().dtype(at::kDouble));
    at::Tensor resting = none, taken = none;
    if (gate) {
      c = at::where(*gate > 0, c, at::zeros_like(c));
      counted = at::where(*gate > 0, relevance, at::zeros_like(c));
      resting = perSample(at::where(*gate == 0, relevance, at::zeros_like(c)));
    }
    if (bias_) {
      std::vector<int64_t> aligned(value.dim(), 1);
      aligned[1] = bias_->numel();
      taken = perSample(c * bias_->reshape(aligned));
    }
    return {c, at::stack({perSample(counted - c * value), taken, resting})};
  }
  at::Tensor r = relevance.contiguous(), z = value.contiguous();
  at::Tensor b = bias_ ? bias_->contiguous() : at::Tensor();
  at::Tensor g = gate ? gate->contiguous() : at::Tensor();
  at::Tensor c = at::empty_like(z);
  at::Tensor sums = at::empty({sumCount, shape.samples}, at::kDouble);
  AT_DISPATCH_FLOATING_TYPES(z.scalar_type(), "share", [&] {
    shareKernel<scalar_t>(r.data_ptr<scalar_t>(), z.data_ptr<scalar_t>(),
                          b.defined() ? b.data_ptr<scalar_t>() : nullptr,
                          g.defined() ? g.data_ptr<scalar_t>() : nullptr,
                          static_cast<scalar_t>(epsilon), shape, c.data_ptr<scalar_t>(),
                          sums.data_ptr<double>());
  });
  return {c, sums};
}

/// Whether `isFound` holds at any place of two tensors of one shape.
template <typename Test>
bool anyPlace(const at::Tensor &first, const at::Tensor &second, Test isFound) {
  TORCH_CHECK(first.sizes() == second.sizes(), "the tensors differ in shape");
  at::Tensor left = first.contiguous(), right = second.contiguous();
  return AT_DISPATCH_FLOATING_TYPES(left.scalar_type(), "any_place", [&] {
    const scalar_t *__restrict a = left.data_ptr<scalar_t>(), *__restrict b = right.data_ptr<scalar_t>();
    return at::parallel_reduce(
        0, left.numel(), 1 << 15, false,
        [&](int64_t begin, int64_t end, bool found) {
          for (int64_t from = begin; from < end && !found; from += 4096) {
            const int64_t last = std::min(from + 4096, end);
            int any = 0;
            for (int64_t i = from; i < last; ++i) any |= isFound(a[i], b[i]);
            found = any != 0;
          }
          return found;
        },
        [](bool one, bool other) { return one || other; });
  });
}

/// Whether R is other than 0 where z is negative.
bool standsBelow(const at::Tensor &relevance, const at::Tensor &value) {
  if (!value.is_cpu()) return (value < 0).logical_and(relevance != 0).any().item<bool>();
  return anyPlace(relevance, value, [](auto r, auto z) { return (z < 0) & (r != 0); });
}

/// Whether an element is nearer to another tensor's than a distance.
bool isClose(const at::Tensor &value, const at::Tensor &other, double distance) {
  if (!value.is_cpu()) return ((value - other).abs() < distance).any().item<bool>();
  return anyPlace(value, other, [distance](auto a, auto b) { return std::abs(a - b) < decltype(a)(distance); });
}

/// ``gammaShare`` of some elements; what it gives is their sum of R − c Z.
template <typename Scalar>
double gammaPiece(const Scalar *__restrict r, const Scalar *__restrict z, const Scalar *__restrict m,
                  Scalar half, Scalar epsilon, int64_t count, Scalar *__restrict c,
                  Scalar *__restrict d) {
#pragma clang fp reassociate(on)
  Scalar left = 0;
  for (int64_t i = 0; i < count; ++i) {
    const Scalar sign = z[i] < 0 ? Scalar(-1) : Scalar(1);
    const Scalar whole = z[i] + half * (z[i] + sign * m[i]);
    const Scalar moved = whole + sign * epsilon;
    const Scalar quotient = z[i] != 0 && moved != 0 ? r[i] / moved : Scalar(0);
    c[i] = quotient;
    d[i] = quotient * sign;
    left += r[i] - quotient * whole;
  }
  return left;
}

/// R / (Z + ε sign z) with Z = (1 + h) z + h sign(z) m, where m is the sum of the contributions' magnitudes and
/// h = γ / 2: what one sign's contributions raised by γ give. 0 where z is. The second is the first times z's sign, the
/// third, float64 [N], what neither takes: R − c Z.
std::tuple<at::Tensor, at::Tensor, at::Tensor> gammaShare(
    const at::Tensor &relevance, const at::Tensor &value, const at::Tensor &magnitude, double half,
    double epsilon) {
  Shape shape(value);
  TORCH_CHECK(relevance.sizes() == value.sizes() && magnitude.sizes() == value.sizes(),
              "relevance, value and magnitude differ in shape");
  if (!value.is_cpu()) {
    at::Tensor sign = value.sign();
    at::Tensor whole = value * (1 + half) + sign * magnitude * half;
    at::Tensor moved = whole + sign * epsilon;
    at::Tensor c =
        at::where((sign != 0).logical_and(moved != 0), relevance / moved, at::zeros_like(value));
    at::Tensor left = (relevance - c * whole).to(at::kDouble).flatten(1).sum(1);
    return {c, c * sign, left};
  }
  at::Tensor r = relevance.contiguous(), z = value.contiguous(), m = magnitude.contiguous();
  at::Tensor c = at::empty_like(z), d = at::empty_like(z);
  const int64_t size = z.numel() / std::max<int64_t>(shape.samples, 1);
  const std::vector<double> sums = AT_DISPATCH_FLOATING_TYPES(z.scalar_type(), "gamma_share", [&] {
    return fast::sumsOfSamples(shape.samples, size, 4096, [&](int64_t first, int64_t count) {
      return gammaPiece(
          r.data_ptr<scalar_t>() + first, z.data_ptr<scalar_t>() + first, m.data_ptr<scalar_t>() + first,
          static_cast<scalar_t>(half), static_cast<scalar_t>(epsilon), count,
          c.data_ptr<scalar_t>() + first, d.data_ptr<scalar_t>() + first);
    });
  });
  at::Tensor left = at::empty({shape.samples}, at::kDouble);
  std::copy(sums.begin(), sums.end(), left.data_ptr<double>());
  return {c, d, left};
}

/// f u + k v where x is not negative, f u − k v where it is.
at::Tensor signedSum(const at::Tensor &u, double f, const at::Tensor &v, double k, const at::Tensor &x) {
  if (!u.is_cpu()) return u * f + at::where(x < 0, -v, v) * k;
  at::Tensor first = u.contiguous(), second = v.contiguous(), sign = x.contiguous();
  at::Tensor result = at::empty_like(first);
  AT_DISPATCH_FLOATING_TYPES(first.scalar_type(), "signed_sum", [&] {
    const scalar_t *__restrict a = first.data_ptr<scalar_t>();
    const scalar_t *__restrict b = second.data_ptr<scalar_t>();
    const scalar_t *__restrict gate = sign.data_ptr<scalar_t>();
    scalar_t *__restrict target = result.data_ptr<scalar_t>();
    const auto one = static_cast<scalar_t>(f), other = static_cast<scalar_t>(k);
    overElements(result.numel(), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        target[i] = one * a[i] + (gate[i] < 0 ? -other : other) * b[i];
      }
    });
  });
  return result;
}

/// a (f g + k h), or a f g without h.
at::Tensor weightedProduct(const at::Tensor &a, const at::Tensor &g, double f,
                           const c10::optional<at::Tensor> &h, double k) {
  if (!a.is_cpu()) return a * (h ? g * f + *h * k : g * f);
  at::Tensor first = a.contiguous(), second = g.contiguous();
  at::Tensor third = h ? h->contiguous() : at::Tensor();
  at::Tensor product = at::empty_like(first);
  AT_DISPATCH_FLOATING_TYPES(first.scalar_type(), "weighted_product", [&] {
    const scalar_t *__restrict x = first.data_ptr<scalar_t>();
    const scalar_t *__restrict y = second.data_ptr<scalar_t>();
    const scalar_t *__restrict z = third.defined() ? third.data_ptr<scalar_t>() : nullptr;
    scalar_t *__restrict target = product.data_ptr<scalar_t>();
    const auto one = static_cast<scalar_t>(f), other = static_cast<scalar_t>(k);
    overElements(product.numel(), [&](int64_t begin, int64_t end) {
      if (z) {
        for (int64_t i = begin; i < end; ++i) target[i] = x[i] * (one * y[i] + other * z[i]);
      } else {
        for (int64_t i = begin; i < end; ++i) target[i] = x[i] * (one * y[i]);
      }
    });
  });
  return product;
}

/// Σ a b of each sample, or Σ a ln b, where an infinite factor has no part; in the type of a.
at::Tensor sampleDot(const at::Tensor &a, const at::Tensor &b, bool isLogarithmic) {
  TORCH_CHECK(a.sizes() == b.sizes() && a.dim() > 0, "the factors differ in shape");
  const int64_t samples = a.size(0);
  if (!a.is_cpu()) {
    at::Tensor value = isLogarithmic ? b.log() : b;
    return at::where(value.isfinite(), a * value, at::zeros_like(a)).flatten(1).sum(1);
  }
  at::Tensor left = a.contiguous().view({-1}), right = b.contiguous().view({-1});
  const int64_t size = a.numel() / std::max<int64_t>(samples, 1);
  at::Tensor result = at::empty({samples}, a.options());
  AT_DISPATCH_FLOATING_TYPES(a.scalar_type(), "sample_dot", [&] {
    constexpr scalar_t largest = std::numeric_limits<scalar_t>::max();
    const auto sums = fast::sumsOfSamples(samples, size, 1 << 14, [&](int64_t first, int64_t count) {
      at::Tensor values = right.narrow(0, first, count);
      if (isLogarithmic) values = values.log();
      const scalar_t *__restrict x = left.data_ptr<scalar_t>() + first;
      const scalar_t *__restrict y = values.data_ptr<scalar_t>();
      return fast::sumOf<scalar_t>(
          count, [=](int64_t i) { return std::abs(y[i]) <= largest ? x[i] * y[i] : scalar_t(0); });
    });
    std::copy(sums.begin(), sums.end(), result.data_ptr<scalar_t>());
  });
  return result;
}

/// z − p, and 0 where what is left is only what rounding made of equal sums.
at::Tensor whatIsLeft(const at::Tensor &z, const at::Tensor &p) {
  if (!z.is_cpu()) {
    at::Tensor left = z - p;
    double unit = z.scalar_type() == at::kDouble ? std::numeric_limits<double>::epsilon()
                                                 : std::numeric_limits<float>::epsilon();
    return at::where(left.abs() <= 32 * unit * p.abs(), at::zeros_like(left), left);
  }
  at::Tensor whole = z.contiguous(), part = p.contiguous();
  at::Tensor result = at::empty_like(whole);
  AT_DISPATCH_FLOATING_TYPES(whole.scalar_type(), "remainder", [&] {
    const scalar_t *x = whole.data_ptr<scalar_t>(), *y = part.data_ptr<scalar_t>();
    scalar_t *target = result.data_ptr<scalar_t>();
    const scalar_t rounding = 32 * std::numeric_limits<scalar_t>::epsilon();
    overElements(result.numel(), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        scalar_t left = x[i] - y[i];
        target[i] = std::abs(left) <= rounding * std::abs(y[i]) ? scalar_t(0) : left;
      }
    });
  });
  return result;
}

/// Whether an element is negative.
bool hasNegative(const at::Tensor &value) {
  if (!value.is_cpu()) return (value < 0).any().item<bool>();
  at::Tensor plain = value.contiguous();
  return AT_DISPATCH_FLOATING_TYPES(plain.scalar_type(), "has_negative", [&] {
    const scalar_t *x = plain.data_ptr<scalar_t>();
    scalar_t lowest = at::parallel_reduce(
        0, plain.numel(), 1 << 15, scalar_t(0),
        [&](int64_t begin, int64_t end, scalar_t low) {
          for (int64_t i = begin; i < end; ++i) low = x[i] < low ? x[i] : low;
          return low;
        },
        [](scalar_t left, scalar_t right) { return std::min(left, right); });
    return lowest < 0;
  });
}

/// m Δy/Δz, and m times the derivative where |Δz| is below `tiny`; without `pulled` that of a ReLU.
at::Tensor rescale(const at::Tensor &m, const at::Tensor &x, const at::Tensor &x0,
                   const at::Tensor &y, const at::Tensor &y0, double tiny,
                   const c10::optional<at::Tensor> &pulled) {
  if (!m.is_cpu()) {
    at::Tensor change = x - x0;
    at::Tensor slope = pulled ? *pulled : at::where(x > 0, m, at::zeros_like(m));
    return at::where(change.abs() < tiny, slope, m * (y - y0) / change);
  }
  std::array<at::Tensor, 5> values = {m.contiguous(), x.contiguous(), x0.contiguous(),
                                      y.contiguous(), y0.contiguous()};
  at::Tensor slope = pulled ? pulled->contiguous() : at::Tensor();
  at::Tensor result = at::empty_like(values[0]);
  AT_DISPATCH_FLOATING_TYPES(m.scalar_type(), "rescale", [&] {
    auto pointer = [&](int i) { return values[i].data_ptr<scalar_t>(); };
    const scalar_t *p = slope.defined() ? slope.data_ptr<scalar_t>() : nullptr;
    const auto limit = static_cast<scalar_t>(tiny);
    overElements(result.numel(), [&](int64_t begin, int64_t end) {
      const scalar_t *__restrict g = pointer(0), *__restrict a = pointer(1),
                     *__restrict a0 = pointer(2), *__restrict b = pointer(3),
                     *__restrict b0 = pointer(4), *__restrict own = p;
      scalar_t *__restrict target = result.data_ptr<scalar_t>();
      if (own) {
        for (int64_t i = begin; i < end; ++i) {
          scalar_t change = a[i] - a0[i];
          scalar_t quotient = g[i] * (b[i] - b0[i]) / change;
          target[i] = std::abs(change) < limit ? own[i] : quotient;
        }
      } else {
        for (int64_t i = begin; i < end; ++i) {
          scalar_t change = a[i] - a0[i];
          scalar_t quotient = g[i] * (b[i] - b0[i]) / change;
          scalar_t local = a[i] > 0 ? g[i] : scalar_t(0);
          target[i] = std::abs(change) < limit ? local : quotient;
        }
      }
    });
  });
  return result;
}

/// g (y − atZero) / x, and g times `limit` where x is next to zero.
at::Tensor activationShare(const at::Tensor &g, const at::Tensor &x, const at::Tensor &y,
                           double atZero, double limit) {
  if (!g.is_cpu()) {
    at::Tensor isZero = x == 0;
    at::Tensor quotient = (y - atZero) / at::where(isZero, at::ones_like(x), x);
    return g * at::where(isZero, at::full_like(x, limit), quotient);
  }
  at::Tensor signal = g.contiguous(), input = x.contiguous(), value = y.contiguous();
  at::Tensor result = at::empty_like(signal);
  AT_DISPATCH_FLOATING_TYPES(g.scalar_type(), "activation_share", [&] {
    const scalar_t *__restrict from = signal.data_ptr<scalar_t>();
    const scalar_t *__restrict a = input.data_ptr<scalar_t>();
    const scalar_t *__restrict b = value.data_ptr<scalar_t>();
    scalar_t *__restrict target = result.data_ptr<scalar_t>();
    const auto zero = static_cast<scalar_t>(atZero), slope = static_cast<scalar_t>(limit);
    const scalar_t least = std::numeric_limits<scalar_t>::min();
    overElements(result.numel(), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        scalar_t quotient = (b[i] - zero) / a[i];
        target[i] = from[i] * (std::abs(a[i]) < least ? slope : quotient);
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
      "share(Tensor relevance, Tensor value, Tensor? bias, float epsilon, Tensor? gate=None) -> "
      "(Tensor, Tensor)",
      composite(share));
  library.def(
      "weighted_product(Tensor a, Tensor g, float f=1, Tensor? h=None, float k=0) -> Tensor",
      composite(weightedProduct));
  library.def(
      "sample_dot(Tensor a, Tensor b, bool logarithmic=False) -> Tensor", composite(sampleDot));
  library.def("is_close(Tensor value, Tensor other, float distance) -> bool", composite(isClose));
  library.def("stands_below(Tensor relevance, Tensor value) -> bool", composite(standsBelow));
  library.def(
      "gamma_share(Tensor relevance, Tensor value, Tensor magnitude, float half, float epsilon) -> "
      "(Tensor, Tensor, Tensor)",
      composite(gammaShare));
  library.def(
      "signed_sum(Tensor u, float f, Tensor v, float k, Tensor x) -> Tensor", composite(signedSum));
  library.def("remainder(Tensor z, Tensor p) -> Tensor", composite(whatIsLeft));
  library.def("has_negative(Tensor value) -> bool", composite(hasNegative));
  library.def(
      "rescale(Tensor m, Tensor x, Tensor x0, Tensor y, Tensor y0, float tiny, Tensor? "
      "pulled=None) -> Tensor",
      composite(rescale));
  library.def(
      "activation_share(Tensor g, Tensor x, Tensor y, float at_zero, float limit) -> Tensor",
      composite(activationShare));
}
