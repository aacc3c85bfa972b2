// How a C handle holds a tensor, and how a C++ exception becomes a message.
#pragma once

#if !__has_include(<ATen/core/Tensor.h>)
#error "libtorch was not found: install libtorch-dev, or set LIBTORCH to the folder of an unpacked libtorch (see the README)"
#endif

#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>

#include <cstring>
#include <exception>
#include <new>
#include <string>

#include "CTorch.h"

struct CTorchTensor {
  at::Tensor value;
  /// Whether `value` is [N, C/16, H, W, 16] for a tensor of shape [N, C, H, W]; see Blocked.h.
  bool isBlocked = false;
};

inline CTorchTensor *newHandle(at::Tensor tensor, bool isBlocked = false) {
  return new CTorchTensor{std::move(tensor), isBlocked};
}

/// libtorch takes as many threads as it finds cores, of which it does not find all on some systems; here it
/// takes all processors unless the environment says otherwise.
void useAllProcessors();

inline char *copyMessage(const std::string &text) { return strdup(text.c_str()); }

/// Runs `body`; what it throws comes back as a message of one line, without libtorch's backtrace.
template <typename Body>
char *catching(Body body) {
  try {
    body();
    return nullptr;
  } catch (const c10::Error &error) {
    std::string text = error.what_without_backtrace();
    // Later lines are C++ frames or dispatcher tables.
    return copyMessage(text.substr(0, text.find('\n')));
  } catch (const std::bad_alloc &) {
    return copyMessage("not enough memory; take fewer or smaller inputs, or allow more memory");
  } catch (const std::exception &error) {
    return copyMessage(error.what());
  } catch (...) {
    return copyMessage("an unknown C++ exception");
  }
}
