// Products of matrices by oneDNN, which on many processors multiplies several times as fast as the BLAS that libtorch was
// built with: OpenBLAS 0.3.21 takes kernels of the year 2004 for processors that it does not know.
#include "Products.h"

#include <ATen/CPUFunctions.h>
#include <ATen/ExpandUtils.h>
#include <ATen/ops/matmul.h>
#include <c10/util/Exception.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "ArrangedWeights.h"
#include "CTorch.h"

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

#if CTORCH_HAS_DNNL

using dnnl::memory;

/// A factor that oneDNN can read, and how it lies in memory.
struct Factor {
  at::Tensor tensor;
  memory::dims sizes, strides;

  explicit Factor(const at::Tensor &given) : tensor(given) {
    const int64_t last = given.dim() - 1;
    auto liesAlong = [&](int64_t inner, int64_t outer) {
      return given.stride(inner) == 1 && given.stride(outer) >= given.size(inner);
    };
    const bool isReadable = given.size(last) > 1 && given.size(last - 1) > 1 &&
                            (liesAlong(last, last - 1) || liesAlong(last - 1, last));
    if (!isReadable) tensor = given.contiguous();
    sizes = tensor.sizes().vec();
    strides = tensor.strides().vec();
    // Of an axis of extent 1 libtorch takes any stride for contiguous, and oneDNN does not.
    for (int64_t axis = last, stride = 1; !isReadable && axis >= 0; stride *= sizes[axis--]) strides[axis] = stride;
    // What is repeated along a leading axis broadcasts instead.
    for (int64_t axis = 0; axis < last - 1; ++axis) {
      if (strides[axis] == 0) sizes[axis] = 1;
      if (sizes[axis] == 1) strides[axis] = sizes.back() * sizes[last - 1];
    }
  }

  /// The description with axes of extent 1 in front.
  memory::desc description(size_t rank) const {
    memory::dims ownSizes(rank - sizes.size(), 1), ownStrides(rank - sizes.size(), 1);
    for (int64_t &stride : ownStrides) stride = sizes.front() * strides.front();
    ownSizes.insert(ownSizes.end(), sizes.begin(), sizes.end());
    ownStrides.insert(ownStrides.end(), strides.begin(), strides.end());
    return memory::desc(ownSizes, memory::data_type::f32, ownStrides);
  }
};

#endif

at::Tensor matrixProduct(const at::Tensor &left, const at::Tensor &right) {
#if CTORCH_HAS_DNNL
  if (fast::canMultiply(left, right)) return fast::product(left, right);
#endif
  return at::matmul(left, right);
}

/// The product on record, for factors of two axes or more.
struct RecordedProduct : torch::autograd::Function<RecordedProduct> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &left,
                            const at::Tensor &right) {
    at::AutoDispatchBelowADInplaceOrView guard;
    context->save_for_backward({left, right});
    return matrixProduct(left, right);
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    auto saved = context->get_saved_variables();
    at::Tensor left, right;
    if (context->needs_input_grad(0)) {
      left = at::sum_to(matrixProduct(gradients[0], saved[1].transpose(-1, -2)), saved[0].sizes());
    }
    if (context->needs_input_grad(1)) {
      right = at::sum_to(matrixProduct(saved[0].transpose(-1, -2), gradients[0]), saved[1].sizes());
    }
    return {left, right};
  }
};

at::Tensor recordedProduct(const at::Tensor &left, const at::Tensor &right) {
  if (left.dim() < 2 || right.dim() < 2) return at::matmul(left, right);
  if (!left.requires_grad() && !right.requires_grad()) return matrixProduct(left, right);
  return RecordedProduct::apply(left, right);
}

}  // namespace

#if CTORCH_HAS_DNNL

namespace fast {

bool canMultiply(const at::Tensor &left, const at::Tensor &right) {
  static const bool hasProducts =
      dnnl::get_effective_cpu_isa() >= dnnl::cpu_isa::avx2 && dnnl_version()->major == 2;
  auto fits = [](const at::Tensor &tensor) {
    return tensor.scalar_type() == at::kFloat && tensor.is_cpu() && tensor.numel() > 0 &&
           tensor.layout() == at::kStrided && !tensor.is_neg() && tensor.dim() >= 2;
  };
  return hasProducts && fits(left) && fits(right) && left.size(-1) == right.size(-2);
}

/// Parameters of more elements (64 MiB) are read as they lie.
constexpr int64_t largestArranged = 1 << 24;

at::Tensor product(const at::Tensor &left, const at::Tensor &right,
                   const c10::optional<at::Tensor> &summand, const at::Tensor &weight, bool isNarrow) {
  if (right.dim() == 2 && left.dim() > 2) {
    at::Tensor rows = product(left.reshape({-1, left.size(-1)}), right, summand, weight, isNarrow);
    std::vector<int64_t> size = left.sizes().vec();
    size.back() = right.size(1);
    return rows.view(size);
  }
  const Factor first(left), second(right);
  const size_t rank = std::max(left.dim(), right.dim());
  const size_t leading = rank - 2;
  std::vector<int64_t> size = at::infer_size(left.sizes().slice(0, left.dim() - 2),
                                             right.sizes().slice(0, right.dim() - 2));
  size.push_back(left.size(-2));
  size.push_back(right.size(-1));
  at::Tensor target = at::empty(size, left.options());
  memory::desc targetForm(size, memory::data_type::f32, target.strides().vec());
  std::vector<memory::desc> forms = {first.description(rank), second.description(rank)};
  // Where a leading axis is repeated by one factor and the other has no more of it, nothing broadcasts: it is written out.
  for (size_t axis = 0; axis < leading; ++axis) {
    if (size[axis] > 1 && forms[0].dims()[axis] == 1 && forms[1].dims()[axis] == 1) {
      return product(left.contiguous(), right.contiguous(), summand);
    }
  }
  memory::desc wanted = forms[1];
  // The way back gains less by it than the memory is worth.
  const bool isForward = weight.defined() && right.stride(0) != weight.stride(0);
  if (isForward && rank == 2 && left.size(-2) >= manyRows && weight.numel() <= largestArranged &&
      ArrangedWeights::shared().isWorthwhile(weight, left.size(-2))) {
    wanted = memory::desc(forms[1].dims(), memory::data_type::f32, memory::format_tag::any);
  }
  at::Tensor rows = first.tensor;
  if (isNarrow && hasNarrowKernels() && weight.defined() && rank == 2 && left.size(-2) >= manyRows) {
    const memory::desc narrow(forms[0].dims(), memory::data_type::bf16, memory::format_tag::ab);
    rows = arranged(rows, forms[0], narrow);
    forms[0] = narrow;
    wanted = memory::desc(forms[1].dims(), memory::data_type::bf16, memory::format_tag::any);
  }
  memory::desc rowForm;
  at::Tensor row;
  if (summand) {
    row = summand->contiguous();
    memory::dims rowSize(rank, 1);
    rowSize.back() = size.back();
    rowForm = memory::desc(rowSize, memory::data_type::f32, memory::dims(rank, 1));
  }
  const dnnl::matmul::primitive_desc description(
      summand ? dnnl::matmul::desc(forms[0], wanted, rowForm, targetForm)
              : dnnl::matmul::desc(forms[0], wanted, targetForm),
      engine());
  at::Tensor matrix = second.tensor;
  if (description.weights_desc() != forms[1]) {
    matrix = ArrangedWeights::shared().get(
        weight, {double(isForward)}, description.weights_desc(),
        [&] { return arranged(second.tensor, forms[1], description.weights_desc()); });
  }
  std::unordered_map<int, memory> roles = {
      {DNNL_ARG_SRC, view(forms[0], rows)},
      {DNNL_ARG_WEIGHTS, view(description.weights_desc(), matrix)},
      {DNNL_ARG_DST, view(targetForm, target)}};
  if (summand) roles.emplace(DNNL_ARG_BIAS, view(rowForm, row));
  execute(dnnl::matmul(description), roles);
  return target;
}

}  // namespace fast

namespace {

/// Below so many multiplications a call of oneDNN costs more than it saves.
constexpr int64_t fewMultiplications = 1 << 16;

bool isWorthwhile(const at::Tensor &left, const at::Tensor &right, int64_t rank) {
  return left.dim() == rank && right.dim() == rank && fast::canMultiply(left, right) &&
         left.numel() * right.size(-1) >= fewMultiplications;
}

at::Tensor mm(const at::Tensor &left, const at::Tensor &right) {
  return isWorthwhile(left, right, 2) ? fast::product(left, right) : at::cpu::mm(left, right);
}

at::Tensor bmm(const at::Tensor &left, const at::Tensor &right) {
  return isWorthwhile(left, right, 3) && left.size(0) == right.size(0)
             ? fast::product(left, right)
             : at::cpu::bmm(left, right);
}

at::Tensor addmm(const at::Tensor &summand, const at::Tensor &left, const at::Tensor &right,
                 const at::Scalar &beta, const at::Scalar &alpha) {
  const bool isRow = summand.dim() == 1 && summand.scalar_type() == at::kFloat &&
                     right.dim() == 2 && summand.size(0) == right.size(1);
  return isRow && isWorthwhile(left, right, 2) && beta.equal(1) && alpha.equal(1)
             ? fast::product(left, right, summand)
             : at::cpu::addmm(summand, left, right, beta, alpha);
}

/// libtorch's own products take this way too: those of training, of recurrence and of sums by index.
///
/// It warns of operators that are replaced, which nobody needs to read.
const bool isRegistered = [] {
  struct Silence : c10::WarningHandler {
    void process(const c10::SourceLocation &, const std::string &, const bool) override {}
  } silence;
  c10::Warning::WarningHandlerGuard guard(&silence);
  static torch::Library library(torch::Library::IMPL, "aten", c10::DispatchKey::CPU,
                                "Products.cpp", 0);
  library.impl("mm", TORCH_FN(mm));
  library.impl("bmm", TORCH_FN(bmm));
  library.impl("addmm", TORCH_FN(addmm));
  return true;
}();

}  // namespace

#endif

bool ctorch_has_narrow_products(void) {
#if CTORCH_HAS_DNNL
  return fast::hasNarrowKernels();
#else
  return false;
#endif
}

TORCH_LIBRARY_FRAGMENT(nni, library) {
  library.def("matrix_product(Tensor left, Tensor right) -> Tensor",
              torch::dispatch(c10::DispatchKey::CompositeImplicitAutograd, recordedProduct));
}
