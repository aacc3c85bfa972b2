// The boxed call: CTorchValue -> IValue -> dispatcher -> IValue -> CTorchValue.
#include "Blocked.h"
#include "DenseGradient.h"
#include "Handle.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/jit_type.h>
#include <c10/core/InferenceMode.h>

#include <vector>

namespace {

/// The element kind of `T?` is that of `T`.
c10::TypeKind kindOf(const c10::Argument &argument) {
  c10::TypePtr type = argument.type();
  if (auto optional = type->cast<c10::OptionalType>()) type = optional->getElementType();
  return type->kind();
}

/// `Tensor?[]` (indexing) needs a list of optionals, `Tensor[]` a list of tensors.
bool takesOptionalTensors(const c10::Argument &argument) {
  auto list = argument.type()->cast<c10::ListType>();
  return list && list->getElementType()->kind() == c10::TypeKind::OptionalType;
}

c10::IValue toIValue(const CTorchValue &value, const c10::Argument &argument,
                     const BlockedCall &call) {
  switch (value.kind) {
    case CTorchKindDefault: {
      auto fallback = argument.default_value();
      TORCH_CHECK(fallback, "argument ", argument.name(), " has no default");
      return *fallback;
    }
    case CTorchKindNone:
      return {};
    case CTorchKindTensor:
      return call.argument(static_cast<const CTorchTensor *>(value.pointer));
    case CTorchKindInt:
      if (kindOf(argument) == c10::TypeKind::FloatType) return static_cast<double>(value.integer);
      return value.integer;
    case CTorchKindDouble:
      return value.real;
    case CTorchKindBool:
      return value.integer != 0;
    case CTorchKindString:
      return std::string(static_cast<const char *>(value.pointer));
    case CTorchKindInts: {
      auto first = static_cast<const int64_t *>(value.pointer);
      return std::vector<int64_t>(first, first + value.count);
    }
    case CTorchKindDoubles: {
      auto first = static_cast<const double *>(value.pointer);
      return std::vector<double>(first, first + value.count);
    }
    case CTorchKindTensors: {
      auto handles = static_cast<const CTorchTensor *const *>(value.pointer);
      if (takesOptionalTensors(argument)) {
        c10::List<c10::optional<at::Tensor>> list;
        for (int64_t i = 0; i < value.count; ++i) {
          list.push_back(handles[i] ? c10::make_optional(call.argument(handles[i])) : c10::nullopt);
        }
        return list;
      }
      c10::List<at::Tensor> list;
      for (int64_t i = 0; i < value.count; ++i) list.push_back(call.argument(handles[i]));
      return list;
    }
    default:
      TORCH_CHECK(false, "argument ", argument.name(), " has the unknown kind ", value.kind);
  }
}

void append(const c10::IValue &result, const BlockedCall &call,
            std::vector<CTorchValue> &values) {
  if (result.isTensorList()) {
    for (const at::Tensor &element : result.toTensorVector()) append(element, call, values);
    return;
  }
  CTorchValue value{};
  if (result.isTensor()) {
    value.kind = result.toTensor().defined() ? CTorchKindTensor : CTorchKindNone;
    if (value.kind == CTorchKindTensor) {
      bool isBlocked = false;
      at::Tensor tensor = call.result(result.toTensor(), isBlocked);
      value.pointer = newHandle(tensor, isBlocked);
    }
  } else if (result.isInt()) {
    value.kind = CTorchKindInt;
    value.integer = result.toInt();
  } else if (result.isDouble()) {
    value.kind = CTorchKindDouble;
    value.real = result.toDouble();
  } else if (result.isBool()) {
    value.kind = CTorchKindBool;
    value.integer = result.toBool();
  } else {
    TORCH_CHECK(result.isNone(), "a result of type ", result.tagKind(), " is not supported");
    value.kind = CTorchKindNone;
  }
  values.push_back(value);
}

void releaseAll(const std::vector<CTorchValue> &values) {
  for (const CTorchValue &value : values) {
    if (value.kind == CTorchKindTensor) {
      delete static_cast<const CTorchTensor *>(value.pointer);
    }
  }
}

}  // namespace

char *ctorch_call(const char *name, const char *overload, const CTorchValue *arguments,
                  int64_t argumentCount, CTorchValue *results, int64_t capacity,
                  int64_t *resultCount) {
  return catching([&] {
    useAllProcessors();
    auto handle = c10::Dispatcher::singleton().findSchemaOrThrow(name, overload);
    const auto &schema = handle.schema();
    const auto &formal = schema.arguments();
    TORCH_CHECK(argumentCount <= static_cast<int64_t>(formal.size()), "takes at most ",
                formal.size(), " arguments, got ", argumentCount);

    BlockedCall call(name, arguments, argumentCount);
    std::vector<c10::IValue> stack;
    stack.reserve(formal.size());
    const CTorchValue missing{};
    for (size_t i = 0; i < formal.size(); ++i) {
      bool isGiven = static_cast<int64_t>(i) < argumentCount;
      stack.push_back(toIValue(isGiven ? arguments[i] : missing, formal[i], call));
    }
    call.adapt(stack);
    const bool isDense = needsDenseGradient(name);
    if (isDense) makeDense(stack);
    handle.callBoxed(&stack);
    if (isDense) askForDenseGradient(stack);

    std::vector<CTorchValue> values;
    for (const c10::IValue &result : stack) append(result, call, values);
    if (static_cast<int64_t>(values.size()) > capacity) {
      releaseAll(values);
      TORCH_CHECK(false, "gave ", values.size(), " results where at most ", capacity, " fit");
    }
    std::copy(values.begin(), values.end(), results);
    *resultCount = static_cast<int64_t>(values.size());
  });
}

char *ctorch_argument_names(const char *name, const char *overload, char **names) {
  return catching([&] {
    auto handle = c10::Dispatcher::singleton().findSchemaOrThrow(name, overload);
    std::string text;
    for (const auto &argument : handle.schema().arguments()) text += argument.name() + "\n";
    *names = copyMessage(text);
  });
}
