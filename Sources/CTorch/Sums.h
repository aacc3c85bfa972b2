// Sums that are made in pieces, so that neither threads nor their number decide what comes out.
#pragma once

#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace fast {

/// The sum of what `value` gives for each place, in pieces that are added up in double precision.
template <typename Scalar, typename Value>
double sumOf(int64_t count, Value value) {
#pragma clang fp reassociate(on)
  double sum = 0;
  for (int64_t first = 0; first < count; first += 256) {
    const int64_t last = std::min<int64_t>(first + 256, count);
    Scalar part = 0;
    for (int64_t i = first; i < last; ++i) part += value(i);
    sum += part;
  }
  return sum;
}

/// For each sample of `size` elements the sum of what `body` gives for pieces of it: the first element among those of all
/// samples, and how many there are. Pieces run on several threads and are added up in one order.
template <typename Body>
std::vector<double> sumsOfSamples(int64_t samples, int64_t size, int64_t piece, Body body) {
  const int64_t pieces = (size + piece - 1) / piece;
  std::vector<double> parts(samples * pieces), sums(samples);
  at::parallel_for(
      0, samples * pieces, std::max<int64_t>(1, (1 << 14) / piece), [&](int64_t begin, int64_t end) {
        for (int64_t index = begin; index < end; ++index) {
          const int64_t inSample = index % pieces * piece;
          parts[index] = body(index / pieces * size + inSample, std::min(piece, size - inSample));
        }
      });
  for (size_t index = 0; index < parts.size(); ++index) sums[index / pieces] += parts[index];
  return sums;
}

}  // namespace fast
