// Dense layers by oneDNN, whose products of one row or a few with a large matrix read the matrix once.
#include <ATen/Parallel.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "Products.h"

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

#if CTORCH_HAS_DNNL

using namespace fast;
using dnnl::memory;
using tag = dnnl::memory::format_tag;

/// Up to this many rows a product is bound by reading the matrix, and `gemm`'s own loops are best.
constexpr int64_t fewRows = 3;

memory::desc described(int64_t rows, int64_t columns) {
  return memory::desc({rows, columns}, memory::data_type::f32, tag::ab);
}

at::Tensor linearForward(const at::Tensor &input, const at::Tensor &weight,
                         const c10::optional<at::Tensor> &bias, bool isNarrow) {
  if (!isFast(input) || !isFast(weight) || input.dim() != 2 || !weight.is_contiguous() ||
      input.size(0) > fewRows) {
    at::Tensor matrix = weight.t();
    return canMultiply(input, matrix) ? product(input, matrix, bias, weight, isNarrow)
                                      : at::linear(input, weight, bias);
  }
  at::Tensor source = input.contiguous();
  auto [rows, features, units] = std::tuple(source.size(0), source.size(1), weight.size(0));
  TORCH_CHECK(features == weight.size(1), "the input has ", features,
              " features, the weight is for ", weight.size(1));
  at::Tensor target = at::empty({rows, units}, source.options());
  at::Tensor summand = bias ? bias->contiguous() : at::zeros({units}, source.options());
  memory::desc biasForm({units}, memory::data_type::f32, tag::x);
  dnnl::inner_product_forward::primitive_desc description(
      {dnnl::prop_kind::forward_inference, described(rows, features), described(units, features),
       biasForm, described(rows, units)},
      engine());
  execute(dnnl::inner_product_forward(description),
          {{DNNL_ARG_SRC, view(description.src_desc(), source)},
           {DNNL_ARG_WEIGHTS, view(description.weights_desc(), weight)},
           {DNNL_ARG_BIAS, view(biasForm, summand)},
           {DNNL_ARG_DST, view(description.dst_desc(), target)}});
  return target;
}

/// One row times a matrix, whose rows are not read where the factor is zero: behind a ReLU many are.
at::Tensor rowTimesMatrix(const at::Tensor &row, const at::Tensor &matrix) {
  const int64_t units = matrix.size(0), features = matrix.size(1);
  const float *factors = row.data_ptr<float>(), *weights = matrix.data_ptr<float>();
  at::Tensor target = at::zeros({1, features}, row.options());
  float *sums = target.data_ptr<float>();
  at::parallel_for(0, features, 1024, [&](int64_t begin, int64_t end) {
    for (int64_t unit = 0; unit < units; ++unit) {
      const float factor = factors[unit];
      if (factor == 0) continue;
      const float *__restrict from = weights + unit * features;
      float *__restrict to = sums;
      for (int64_t i = begin; i < end; ++i) to[i] += factor * from[i];
    }
  });
  return target;
}

at::Tensor linearBackward(const at::Tensor &gradient, const at::Tensor &weight, bool isNarrow) {
  const bool isPlain = isFast(gradient) && isFast(weight) && gradient.dim() == 2 &&
                       gradient.size(1) == weight.size(0) && weight.is_contiguous();
  if (!isPlain || gradient.size(0) >= manyRows) {
    return canMultiply(gradient, weight) ? product(gradient, weight, c10::nullopt, weight, isNarrow)
                                         : at::matmul(gradient, weight);
  }
  at::Tensor source = gradient.contiguous();
  if (source.size(0) == 1) return rowTimesMatrix(source, weight);
  auto [rows, units, features] = std::tuple(source.size(0), source.size(1), weight.size(1));
  at::Tensor target = at::empty({rows, features}, source.options());
  // A derivative's description wants one of the forward product.
  dnnl::inner_product_forward::primitive_desc forward(
      {dnnl::prop_kind::forward_training, described(rows, features), described(units, features),
       described(rows, units)},
      engine());
  dnnl::inner_product_backward_data::primitive_desc description(
      {described(rows, features), described(units, features), described(rows, units)}, engine(),
      forward);
  execute(dnnl::inner_product_backward_data(description),
          {{DNNL_ARG_DIFF_DST, view(description.diff_dst_desc(), source)},
           {DNNL_ARG_WEIGHTS, view(description.weights_desc(), weight)},
           {DNNL_ARG_DIFF_SRC, view(description.diff_src_desc(), target)}});
  return target;
}

#else

at::Tensor linearForward(const at::Tensor &input, const at::Tensor &weight,
                         const c10::optional<at::Tensor> &bias, bool) {
  return at::linear(input, weight, bias);
}

at::Tensor linearBackward(const at::Tensor &gradient, const at::Tensor &weight, bool) {
  return at::matmul(gradient, weight);
}

#endif

/// The product on record: its derivative by the input, and no other.
struct RecordedLinear : torch::autograd::Function<RecordedLinear> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &input,
                            const at::Tensor &weight, const c10::optional<at::Tensor> &bias,
                            bool isNarrow) {
    at::AutoDispatchBelowADInplaceOrView guard;
    context->save_for_backward({weight});
    context->saved_data["isNarrow"] = isNarrow;
    return linearForward(input, weight, bias, isNarrow);
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    at::Tensor weight = context->get_saved_variables()[0];
    return {linearBackward(gradients[0], weight, context->saved_data["isNarrow"].toBool()), at::Tensor(),
            at::Tensor(), at::Tensor()};
  }
};

at::Tensor linear(const at::Tensor &input, const at::Tensor &weight,
                  const c10::optional<at::Tensor> &bias, bool isNarrow) {
  if (!input.requires_grad()) return linearForward(input, weight, bias, isNarrow);
  return RecordedLinear::apply(input, weight, bias, isNarrow);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(nni, library) {
  library.def("linear(Tensor input, Tensor weight, Tensor? bias, bool narrow=False) -> Tensor",
              torch::dispatch(c10::DispatchKey::CompositeImplicitAutograd, linear));
  library.def("linear_input_gradient(Tensor gradient, Tensor weight, bool narrow=False) -> Tensor",
              torch::dispatch(c10::DispatchKey::CompositeImplicitAutograd, linearBackward));
}
