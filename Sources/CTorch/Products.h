// Products of matrices by oneDNN.
#pragma once

#include <ATen/core/Tensor.h>

#include "Dnnl.h"

#if CTORCH_HAS_DNNL

namespace fast {

/// From so many rows on a parameter is worth arranging for the product.
constexpr int64_t manyRows = 32;

/// Whether ``product`` takes these factors: float32 tensors of at least two axes, on a processor with AVX2.
bool canMultiply(const at::Tensor &left, const at::Tensor &right);

/// `left right + summand` over the last two axes; leading axes broadcast, and the summand has one element for each
/// column. The factors may be views: transposed ones and heads that were split off are read where they lie.
///
/// - `weight` is what the right factor is a view of, where that is a parameter: it is arranged once it has met many
///   rows, unless it is so large that its copy would cost more memory than the time is worth.
/// - `isNarrow` rounds both factors of a product with a parameter to bfloat16, where the processor multiplies such
///   numbers; sums and the result are float32.
at::Tensor product(const at::Tensor &left, const at::Tensor &right,
                   const c10::optional<at::Tensor> &summand = c10::nullopt,
                   const at::Tensor &weight = {}, bool isNarrow = false);

}  // namespace fast

#endif
