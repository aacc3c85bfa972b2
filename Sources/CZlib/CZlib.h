// zlib as the system installs it (Debian: zlib1g-dev, which libvips-dev brings along).
#pragma once
#include <zlib.h>
