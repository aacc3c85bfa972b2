// libvips as the system installs it (Debian: libvips-dev, Homebrew: vips).
#pragma once
#include <vips/vips.h>
