// Which libtorch this is compiled against.
#pragma once

#include <torch/csrc/api/include/torch/version.h>

#define CTORCH_AT_LEAST(major, minor) \
  (TORCH_VERSION_MAJOR > (major) || \
   (TORCH_VERSION_MAJOR == (major) && TORCH_VERSION_MINOR >= (minor)))
